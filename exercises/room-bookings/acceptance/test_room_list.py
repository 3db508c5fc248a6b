"""The list of rooms: pages, filters and orders."""

from typing import Any

import pytest

ROOMS = "/api/rooms"


@pytest.fixture
def hotel(new_room: Any, unique: Any) -> Any:
    """Make rooms of the given capacities that share a part of their names."""

    def build(*capacities: int) -> tuple[str, list[Any]]:
        tag = unique("hotel")
        rooms = [
            new_room(name=f"{tag}-{number:02}", capacity=capacity)
            for number, capacity in enumerate(capacities)
        ]
        return tag, rooms

    return build


@pytest.mark.brief(
    "200, a page of rooms",
    "per_page is 1 to 100, by default 20",
    "total counts everything that matches, on all pages.",
)
def test_a_list_comes_in_pages_of_20(alice: Any, hotel: Any, page: Any) -> None:
    """Without page parameters, a list answers its first 20 rows, and how many there are."""
    tag, rooms = hotel(*range(1, 24))

    first = page(alice, ROOMS, q=tag)
    second = page(alice, ROOMS, q=tag, page=2)
    everything = page(alice, ROOMS)

    assert (first["page"], first["per_page"], first["total"]) == (1, 20, 23)
    assert (second["page"], second["per_page"], second["total"]) == (2, 20, 23)
    assert first["items"] == rooms[:20]
    assert second["items"] == rooms[20:]
    assert len(everything["items"]) == 20
    assert everything["total"] >= 23


@pytest.mark.brief("Paging through a list must show every row exactly once")
def test_pages_put_together_are_the_list(alice: Any, hotel: Any, every: Any) -> None:
    """Pages of any size, put together, hold every row once and in order."""
    tag, rooms = hotel(*range(1, 9))

    for size in (1, 3, 8):
        assert every(alice, ROOMS, per_page=size, q=tag) == rooms


@pytest.mark.brief("also where many rows are equal in what they are sorted by")
def test_rows_that_are_equal_are_paged_once(alice: Any, hotel: Any, every: Any) -> None:
    """Paging skips and doubles no row where many are equal in what they are sorted by."""
    tag, rooms = hotel(7, 7, 7, 3, 7, 7, 7)
    ids = sorted(str(room["id"]) for room in rooms)

    for sort in ("capacity", "-capacity"):
        found = every(alice, ROOMS, per_page=2, q=tag, sort=sort)
        assert sorted(str(room["id"]) for room in found) == ids


@pytest.mark.brief("A page after the last is empty, and not an error.")
def test_a_page_after_the_last_is_empty(alice: Any, hotel: Any, page: Any) -> None:
    """A page after the last is empty, with the same total."""
    tag, _ = hotel(4, 5, 6)

    body = page(alice, ROOMS, q=tag, page=9, per_page=2)

    assert (body["items"], body["page"], body["total"]) == ([], 9, 3)


@pytest.mark.brief("page starts at 1", "are a 422 that names the parameter")
def test_page_parameters_that_make_no_sense_are_named(alice: Any, invalid: Any) -> None:
    """A `page` or `per_page` that makes no sense answers 422 and is named."""
    for value in ("0", "-1", "two", "1.5"):
        invalid(alice.get(ROOMS, query={"page": value}), "page")
    for value in ("0", "-1", "101", "1000000", "many"):
        invalid(alice.get(ROOMS, query={"per_page": value}), "per_page")


@pytest.mark.brief("per_page is 1 to 100")
def test_a_page_may_have_100_rows(alice: Any, page: Any) -> None:
    """A `per_page` of 100 is accepted."""
    assert page(alice, ROOMS, per_page=100)["per_page"] == 100


@pytest.mark.brief("name (the default), -name")
def test_rooms_are_sorted_by_name(alice: Any, hotel: Any, page: Any) -> None:
    """`sort=name` is ascending and the default, `sort=-name` is descending."""
    tag, rooms = hotel(9, 2, 5)

    assert page(alice, ROOMS, q=tag)["items"] == rooms
    assert page(alice, ROOMS, q=tag, sort="name")["items"] == rooms
    assert page(alice, ROOMS, q=tag, sort="-name")["items"] == rooms[::-1]


@pytest.mark.brief("capacity or -capacity; the minus means descending")
def test_rooms_are_sorted_by_capacity(alice: Any, hotel: Any, page: Any) -> None:
    """`sort=capacity` is ascending by number, `sort=-capacity` descending."""
    tag, _ = hotel(9, 100, 12)

    for sort, expected in (("capacity", [9, 12, 100]), ("-capacity", [100, 12, 9])):
        items = page(alice, ROOMS, q=tag, sort=sort)["items"]
        assert [room["capacity"] for room in items] == expected


@pytest.mark.brief("an unknown sort) are a 422 that names the parameter")
def test_an_unknown_order_is_named(alice: Any, invalid: Any) -> None:
    """A `sort` that the brief does not know answers 422 and is named."""
    for sort in ("colour", "--name", "name;", "password"):
        invalid(alice.get(ROOMS, query={"sort": sort}), "sort")


@pytest.mark.brief("Values that make no sense")
def test_a_filter_that_is_no_number_is_named(alice: Any, invalid: Any) -> None:
    """A `min_capacity` that is no number answers 422 and is named."""
    invalid(alice.get(ROOMS, query={"min_capacity": "big"}), "min_capacity")


@pytest.mark.brief("rooms with at least that many seats")
def test_rooms_are_filtered_by_capacity(alice: Any, hotel: Any, page: Any) -> None:
    """`min_capacity` leaves the rooms with at least that many seats."""
    tag, rooms = hotel(4, 5, 6)

    body = page(alice, ROOMS, q=tag, min_capacity=5)

    assert body["items"] == rooms[1:]
    assert body["total"] == 2


@pytest.mark.brief("a part of the name, upper and lower case alike")
def test_rooms_are_found_by_a_part_of_the_name(
    alice: Any, new_room: Any, unique: Any, page: Any
) -> None:
    """`q` finds a part of the name anywhere in it, upper and lower case alike."""
    tag = unique("Tower")
    room = new_room(name=f"The {tag} room")
    new_room(name=unique("other"))

    for part in (tag, tag.upper(), tag.lower(), f"e {tag} r"):
        assert page(alice, ROOMS, q=part)["items"] == [room]
    assert page(alice, ROOMS, q=f"{tag}?")["total"] == 0


@pytest.mark.brief("% and _ are ordinary characters")
def test_wildcards_in_a_search_are_ordinary(
    alice: Any, new_room: Any, unique: Any, page: Any
) -> None:
    r"""`%`, `_` and `\` in `q` stand for themselves."""
    tag = unique("sale")
    percent = new_room(name=f"{tag} 50% off")
    score = new_room(name=f"{tag} 50_off")
    slash = new_room(name=f"{tag} 50\\off")

    assert page(alice, ROOMS, q=f"{tag} 50%")["items"] == [percent]
    assert page(alice, ROOMS, q=f"{tag} 50_")["items"] == [score]
    assert page(alice, ROOMS, q=f"{tag} 50\\")["items"] == [slash]
    assert page(alice, ROOMS, q=f"{tag}%off")["total"] == 0

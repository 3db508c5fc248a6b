"""The list of bookings: whose, which, and in what order."""

from datetime import datetime, timedelta
from typing import Any

import pytest

BOOKINGS = "/api/bookings"
HOUR = timedelta(hours=1)


@pytest.mark.brief("200, a page of bookings: your own")
def test_people_see_their_own_bookings(
    alice: Any, bob: Any, room: Any, noon: datetime, book: Any, every: Any
) -> None:
    """The list holds the caller's own bookings, and nobody else's."""
    mine = book(alice, room, noon)
    yours = book(bob, room, noon + HOUR)

    assert every(alice, BOOKINGS, room_id=room["id"]) == [mine]
    assert every(bob, BOOKINGS, room_id=room["id"]) == [yours]
    assert {row["user_id"] for row in every(alice, BOOKINGS)} == {alice.user["id"]}


@pytest.mark.brief("for an admin, everybody's")
def test_an_admin_sees_everybodys_bookings(
    admin: Any, alice: Any, bob: Any, room: Any, noon: datetime, book: Any, page: Any
) -> None:
    """An admin's list holds the bookings of everybody."""
    bookings = [book(alice, room, noon), book(bob, room, noon + HOUR)]

    body = page(admin, BOOKINGS, room_id=room["id"])

    assert body["items"] == bookings
    assert body["total"] == 2


@pytest.mark.brief("Bookings are sorted by starts_at and filtered by")
def test_bookings_are_filtered_by_room(
    alice: Any, new_room: Any, noon: datetime, book: Any, page: Any
) -> None:
    """`room_id` leaves the bookings of that room."""
    first, second = new_room(), new_room()
    here, there = book(alice, first, noon), book(alice, second, noon)

    assert page(alice, BOOKINGS, room_id=first["id"])["items"] == [here]
    assert page(alice, BOOKINGS, room_id=second["id"])["items"] == [there]


@pytest.mark.brief("Bookings that end after from, and bookings that start before to")
def test_bookings_are_filtered_by_time(
    alice: Any, room: Any, noon: datetime, book: Any, page: Any
) -> None:
    """`from` and `to` leave the bookings that touch the window, edges not counted."""
    first, second, third = (book(alice, room, noon + n * HOUR) for n in range(3))

    def found(**window: datetime) -> list[Any]:
        times = {name: value.isoformat() for name, value in window.items()}
        body = page(alice, BOOKINGS, room_id=room["id"], **times)
        items: list[Any] = body["items"]
        assert body["total"] == len(items)
        return items

    assert found(**{"from": noon + HOUR}) == [second, third]
    assert found(**{"from": noon + 0.5 * HOUR}) == [first, second, third]
    assert found(to=noon + HOUR) == [first]
    assert found(to=noon + 1.5 * HOUR) == [first, second]
    assert found(**{"from": noon + HOUR}, to=noon + 2 * HOUR) == [second]
    assert found(**{"from": noon + 3 * HOUR}) == []


@pytest.mark.brief("from and to: times as above.")
def test_times_that_make_no_sense_are_named(alice: Any, noon: datetime, invalid: Any) -> None:
    """A `from` or `to` that is no time, or has no offset, answers 422 and is named."""
    for wrong in ("soon", noon.replace(tzinfo=None).isoformat()):
        invalid(alice.get(BOOKINGS, query={"from": wrong}), "from")
        invalid(alice.get(BOOKINGS, query={"to": wrong}), "to")


@pytest.mark.brief("Bookings are sorted by starts_at")
def test_bookings_come_by_their_start_in_pages(
    alice: Any, room: Any, noon: datetime, dice: Any, book: Any, every: Any
) -> None:
    """Bookings are sorted by their start, and pages put together are the list."""
    hours = dice.sample(range(12), 5)
    made = {n: book(alice, room, noon + n * HOUR) for n in hours}
    expected = [made[n] for n in sorted(hours)]

    assert every(alice, BOOKINGS, room_id=room["id"]) == expected
    assert every(alice, BOOKINGS, per_page=2, room_id=room["id"]) == expected


@pytest.mark.brief("Paging through a list must show every row exactly once")
def test_bookings_at_one_time_are_paged_once(
    alice: Any, new_room: Any, noon: datetime, book: Any, every: Any
) -> None:
    """Paging skips and doubles no booking where several start at the same time."""
    made = [book(alice, new_room(), noon) for _ in range(5)]
    window = {"from": noon.isoformat(), "to": (noon + HOUR).isoformat()}

    found = every(alice, BOOKINGS, per_page=2, **window)

    ids = [row["id"] for row in found]
    assert len(ids) == len(set(ids))
    assert {row["id"] for row in made} <= set(ids)


@pytest.mark.brief("per_page is 1 to 100, by default 20")
def test_the_list_of_bookings_comes_in_pages_of_20(
    alice: Any, room: Any, noon: datetime, book: Any, page: Any
) -> None:
    """Without page parameters, the list of bookings answers its first 20 rows."""
    for n in range(21):
        book(alice, room, noon + n * HOUR)

    body = page(alice, BOOKINGS, room_id=room["id"])

    assert (len(body["items"]), body["per_page"], body["total"]) == (20, 20, 21)


@pytest.mark.brief("Values that make no sense")
def test_page_parameters_are_checked_here_too(alice: Any, invalid: Any) -> None:
    """A `page` or `per_page` that makes no sense for bookings answers 422 and is named."""
    invalid(alice.get(BOOKINGS, query={"per_page": "101"}), "per_page")
    invalid(alice.get(BOOKINGS, query={"page": "0"}), "page")

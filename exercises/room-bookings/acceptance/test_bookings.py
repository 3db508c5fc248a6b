"""Bookings: made, read, moved and cancelled, and never two at once in a room."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

BOOKINGS = "/api/bookings"


def at(text: str) -> datetime:
    """Read a time of an answer, which is in UTC and says so."""
    moment = datetime.fromisoformat(text)
    assert moment.utcoffset() == timedelta(0), f"{text} is not in UTC"
    return moment


@pytest.fixture
def try_to_book(alice: Any, room: Any, request_for: Any) -> Any:
    """Send a request for the room, and return what was answered."""

    def send(start: datetime, hours: float = 1, **fields: Any) -> Any:
        return alice.post(BOOKINGS, json=request_for(room, start, hours, **fields))

    return send


@pytest.mark.brief("201, the new booking, which is the caller's own")
def test_a_new_booking_answers_201_with_the_booking(
    alice: Any, room: Any, noon: datetime, try_to_book: Any
) -> None:
    """Booking answers 201 with the booking, which is the caller's."""
    reply = try_to_book(noon, 1.5, title="Retro")

    assert reply.status == 201
    booking = reply.json()
    assert booking["room_id"] == room["id"]
    assert booking["user_id"] == alice.user["id"]
    assert booking["title"] == "Retro"
    assert at(booking["starts_at"]) == noon
    assert at(booking["ends_at"]) == noon + timedelta(hours=1.5)


@pytest.mark.brief("A 201 must carry a Location header that leads to the new thing")
def test_the_location_of_a_new_booking_leads_to_it(
    alice: Any, noon: datetime, try_to_book: Any, shown: Any
) -> None:
    """The Location header of a new booking leads to the booking."""
    reply = try_to_book(noon)

    assert reply.status == 201
    location = reply.header("Location")
    assert location, "there is no Location header"
    path = location[location.index("/api/") :]
    assert path != BOOKINGS
    assert shown(alice.get(path)) == shown(reply)


@pytest.mark.brief("200, the booking")
def test_a_booking_can_be_read_back(
    alice: Any, room: Any, noon: datetime, book: Any, shown: Any
) -> None:
    """A booking reads back as it was answered."""
    booking = book(alice, room, noon)

    reply = alice.get(f"{BOOKINGS}/{booking['id']}")

    assert reply.status == 200
    assert shown(reply) == booking


@pytest.mark.brief("Answers are in UTC, written Z or +00:00.")
def test_times_of_any_offset_are_answered_in_utc(noon: datetime, try_to_book: Any) -> None:
    """A time with any offset, or Z, comes back as the same moment in UTC."""
    paris = timezone(timedelta(hours=2))
    delhi = timezone(timedelta(hours=5, minutes=30))

    reply = try_to_book(
        noon,
        starts_at=noon.astimezone(paris).isoformat(),
        ends_at=(noon + timedelta(hours=3)).astimezone(delhi).isoformat(),
    )
    assert reply.status == 201
    assert at(reply.json()["starts_at"]) == noon
    assert at(reply.json()["ends_at"]) == noon + timedelta(hours=3)

    later = noon + timedelta(hours=3)
    zulu = later.isoformat().replace("+00:00", "Z")
    reply = try_to_book(later, starts_at=zulu)
    assert reply.status == 201
    assert at(reply.json()["starts_at"]) == later


@pytest.mark.brief("A time without an offset must be refused.")
def test_a_time_without_an_offset_is_named(noon: datetime, try_to_book: Any, invalid: Any) -> None:
    """A time that has no offset answers 422 and is named."""
    naive = noon.replace(tzinfo=None)
    later = naive + timedelta(hours=1)

    invalid(try_to_book(noon, starts_at=naive.isoformat()), "starts_at")
    invalid(try_to_book(noon, ends_at=later.isoformat()), "ends_at")


@pytest.mark.brief("starts_at and ends_at: ISO 8601 with an offset")
def test_what_is_no_time_is_named(noon: datetime, try_to_book: Any, invalid: Any) -> None:
    """A time that is missing or is no ISO 8601 string answers 422 and is named."""
    for wrong in ("tomorrow", "", "2031-02-30T09:00:00Z", None, [], {"at": 1}):
        invalid(try_to_book(noon, starts_at=wrong), "starts_at")
        invalid(try_to_book(noon, ends_at=wrong), "ends_at")


@pytest.mark.brief(
    "To book, send room_id, title, starts_at and ends_at.", "all of them, not just the first"
)
def test_all_that_is_missing_is_named(alice: Any, invalid: Any) -> None:
    """An empty request for a booking answers 422 and names all four fields."""
    reply = alice.post(BOOKINGS, json={})

    invalid(reply, "room_id", "title", "starts_at", "ends_at")


@pytest.mark.brief("ends_at is later than starts_at", "the 422 names ends_at")
def test_a_booking_ends_after_it_starts(noon: datetime, try_to_book: Any, invalid: Any) -> None:
    """A booking that ends when or before it starts answers 422 and names `ends_at`."""
    invalid(try_to_book(noon, hours=0), "ends_at")
    invalid(try_to_book(noon, hours=-1), "ends_at")

    # Later by the clock on the wall, earlier in time.
    east = timezone(timedelta(hours=9))
    ends = (noon - timedelta(hours=1)).astimezone(east)
    invalid(try_to_book(noon, ends_at=ends.isoformat()), "ends_at")


@pytest.mark.brief("by 24 hours at most")
def test_a_booking_lasts_a_day_at_most(noon: datetime, try_to_book: Any, invalid: Any) -> None:
    """A booking of 24 hours is fine; a longer one answers 422 and names `ends_at`."""
    assert try_to_book(noon, hours=24).status == 201

    later = noon + timedelta(days=3)
    invalid(try_to_book(later, hours=24 + 1 / 60), "ends_at")


@pytest.mark.brief("Dates in the past are fine.")
def test_a_booking_may_lie_in_the_past(alice: Any, room: Any, noon: datetime, book: Any) -> None:
    """A booking may have been long ago."""
    long_ago = noon.replace(year=2003, day=15)

    assert at(book(alice, room, long_ago)["starts_at"]) == long_ago


@pytest.mark.brief("room_id: a room that exists.", "a 422 that names room_id")
def test_a_room_that_is_not_there_is_named(
    alice: Any, no_room: Any, noon: datetime, request_for: Any, invalid: Any
) -> None:
    """Booking a room that does not exist answers 422 and names `room_id`."""
    body = request_for(no_room, noon)

    invalid(alice.post(BOOKINGS, json=body), "room_id")
    for wrong in (None, {}, [no_room["id"]], "' OR 1=1 --"):
        invalid(alice.post(BOOKINGS, json={**body, "room_id": wrong}), "room_id")


@pytest.mark.brief("title: a string of 1 to 120 characters, not only blanks.")
def test_a_title_that_is_none_is_named(noon: datetime, try_to_book: Any, invalid: Any) -> None:
    """A title that is blank, too long or no string answers 422 and is named."""
    for title in ("", " \t ", "x" * 121, None, 12, ["Planning"]):
        invalid(try_to_book(noon, title=title), "title")

    assert try_to_book(noon, title="x" * 120).status == 201


@pytest.mark.brief(
    "A room must never be booked twice for the same time.", "The second booking gets 409."
)
@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(0, 120, id="the-same-time"),
        pytest.param(-60, 60, id="over-its-start"),
        pytest.param(60, 180, id="over-its-end"),
        pytest.param(30, 90, id="inside"),
        pytest.param(-30, 150, id="around"),
        pytest.param(0, 1, id="its-first-minute"),
        pytest.param(119, 121, id="its-last-minute"),
    ],
)
def test_a_booking_that_overlaps_is_refused(
    start: int, end: int, noon: datetime, try_to_book: Any, error: Any
) -> None:
    """A booking that overlaps another one of the room, in whatever way, gets 409."""
    assert try_to_book(noon, hours=2).status == 201

    minutes = timedelta(minutes=1)
    error(try_to_book(noon + start * minutes, hours=(end - start) / 60), 409)


@pytest.mark.brief("A room must never be booked twice for the same time.")
def test_an_overlap_is_seen_across_offsets_and_days(
    noon: datetime, try_to_book: Any, error: Any
) -> None:
    """An overlap is one of moments in time: offsets and midnight do not hide it."""
    assert try_to_book(noon, hours=20).status == 201

    tomorrow = noon + timedelta(hours=19)
    for hours in (-11, 14):
        zone = timezone(timedelta(hours=hours))
        error(try_to_book(tomorrow.astimezone(zone), hours=2), 409)


@pytest.mark.brief("one that ends at 10:00 and one that starts at 10:00 can share a room")
def test_bookings_can_follow_each_other(noon: datetime, try_to_book: Any) -> None:
    """A booking may start when another ends, and end when another starts."""
    hour = timedelta(hours=1)

    for start in (noon, noon + hour, noon - hour):
        assert try_to_book(start).status == 201


@pytest.mark.brief("A room must never be booked twice for the same time.")
def test_another_room_is_free(alice: Any, new_room: Any, noon: datetime, book: Any) -> None:
    """Two rooms can be booked for the same time, by one person, too."""
    first, second = new_room(), new_room()

    assert book(alice, first, noon)["room_id"] == first["id"]
    assert book(alice, second, noon)["room_id"] == second["id"]


@pytest.mark.brief("PATCH must change the fields that are given and leave the others alone.")
def test_a_new_title_leaves_the_times_alone(
    alice: Any, room: Any, noon: datetime, book: Any, shown: Any
) -> None:
    """A PATCH of the title changes the title, and that alone."""
    booking = book(alice, room, noon)

    reply = alice.patch(f"{BOOKINGS}/{booking['id']}", json={"title": "Renamed"})

    assert reply.status == 200
    assert shown(reply) == {**booking, "title": "Renamed"}


@pytest.mark.brief("A PATCH may change title, starts_at and ends_at", "200, the changed booking")
def test_a_booking_can_be_moved(alice: Any, room: Any, noon: datetime, book: Any) -> None:
    """A PATCH of the times moves the booking, and its old time is free again."""
    booking = book(alice, room, noon)
    later = noon + timedelta(hours=5)
    times = {
        "starts_at": later.isoformat(),
        "ends_at": (later + timedelta(hours=2)).isoformat(),
    }

    reply = alice.patch(f"{BOOKINGS}/{booking['id']}", json=times)

    assert reply.status == 200
    assert at(reply.json()["starts_at"]) == later
    assert at(reply.json()["ends_at"]) == later + timedelta(hours=2)
    assert reply.json()["title"] == booking["title"]
    assert book(alice, room, noon)["id"] != booking["id"]


@pytest.mark.brief("A booking does not clash with itself.")
def test_a_booking_does_not_clash_with_itself(
    alice: Any, room: Any, noon: datetime, book: Any
) -> None:
    """A booking can be moved by less than its length."""
    booking = book(alice, room, noon, hours=2)
    half_past = noon + timedelta(minutes=30)
    path = f"{BOOKINGS}/{booking['id']}"

    reply = alice.patch(path, json={"starts_at": half_past.isoformat()})

    assert reply.status == 200
    assert at(reply.json()["starts_at"]) == half_past
    assert reply.json()["ends_at"] == booking["ends_at"]


@pytest.mark.brief("and keeps all the rules above")
def test_a_booking_cannot_be_moved_onto_another(
    alice: Any, room: Any, noon: datetime, book: Any, error: Any, shown: Any
) -> None:
    """Moving a booking onto another one is refused with 409, and changes nothing."""
    hour = timedelta(hours=1)
    booking = book(alice, room, noon)
    book(alice, room, noon + 2 * hour)
    path = f"{BOOKINGS}/{booking['id']}"

    longer = {"title": "Longer", "ends_at": (noon + 2.5 * hour).isoformat()}
    error(alice.patch(path, json=longer), 409)

    assert shown(alice.get(path)) == booking


@pytest.mark.brief("with the stored values standing in for what is not sent")
def test_a_move_is_validated_with_what_is_stored(
    alice: Any, room: Any, noon: datetime, book: Any, invalid: Any, shown: Any
) -> None:
    """A PATCH of one time is checked against the other one that is stored."""
    booking = book(alice, room, noon)
    path = f"{BOOKINGS}/{booking['id']}"
    hour = timedelta(hours=1)

    for wrong in (noon, noon - hour, noon + 25 * hour):
        reply = alice.patch(path, json={"ends_at": wrong.isoformat()})
        invalid(reply, "ends_at")
    invalid(alice.patch(path, json={"starts_at": "soon"}), "starts_at")
    invalid(alice.patch(path, json={"title": None}), "title")

    assert shown(alice.get(path)) == booking


@pytest.mark.brief("204; the slot is free again", "A 204 has no body.")
def test_a_cancelled_booking_frees_its_time(
    alice: Any, bob: Any, room: Any, noon: datetime, book: Any, error: Any
) -> None:
    """Cancelling answers 204 without a body; the booking is gone, its time is free."""
    booking = book(alice, room, noon)
    path = f"{BOOKINGS}/{booking['id']}"

    reply = alice.delete(path)

    assert reply.status == 204
    assert reply.body == b""
    error(alice.get(path), 404)
    error(alice.delete(path), 404)
    assert book(bob, room, noon)["user_id"] == bob.user["id"]

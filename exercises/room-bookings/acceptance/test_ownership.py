"""Other people's bookings."""

from datetime import datetime, timedelta
from typing import Any

import pytest

BOOKINGS = "/api/bookings"


@pytest.mark.brief("a booking answers 403 or 404, as you prefer")
def test_somebody_elses_booking_cannot_be_read(
    alice: Any, bob: Any, room: Any, noon: datetime, book: Any, error: Any, unique: Any
) -> None:
    """Reading somebody else's booking gets 403 or 404, and nothing of what is in it."""
    title = unique("Confidential")
    booking = book(alice, room, noon, title=title)

    reply = bob.get(f"{BOOKINGS}/{booking['id']}")

    error(reply, 403, 404)
    assert title not in reply.text


@pytest.mark.brief(
    "To somebody who is neither its owner nor an admin, a booking answers 403 or 404"
)
def test_somebody_elses_booking_cannot_be_changed(
    alice: Any, bob: Any, room: Any, noon: datetime, book: Any, error: Any, shown: Any
) -> None:
    """Changing somebody else's booking gets 403 or 404, and has no effect."""
    booking = book(alice, room, noon)
    path = f"{BOOKINGS}/{booking['id']}"

    error(bob.patch(path, json={"title": "Bob's now"}), 403, 404)

    assert shown(alice.get(path)) == booking


@pytest.mark.brief(
    "To somebody who is neither its owner nor an admin, a booking answers 403 or 404"
)
def test_somebody_elses_booking_cannot_be_cancelled(
    alice: Any, bob: Any, room: Any, noon: datetime, book: Any, error: Any, shown: Any
) -> None:
    """Cancelling somebody else's booking gets 403 or 404, and has no effect."""
    booking = book(alice, room, noon)
    path = f"{BOOKINGS}/{booking['id']}"

    error(bob.delete(path), 403, 404)

    assert shown(alice.get(path)) == booking


@pytest.mark.brief("Admins look after the rooms and may step in on any booking.")
def test_an_admin_may_step_in_on_any_booking(
    admin: Any, alice: Any, room: Any, noon: datetime, book: Any, error: Any, shown: Any
) -> None:
    """An admin reads, changes and cancels anybody's booking; it stays its owner's."""
    booking = book(alice, room, noon)
    path = f"{BOOKINGS}/{booking['id']}"

    assert shown(admin.get(path)) == booking
    changed = admin.patch(path, json={"title": "Moved by the office"})
    assert changed.status == 200
    assert changed.json()["user_id"] == alice.user["id"]
    assert alice.get(path).json()["title"] == "Moved by the office"

    assert admin.delete(path).status == 204
    error(alice.get(path), 404)


@pytest.mark.brief("201, the new booking, which is the caller's own", "they must never take effect")
def test_nobody_books_in_anothers_name(
    alice: Any, bob: Any, room: Any, noon: datetime, request_for: Any, error: Any
) -> None:
    """A `user_id` in the request is refused or has no effect: one books for oneself."""
    body = request_for(room, noon, user_id=alice.user["id"])

    reply = bob.post(BOOKINGS, json=body)

    if reply.status == 201:
        assert reply.json()["user_id"] == bob.user["id"]
        assert bob.get(f"{BOOKINGS}/{reply.json()['id']}").status == 200
    else:
        error(reply, 422)


@pytest.mark.brief("Neither room_id nor user_id can be changed.")
def test_a_booking_stays_with_its_owner_and_room(
    alice: Any, bob: Any, new_room: Any, noon: datetime, book: Any, error: Any, shown: Any
) -> None:
    """`user_id`, `room_id` and `id` in a PATCH are refused or have no effect."""
    room, other = new_room(), new_room()
    booking = book(alice, room, noon)
    path = f"{BOOKINGS}/{booking['id']}"

    for field, value in (
        ("user_id", bob.user["id"]),
        ("room_id", other["id"]),
        ("id", f"{booking['id']}0"),
    ):
        reply = alice.patch(path, json={field: value, "title": booking["title"]})
        if reply.status != 200:
            error(reply, 422)

    assert shown(alice.get(path)) == booking


@pytest.mark.brief(
    "To somebody who is neither its owner nor an admin, a booking answers 403 or 404"
)
def test_a_taken_time_tells_nothing_of_who_took_it(
    alice: Any,
    bob: Any,
    room: Any,
    noon: datetime,
    book: Any,
    request_for: Any,
    error: Any,
    unique: Any,
) -> None:
    """The 409 for a taken time holds neither the title nor the owner's address."""
    title = unique("Confidential")
    book(alice, room, noon, title=title)

    reply = bob.post(BOOKINGS, json=request_for(room, noon + timedelta(minutes=5)))

    error(reply, 409)
    assert title not in reply.text
    assert alice.user["email"] not in reply.text

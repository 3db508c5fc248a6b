"""Many requests at one moment, over two worker processes."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

BOOKINGS = "/api/bookings"
ROUNDS = 4
CALLERS = 8
HOUR = timedelta(hours=1)


@pytest.fixture
def at_once(http: Any) -> Callable[..., list[Any]]:
    """Run calls at the same moment, and return their replies in order."""

    def run(*calls: Callable[[], Any]) -> list[Any]:
        replies: list[Any] = http.parallel(list(calls))
        return replies

    return run


def outcome(replies: list[Any]) -> Counter[int]:
    """Count the replies by status."""
    return Counter(reply.status for reply in replies)


@pytest.mark.brief("exactly one must win; the others get their 409, not a 500")
def test_one_slot_is_booked_once(
    alice: Any,
    bob: Any,
    admin: Any,
    room: Any,
    noon: datetime,
    request_for: Any,
    every: Any,
    at_once: Any,
    shown: Any,
) -> None:
    """Of many bookings of one slot at the same moment one gets 201, the others 409."""
    booked = []
    for n in range(2 * ROUNDS):
        body = request_for(room, noon + n * HOUR)
        callers = (alice, bob) * (CALLERS // 2)

        replies = at_once(*(partial(c.post, BOOKINGS, json=body) for c in callers))

        assert outcome(replies) == {201: 1, 409: CALLERS - 1}
        booked += [shown(reply) for reply in replies if reply.status == 201]
    assert every(admin, BOOKINGS, room_id=room["id"]) == booked


@pytest.mark.brief(
    "A room must never be booked twice for the same time.",
    "exactly one must win; the others get their 409, not a 500",
)
def test_overlapping_slots_are_booked_once(
    alice: Any, admin: Any, room: Any, noon: datetime, request_for: Any, every: Any, at_once: Any
) -> None:
    """Of many different bookings that all overlap one gets 201, the others 409."""
    minute = timedelta(minutes=1)
    for day in range(2 * ROUNDS):
        start = noon + timedelta(days=day)
        bodies = [request_for(room, start - n * minute, hours=1 + n / 10) for n in range(CALLERS)]

        replies = at_once(*(partial(alice.post, BOOKINGS, json=b) for b in bodies))

        assert outcome(replies) == {201: 1, 409: CALLERS - 1}
    assert len(every(admin, BOOKINGS, room_id=room["id"])) == 2 * ROUNDS


@pytest.mark.brief("requests for other slots must not suffer")
def test_different_slots_are_all_booked(
    alice: Any,
    bob: Any,
    room: Any,
    noon: datetime,
    request_for: Any,
    every: Any,
    admin: Any,
    at_once: Any,
) -> None:
    """Bookings of different slots at the same moment all get 201."""
    calls = [
        partial(caller.post, BOOKINGS, json=request_for(room, noon + n * HOUR))
        for n, caller in enumerate((alice, bob) * CALLERS)
    ]

    replies = at_once(*calls)

    assert outcome(replies) == {201: len(calls)}
    assert len(every(admin, BOOKINGS, room_id=room["id"])) == len(calls)


@pytest.mark.brief(
    "A PATCH may change title, starts_at and ends_at, and keeps all the rules above",
    "exactly one must win",
)
def test_one_slot_is_moved_into_once(
    alice: Any, room: Any, noon: datetime, book: Any, every: Any, at_once: Any
) -> None:
    """Of many bookings moved into one slot at the same moment one gets 200, the others 409."""
    made = [book(alice, room, noon + n * HOUR) for n in range(CALLERS)]
    paths = [f"{BOOKINGS}/{booking['id']}" for booking in made]
    for n in range(2 * ROUNDS):
        start, end = noon - (n + 2) * HOUR, noon - (n + 1) * HOUR
        target = {"starts_at": start.isoformat(), "ends_at": end.isoformat()}

        replies = at_once(*(partial(alice.patch, path, json=target) for path in paths))

        assert outcome(replies) == {200: 1, 409: CALLERS - 1}
        window = {"room_id": room["id"], "from": start.isoformat(), "to": end.isoformat()}
        assert len(every(alice, BOOKINGS, **window)) == 1


@pytest.mark.brief("Two rooms cannot have one name: 409.")
def test_one_name_is_given_to_one_room(
    admin: Any, alice: Any, unique: Any, page: Any, at_once: Any
) -> None:
    """Of many rooms of one name at the same moment one gets 201, the others 409."""
    for _ in range(ROUNDS):
        body = {"name": unique("room"), "capacity": 8}

        replies = at_once(*[partial(admin.post, "/api/rooms", json=body)] * CALLERS)

        assert outcome(replies) == {201: 1, 409: CALLERS - 1}
        assert page(alice, "/api/rooms", q=body["name"])["total"] == 1


@pytest.mark.brief("can be taken once, upper or lower case alike")
def test_one_email_address_is_given_to_one_user(http: Any, unique: Any, at_once: Any) -> None:
    """Of many sign-ups with one address at the same moment one gets 201."""
    email = f"{unique('twin')}@example.com"
    body = {"email": email, "password": "first come, first served"}

    replies = at_once(*[partial(http.post, "/api/users", json=body)] * 3)

    assert outcome(replies) == {201: 1, 409: 2}


@pytest.mark.brief("A room must never be booked twice for the same time.", "the slot is free again")
def test_a_cancelled_slot_is_given_away_once(
    alice: Any,
    bob: Any,
    admin: Any,
    room: Any,
    noon: datetime,
    book: Any,
    request_for: Any,
    every: Any,
    at_once: Any,
    shown: Any,
) -> None:
    """A slot that is cancelled while many ask for it ends up with one booking at most."""
    body = request_for(room, noon)
    for _ in range(ROUNDS):
        for booking in every(admin, BOOKINGS, room_id=room["id"]):
            assert admin.delete(f"{BOOKINGS}/{booking['id']}").status == 204
        first = book(alice, room, noon)

        cancelled, *replies = at_once(
            partial(alice.delete, f"{BOOKINGS}/{first['id']}"),
            *[partial(bob.post, BOOKINGS, json=body)] * (CALLERS - 1),
        )

        assert cancelled.status == 204
        won = [shown(reply) for reply in replies if reply.status == 201]
        assert outcome(replies) == {201: 1, 409: CALLERS - 2} or not won
        assert set(outcome(replies)) <= {201, 409}
        assert every(admin, BOOKINGS, room_id=room["id"]) == won

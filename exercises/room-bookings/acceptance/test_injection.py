"""Input that would be code somewhere else stays text."""

from typing import Any

import pytest

ROOMS = "/api/rooms"
SQL = ("' OR '1'='1", "') OR 1=1 --", "x'; DROP TABLE rooms; --", '" OR ""="')


def test_sql_in_a_search_finds_nothing(alice: Any, room: Any, page: Any) -> None:
    """SQL in `q` is text that is searched for, and is found in no name."""
    for text in SQL:
        assert page(alice, ROOMS, q=f"{text} {room['name']}")["total"] == 0

    assert page(alice, ROOMS, q=room["name"])["items"] == [room]


def test_sql_in_an_order_is_refused(alice: Any, room: Any, invalid: Any) -> None:
    """SQL in `sort` is refused with 422."""
    for sort in ("name; DROP TABLE rooms", "(SELECT 1)", "name,(SELECT 1)", "1"):
        invalid(alice.get(ROOMS, query={"sort": sort}), "sort")

    assert alice.get(f"{ROOMS}/{room['id']}").json() == room


def test_sql_in_a_filter_finds_nothing(
    alice: Any, room: Any, noon: Any, book: Any, invalid: Any
) -> None:
    """SQL in `room_id`, `from` or `min_capacity` gives no rows, or a 422."""
    book(alice, room, noon)

    for text in SQL:
        reply = alice.get("/api/bookings", query={"room_id": f"{room['id']}{text}"})
        if reply.status == 200:
            assert reply.json()["items"] == []
        else:
            invalid(reply, "room_id")
        invalid(alice.get("/api/bookings", query={"from": text}), "from")
        invalid(alice.get(ROOMS, query={"min_capacity": text}), "min_capacity")


def test_sql_does_not_log_anybody_in(http: Any, admin: Any, error: Any) -> None:
    """SQL in the fields of the log-in opens nothing."""
    email = admin.user["email"]

    for body in (
        {"email": f"{email}{SQL[0]}", "password": "wrong password"},
        {"email": f"{email}' --", "password": "wrong password"},
        {"email": email, "password": SQL[0]},
    ):
        error(http.post("/api/auth/login", json=body), 401, 422)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Robert'); DROP TABLE rooms;--", id="sql"),
        pytest.param("<script>alert(1)</script>", id="markup"),
        pytest.param("{{ 7 * 7 }}{% raw %}${7*7}", id="template"),
        pytest.param("%s %(name)s {0} {room}", id="format"),
    ],
)
def test_code_in_a_name_stays_text(
    text: str, alice: Any, new_room: Any, unique: Any, page: Any
) -> None:
    """Code in a room's name is stored, found and answered as the text that it is."""
    name = f"{unique('room')} {text}"

    room = new_room(name=name)
    reply = alice.get(f"{ROOMS}/{room['id']}")

    assert reply.json()["name"] == name
    assert reply.header("Content-Type").startswith("application/json")
    assert page(alice, ROOMS, q=name)["items"] == [room]

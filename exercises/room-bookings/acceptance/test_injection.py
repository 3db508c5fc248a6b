"""Input that would be code somewhere else stays text."""

from typing import Any

import pytest

ROOMS = "/api/rooms"
SQL = ("' OR '1'='1", "') OR 1=1 --", "x'; DROP TABLE rooms; --", '" OR ""="')


@pytest.mark.brief("q: a part of the name")
def test_sql_in_a_search_finds_nothing(alice: Any, room: Any, page: Any) -> None:
    """SQL in `q` is text that is searched for, and is found in no name."""
    for text in SQL:
        assert page(alice, ROOMS, q=f"{text} {room['name']}")["total"] == 0

    assert page(alice, ROOMS, q=room["name"])["items"] == [room]


@pytest.mark.brief("Values that make no sense", "an unknown sort")
def test_sql_in_an_order_has_no_effect(alice: Any, new_room: Any, unique: Any, page: Any) -> None:
    """SQL in `sort` is not evaluated: what it says makes no difference."""
    tag = unique("order")
    rooms = [new_room(name=f"{tag}-{n}", capacity=n) for n in (1, 2)]

    answers = []
    for truth in ("1=1", "1=0"):
        sort = f"(CASE WHEN {truth} THEN capacity ELSE -capacity END)"
        reply = alice.get(ROOMS, query={"q": tag, "sort": sort})
        answers.append((reply.status, reply.text))
    alice.get(ROOMS, query={"sort": "name; DROP TABLE rooms"})

    assert answers[0] == answers[1]
    assert page(alice, ROOMS, q=tag)["items"] == rooms


@pytest.mark.brief("Whatever a client sends")
def test_sql_in_a_filter_has_no_effect(alice: Any, room: Any, noon: Any, book: Any) -> None:
    """SQL in `room_id`, `from` or `min_capacity` is answered as any other nonsense is."""
    book(alice, room, noon)

    def answer(path: str, **query: str) -> tuple[int, str]:
        reply = alice.get(path, query=query)
        return reply.status, reply.text if reply.status == 200 else ""

    for sql in (" OR 1=1", "' OR '1'='1", " OR 1=1 --", "' OR 1=1 --"):
        for path, name, value in (
            ("/api/bookings", "room_id", str(room["id"])),
            ("/api/bookings", "from", noon.isoformat()),
            (ROOMS, "min_capacity", "8"),
        ):
            nonsense = answer(path, **{name: f"{value} or nonsense"})
            assert answer(path, **{name: f"{value}{sql}"}) == nonsense


@pytest.mark.brief(
    "A wrong password and an unknown e-mail address must get one and the same answer, a 401."
)
def test_sql_does_not_log_anybody_in(http: Any, admin: Any, error: Any) -> None:
    """SQL in the fields of the log-in opens nothing."""
    email = admin.user["email"]

    for body in (
        {"email": f"{email}{SQL[0]}", "password": "wrong password"},
        {"email": f"{email}' --", "password": "wrong password"},
        {"email": email, "password": SQL[0]},
    ):
        error(http.post("/api/auth/login", json=body), 401, 422)


@pytest.mark.brief("name: a string of 1 to 80 characters", "Whatever a client sends")
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

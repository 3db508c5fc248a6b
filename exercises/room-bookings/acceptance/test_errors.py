"""One shape for every error, and nothing of the application's inside."""

import json
from typing import Any

import pytest

ROOMS = "/api/rooms"
JSON = {"Content-Type": "application/json"}


@pytest.mark.brief("the body is not readable as JSON")
def test_a_body_that_is_no_json_answers_400(admin: Any, error: Any) -> None:
    """A body that is not readable as JSON answers 400."""
    for body in (b"{", b"name=Lovelace", b'{"name": }', b"\xff\xfe", b""):
        error(admin.post(ROOMS, data=body, headers=JSON), 400)


@pytest.mark.brief("JSON that is no object: 400 or 422, with or without fields")
def test_json_that_is_no_object_is_refused(admin: Any, error: Any) -> None:
    """JSON that is no object answers 400 or 422."""
    for body in ([], ["name"], "name", 7, True, None):
        raw = json.dumps(body).encode()
        error(admin.post(ROOMS, data=raw, headers=JSON), 400, 422)


@pytest.mark.brief("no such path, no such thing")
def test_an_unknown_path_answers_404(admin: Any, error: Any) -> None:
    """A path that does not exist answers 404 in the one shape."""
    for path in ("/api/no-such-thing", "/no-such-thing", "/"):
        error(admin.get(path), 404)


@pytest.mark.brief("no such path, no such thing")
def test_an_unknown_id_answers_404(admin: Any, no_room: Any, error: Any) -> None:
    """An id that is no longer there answers 404 in the one shape."""
    error(admin.get(f"{ROOMS}/{no_room['id']}"), 404)
    error(admin.get(f"/api/bookings/{'9' * 9}"), 404)


@pytest.mark.brief("an id that cannot be one is just an id that does not exist")
def test_an_id_that_cannot_be_one_answers_404(admin: Any, error: Any) -> None:
    """An id of the wrong kind or a monstrous size answers 404, not a 5xx."""
    for wrong in ("nope", "-1", "1.5", "9" * 40, "%00", "1;drop"):
        error(admin.get(f"{ROOMS}/{wrong}"), 404)
        error(admin.get(f"/api/bookings/{wrong}"), 404)


@pytest.mark.brief("the path exists, the method does not; with an Allow header")
def test_a_wrong_method_answers_405_with_allow(admin: Any, room: Any, error: Any) -> None:
    """A method that a path does not have answers 405; Allow lists those it has."""

    def allowed(reply: Any) -> set[str]:
        error(reply, 405)
        return {name.strip() for name in (reply.header("Allow") or "").split(",")}

    assert {"GET", "POST"} <= allowed(admin.delete(ROOMS))
    assert {"GET", "PATCH", "DELETE"} <= allowed(admin.post(f"{ROOMS}/{room['id']}"))
    assert "POST" in allowed(admin.get("/api/auth/login"))


@pytest.mark.brief("there should be a JSON body, and its content type is not application/json")
@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", None])
def test_another_content_type_answers_415(
    content_type: str | None, admin: Any, unique: Any, error: Any
) -> None:
    """A body that is not declared as application/json answers 415."""
    body = json.dumps({"name": unique("room"), "capacity": 2}).encode()
    headers = {"Content-Type": content_type} if content_type else {}

    error(admin.post(ROOMS, data=body, headers=headers), 415)


@pytest.mark.brief("its content type is not application/json")
def test_a_content_type_may_have_parameters(admin: Any, unique: Any) -> None:
    """`application/json; charset=utf-8` is accepted as application/json."""
    body = json.dumps({"name": unique("room"), "capacity": 2}).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}

    assert admin.post(ROOMS, data=body, headers=headers).status == 201


@pytest.mark.brief("the body is larger than 64 KiB")
def test_a_body_that_is_too_large_answers_413(admin: Any, unique: Any, error: Any) -> None:
    """A body of more than 64 KiB answers 413, one of nearly 64 KiB is read."""
    room = {"name": unique("room"), "capacity": 2}
    body = json.dumps(room).encode()

    error(admin.post(ROOMS, data=body.ljust(64 * 1024 + 1), headers=JSON), 413)
    assert admin.post(ROOMS, data=body.ljust(63 * 1024), headers=JSON).status == 201


@pytest.mark.brief(
    "Every error, from whichever part of the application, must be JSON of one shape",
    "401, 403 | see above",
    "it clashes with what is there",
)
def test_every_error_has_one_shape(
    http: Any, admin: Any, alice: Any, room: Any, no_room: Any, error: Any
) -> None:
    """400, 401, 403, 404, 405, 409, 415 and 422 all answer in the one JSON shape."""
    taken = {"name": room["name"], "capacity": 2}

    shapes = [
        error(admin.post(ROOMS, data=b"{", headers=JSON), 400),
        error(http.get(ROOMS), 401),
        error(alice.post(ROOMS, json={**taken, "name": "x"}), 403),
        error(admin.get(f"{ROOMS}/{no_room['id']}"), 404),
        error(admin.put(ROOMS), 405),
        error(admin.post(ROOMS, json=taken), 409),
        error(admin.post(ROOMS, data=b"x", headers={"Content-Type": "a/b"}), 415),
        error(admin.post(ROOMS, json={}), 422),
    ]

    keys = [set(shape) - {"fields"} for shape in shapes]
    assert all(shape == keys[0] for shape in keys), "the errors differ in their keys"


@pytest.mark.brief("must show nothing of the application's inside")
def test_there_is_no_debugger(admin: Any) -> None:
    """The debugger of a development server is not reachable."""
    query = {"__debugger__": "yes", "cmd": "resource", "f": "debugger.js"}

    for reply in (admin.get("/console"), admin.get("/api/nothing", query=query)):
        assert reply.status == 404
        assert "debugger" not in reply.text.lower()


def monstrous(admin: Any, alice: Any, unique: Any) -> list[Any]:
    """Send what no database column holds, and what converts to nothing."""
    huge = "9" * 30
    room = json.dumps({"name": unique("room"), "capacity": 1}).encode()
    return [
        alice.get(f"{ROOMS}/{huge}"),
        alice.get(ROOMS, query={"page": huge}),
        alice.get(ROOMS, query={"page": str(2**62), "per_page": "100"}),
        alice.get(ROOMS, query={"min_capacity": huge}),
        alice.get("/api/bookings", query={"room_id": huge}),
        alice.get("/api/bookings", query={"from": "9999-12-31T23:59:59-14:00"}),
        alice.get("/api/bookings", query={"to": "0001-01-01T00:00:00+14:00"}),
        alice.post("/api/bookings", json={"room_id": int(huge), "title": "x"}),
        admin.post(ROOMS, data=room[:-2] + b"1e999}", headers=JSON),
    ]


@pytest.mark.brief("Whatever a client sends, the answer must not be a 5xx")
def test_monstrous_numbers_do_not_break_it(admin: Any, alice: Any, unique: Any) -> None:
    """Numbers and times beyond what a database holds get an answer that is no 5xx."""
    replies = monstrous(admin, alice, unique)

    assert [reply.status for reply in replies if reply.status >= 500] == []


@pytest.mark.brief("must show nothing of the application's inside")
def test_no_answer_shows_the_inside(admin: Any, alice: Any, unique: Any) -> None:
    """No answer holds a traceback, a file name, a statement or a library's name."""
    replies = monstrous(admin, alice, unique)
    replies += [
        admin.get("/api/no-such-thing"),
        admin.delete(ROOMS),
        admin.post(ROOMS, data=b"{", headers=JSON),
        admin.post(ROOMS, data=b"[" * 20_000, headers=JSON),
        admin.post(ROOMS, json={"name": ["x"], "capacity": {}}),
        admin.get(ROOMS, query={"sort": "'", "q": "'"}),
    ]

    for reply in replies:
        for trace in ("Traceback", 'File "', ".py", "SELECT ", "sqlalchemy", "sqlite3"):
            assert trace not in reply.text


@pytest.mark.brief("Whatever a client sends, the answer must not be a 5xx")
def test_a_deeply_nested_body_does_not_break_it(admin: Any, error: Any) -> None:
    """A body that is nested thousands of levels deep answers 400 or 422."""
    for body in (b"[" * 20_000 + b"]" * 20_000, b'{"a":' * 9_000 + b"1" + b"}" * 9_000):
        error(admin.post(ROOMS, data=body, headers=JSON), 400, 422)

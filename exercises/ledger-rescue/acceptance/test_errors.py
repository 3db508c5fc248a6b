"""Errors of one shape, from whichever part of the application."""

from typing import Any

import pytest

JSON = {"Content-Type": "application/json"}


@pytest.mark.brief("400: the body is no JSON")
def test_a_body_that_is_no_json_answers_400(alice: Any, error: Any) -> None:
    """What cannot be read as JSON answers 400; JSON that is no object answers 400 or 422."""
    for body in (b"{", b"", b"name=Main", b"\xff"):
        error(alice.post("/api/accounts", data=body, headers=JSON), 400)
    for body in (b"[]", b'"Main"', b"7", b"null"):
        error(alice.post("/api/accounts", data=body, headers=JSON), 400, 422)


@pytest.mark.brief("404: no such path or thing")
def test_what_is_not_there_answers_404(alice: Any, operator: Any, error: Any) -> None:
    """An unknown path, and an id that nobody has or that cannot be one, answer 404."""
    for path in ("/api/nothing", "/nothing", "/api/accounts/x", "/api/accounts/" + "9" * 30):
        error(alice.get(path), 404)
    for path in ("/api/accounts/1999999999", "/api/entries/1999999999"):
        error(operator.get(path), 404)


@pytest.mark.brief("405, with `Allow`")
def test_a_wrong_method_answers_405_with_allow(alice: Any) -> None:
    """A method that a path does not know answers 405 and lists those that it knows."""
    reply = alice.delete("/api/accounts")

    assert reply.status == 405
    allowed = {word.strip() for word in (reply.header("Allow") or "").split(",")}
    assert {"GET", "POST"} <= allowed


@pytest.mark.brief("413: more than 64 KiB")
def test_a_body_that_is_too_large_answers_413(alice: Any, error: Any) -> None:
    """A body of more than 64 KiB answers 413."""
    body = b'{"name": "' + b"x" * 70_000 + b'"}'

    error(alice.post("/api/accounts", data=body, headers=JSON), 413)


@pytest.mark.brief("there should be JSON, and the content type says otherwise")
def test_another_content_type_answers_415(alice: Any, error: Any) -> None:
    """JSON with another content type answers 415."""
    body = b'{"name": "Main"}'

    error(alice.post("/api/accounts", data=body, headers={"Content-Type": "text/plain"}), 415)


@pytest.mark.brief("Every error is JSON of one shape")
def test_every_error_has_one_shape(
    http: Any, alice: Any, operator: Any, open_account: Any, unique: Any, error: Any
) -> None:
    """Errors of all kinds have the brief's shape."""
    name = unique("account")
    open_account(alice, name=name)

    error(http.get("/api/accounts"), 401)
    error(operator.get("/api/customers/me"), 403)
    error(alice.get("/api/nothing"), 404)
    error(alice.put("/api/accounts", json={}), 405)
    error(alice.post("/api/accounts", json={"name": name}), 409)
    error(alice.post("/api/accounts", json={"name": ""}), 422)


@pytest.mark.brief("Whatever a client sends, the answer is not a 5xx")
def test_monstrous_values_do_not_break_it(alice: Any, open_account: Any) -> None:
    """Numbers and texts beyond all bounds are refused, and are not an error of the server."""
    source = open_account(alice, 500)
    for value in (10**30, -(10**30), 2**31, 2**63, "9" * 400, "\x00", "ä\x00ö", 1e300):
        body = {"from_account_id": source, "to_account_id": value, "amount": value, "memo": value}
        assert 400 <= alice.post("/api/transfers", json=body).status < 500
        query = {"page": value, "per_page": value}
        assert 400 <= alice.get("/api/accounts", query=query).status < 500
    deep = b"[" * 20_000
    assert alice.post("/api/accounts", data=deep, headers=JSON).status in (400, 422)


@pytest.mark.brief("Who calls is decided by the key")
def test_headers_that_make_no_sense_do_not_break_it(alice: Any) -> None:
    """Junk in a header that the application may look at is not an error of the server."""
    for name in ("X-Customer-Id", "X-Request-Id", "Range"):
        assert alice.get("/api/accounts", headers={name: "junk"}).status < 500

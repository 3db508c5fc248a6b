"""Errors: one shape, whatever goes wrong, and nothing of the inside."""

import json
from typing import Any

import pytest

LIMIT = 64 * 1024
INSIDE = ("traceback", "werkzeug", "sqlalchemy", "psycopg", "postgresql", "site-packages", ".py")


@pytest.mark.brief("400 | signed, but the body is not readable as JSON")
def test_a_body_that_is_no_json_answers_400(provider: Any, event: Any, error: Any) -> None:
    """A signed body that cannot be read as JSON is a 400."""
    whole = json.dumps(event).encode()
    for body in (b"", b" ", b"{", whole[:-1], whole + b"}", b"\xff\xfe", b"a=1", b"{'id': 1}"):
        error(provider.send(body), 400)


@pytest.mark.brief("JSON that is no object: 400 or 422, with or without `fields`")
def test_json_that_is_no_object_is_refused(provider: Any, error: Any) -> None:
    """Signed JSON that is no object is a 400 or a 422."""
    for body in (b"[]", b"[{}]", b'"evt"', b"7", b"null", b"true"):
        error(provider.send(body), 400, 422)


@pytest.mark.brief("404 | no such path, no such event")
def test_an_unknown_path_answers_404(http: Any, error: Any, unique: Any) -> None:
    """A path that is not there answers 404."""
    for path in ("/", f"/{unique('nothing')}", "/webhooks", f"/webhooks/{unique('other')}"):
        error(http.get(path), 404)


@pytest.mark.brief("405 | the path exists, the method does not; with an `Allow` header")
def test_a_wrong_method_answers_405_with_allow(http: Any, error: Any) -> None:
    """A method that is not there answers 405, and says which are."""
    for method, path, allowed in (
        ("GET", "/webhooks/payments", "POST"),
        ("DELETE", "/webhooks/payments", "POST"),
        ("POST", "/healthz", "GET"),
        ("POST", "/readyz", "GET"),
    ):
        reply = http.request(method, path)

        error(reply, 405)
        assert allowed in (reply.header("Allow") or ""), f"Allow: {reply.header('Allow')}"


@pytest.mark.brief("413 | the body is larger than 64 KiB, whoever has signed it")
def test_a_body_that_is_too_large_answers_413(
    provider: Any, error: Any, new_event: Any, signature: Any, operator: Any
) -> None:
    """A body of more than 64 KiB is a 413, signed or not."""
    event = new_event(filler="")
    event["filler"] = "x" * (LIMIT + 1 - len(json.dumps(event)))
    body = json.dumps(event).encode()

    error(provider.send(body), 413)
    error(provider.send(body, signed=signature(body, secret="of somebody else")), 413)
    error(provider.send(b"[" * 10 * LIMIT), 413)

    assert operator.get(f"/events/{event['id']}").status == 404


@pytest.mark.brief("413 | the body is larger than 64 KiB, whoever has signed it")
def test_a_large_body_is_fine(provider: Any, ledger: Any, new_event: Any) -> None:
    """A body of 64 KiB is accepted, and arrives whole."""
    event = new_event(filler="")
    event["filler"] = "x" * (LIMIT - len(json.dumps(event)))
    assert len(json.dumps(event)) == LIMIT

    provider.accepted(event)

    assert ledger.awaits(event["id"])[0].event == event


@pytest.mark.brief("Whatever a client sends, the answer is not a 500")
def test_hostile_bodies_do_not_break_it(provider: Any, error: Any, event: Any) -> None:
    """Bodies that are deep, or hold monstrous numbers, are refused like any other."""
    text = json.dumps({**event, "data": {**event["data"], "amount": "?"}}).encode()

    error(provider.send(b"[" * 60_000), 400)
    error(provider.send(text.replace(b'"?"', b"1" * 5000)), 400, 422)
    error(provider.send(text.replace(b'"?"', b"1e999")), 400, 422)
    error(provider.send(text.replace(b'"?"', b"NaN")), 400, 422)
    error(provider.send(b'{"a":' * 10_000 + b"1" + b"}" * 10_000), 400, 422)


@pytest.mark.brief(
    "Every error, from whichever part of the application, must be JSON of one shape",
    "and shows nothing of the application's inside",
)
def test_no_error_shows_the_inside(
    http: Any, provider: Any, operator: Any, error: Any, event: Any
) -> None:
    """Errors of all kinds have one shape, and no word about how the application is made."""
    event["data"]["amount"] = "'; DROP TABLE events; --"

    for reply in (
        *(provider.send(event), provider.send(b"{"), provider.send(event, signed="?")),
        *(operator.get("/events/'%22;"), operator.get("/events/%00"), http.get("/dead-letters")),
        *(operator.get("/x"), http.request("TRACE", "/healthz"), http.get("/events/..%2f..")),
    ):
        assert 400 <= reply.status < 500
        error(reply, reply.status)
        assert not [word for word in INSIDE if word in reply.text.lower()], reply.text

"""Events that come in."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from conftest import OPERATOR, event, signed
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Event

Send = Callable[..., TestResponse]


def stored_event() -> Event:
    return db.session.execute(select(Event)).scalar_one()


def test_a_new_event_is_stored(send: Send) -> None:
    response = send(event(), **{"X-Request-ID": "req-1"})

    assert response.status_code == 202
    assert response.get_json() == {"id": "evt_1", "status": "pending"}
    stored = stored_event()
    assert (stored.type, stored.request_id) == ("payment.captured", "req-1")


def test_a_redelivery_changes_nothing(send: Send) -> None:
    send(event())

    response = send(event(type="other"))

    assert response.status_code == 200
    assert stored_event().type == "payment.captured"


def test_copies_at_the_same_moment_are_one_event(app: Flask) -> None:
    body = b'{"id": "evt_1", "type": "a", "data": {"amount": 1, "currency": "EUR"}}'
    barrier = Barrier(6)

    def post(_: int) -> int:
        barrier.wait()
        headers = {"Webhook-Signature": signed(body)}
        return app.test_client().post("/webhooks/payments", data=body, headers=headers).status_code

    with ThreadPoolExecutor(6) as pool:
        assert Counter(pool.map(post, range(6))) == {202: 1, 200: 5}


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"id": "a b"}, {"id"}),
        ({"id": 7}, {"id"}),
        ({"type": ""}, {"type"}),
        ({"data": []}, {"data"}),
        ({"data": {"amount": True, "currency": "EUR"}}, {"data.amount"}),
        ({"data": {"amount": 0, "currency": "eur"}}, {"data.amount", "data.currency"}),
        ({"id": None, "data": {}}, {"id", "data.amount", "data.currency"}),
    ],
)
def test_what_is_not_acceptable_is_named(
    send: Send, fields: dict[str, Any], named: set[str]
) -> None:
    response = send(event(**fields))

    assert response.status_code == 422
    assert set(response.get_json()["error"]["fields"]) == named


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 60_000, b'{"id": NaN}'])
def test_what_is_no_json_is_refused(send: Send, body: bytes) -> None:
    assert send(body).status_code == 400


def test_a_body_has_a_limit(send: Send) -> None:
    assert send(b" " * (64 * 1024 + 1)).status_code == 413


def test_without_a_signature_nothing_is_read(send: Send) -> None:
    response = send(b"{", **{"Webhook-Signature": "t=1,v1=00"})

    assert response.status_code == 401
    assert response.get_json()["error"]["code"] == "bad_signature"


def test_the_request_id_is_taken_over_or_made(client: FlaskClient) -> None:
    given = client.get("/healthz", headers={"X-Request-ID": "mine"})
    made = client.get("/healthz", headers={"X-Request-ID": "not acceptable"})

    assert given.headers["X-Request-ID"] == "mine"
    assert len(made.headers["X-Request-ID"]) == 32


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer other"}])
def test_operators_need_their_token(client: FlaskClient, headers: dict[str, str]) -> None:
    response = client.get("/dead-letters", headers=headers)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("unknown", ["evt_1", "%00", "a b"])
def test_an_unknown_event_answers_404(client: FlaskClient, unknown: str) -> None:
    assert client.get(f"/events/{unknown}", headers=OPERATOR).status_code == 404
    requeue = client.post(f"/dead-letters/{unknown}/requeue", headers=OPERATOR)
    assert requeue.status_code == 404


def test_without_redis_it_is_alive_and_not_ready(app: Flask, client: FlaskClient) -> None:
    app.config["REDIS_URL"] = "redis://127.0.0.1:1/0"

    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.get_json()["checks"] == {"database": "ok", "redis": "down"}

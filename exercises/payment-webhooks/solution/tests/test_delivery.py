"""Attempts: what is sent, what follows from the answer, and what is never lost."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from conftest import OPERATOR, Ledger, event
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.extensions import db, transaction
from app.logs import JsonFormatter
from app.models import Event, Status, utc_now
from app.services import delivery, outbox

Send = Callable[..., TestResponse]


def state(event_id: str = "evt_1") -> tuple[Status, int, str | None]:
    db.session.expire_all()
    stored = db.session.execute(select(Event).where(Event.external_id == event_id)).scalar_one()
    return stored.status, stored.attempts, stored.last_error


def test_an_attempt_sends_the_event_as_it_came(send: Send, ledger: Ledger) -> None:
    send(event(extra={"nested": ["Zoë", 2**70]}), **{"X-Request-ID": "req-1"})

    delivery.attempt("evt_1")

    [(headers, sent)] = ledger.got
    assert sent == event(extra={"nested": ["Zoë", 2**70]})
    assert headers["Idempotency-Key"] == "evt_1"
    assert headers["X-Request-ID"] == "req-1"
    assert state() == (Status.DELIVERED, 1, None)


def test_what_is_delivered_is_not_sent_again(send: Send, ledger: Ledger) -> None:
    send(event())

    delivery.attempt("evt_1")
    delivery.attempt("evt_1")

    assert len(ledger.got) == 1


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_error_is_tried_again(send: Send, ledger: Ledger, status: int) -> None:
    ledger.statuses = [status, 200]
    send(event())

    delivery.attempt("evt_1")
    assert state() == (Status.PENDING, 1, f"the ledger answered {status}")
    delivery.attempt("evt_1")

    assert state() == (Status.DELIVERED, 2, None)


@pytest.mark.parametrize("status", [302, 400, 404])
def test_a_refusal_is_final(send: Send, ledger: Ledger, status: int) -> None:
    ledger.statuses = [status]
    send(event())

    delivery.attempt("evt_1")

    assert state() == (Status.DEAD, 1, f"the ledger answered {status}")


def test_an_unreachable_ledger_is_tried_again(app: Flask, send: Send) -> None:
    app.config["LEDGER_URL"] = "http://127.0.0.1:1"
    send(event())

    delivery.attempt("evt_1")

    status, attempts, error = state()
    assert (status, attempts) == (Status.PENDING, 1)
    assert error == "the ledger cannot be reached: ConnectError"


def test_it_gives_up_and_an_operator_can_requeue(
    send: Send, client: FlaskClient, ledger: Ledger
) -> None:
    ledger.statuses = [500]
    send(event())
    for _ in range(4):
        delivery.attempt("evt_1")
    assert len(ledger.got) == 3

    [dead] = client.get("/dead-letters", headers=OPERATOR).get_json()["items"]
    assert (dead["id"], dead["status"], dead["attempts"]) == ("evt_1", "dead", 3)
    requeue = "/dead-letters/evt_1/requeue"
    assert client.post(requeue, headers=OPERATOR).status_code == 202
    assert client.post(requeue, headers=OPERATOR).status_code == 409
    ledger.statuses = [200]
    delivery.attempt("evt_1")

    assert client.get("/dead-letters", headers=OPERATOR).get_json() == {"items": []}
    seen = client.get("/events/evt_1", headers=OPERATOR).get_json()
    assert (seen["status"], seen["attempts"]) == ("delivered", 1)


def test_an_event_that_is_not_due_is_left_alone(app: Flask, send: Send, ledger: Ledger) -> None:
    app.config["RETRY_BASE_SECONDS"] = 60
    ledger.statuses = [500, 200]
    send(event())

    delivery.attempt("evt_1")
    delivery.attempt("evt_1")

    assert len(ledger.got) == 1


def test_delays_double_with_some_jitter() -> None:
    for attempts, least in ((1, 5), (2, 10), (5, 80)):
        assert least <= delivery.delay_after(attempts, base=5) <= 1.25 * least


def test_the_sweeper_finds_what_the_queue_has_lost(app: Flask, send: Send) -> None:
    send(event(1))
    send(event(2))
    published: list[str] = []
    app.extensions["celery"].send_task = lambda _, args, **__: published.append(args[0])

    outbox.publish_overdue()
    assert published == []
    with transaction():
        late = utc_now() - timedelta(seconds=1)
        db.session.execute(
            update(Event).where(Event.external_id == "evt_2").values(publish_at=late)
        )
    outbox.publish_overdue()
    outbox.publish_overdue()
    assert published == ["evt_2"]
    outbox.take_over()
    outbox.publish_overdue()

    assert published == ["evt_2", "evt_1", "evt_2"]


def test_a_queue_that_is_down_costs_nothing(app: Flask, send: Send) -> None:
    app.extensions["celery"].conf.broker_url = "redis://127.0.0.1:1/0"

    assert send(event()).status_code == 202
    assert state() == (Status.PENDING, 0, None)


def test_the_task_runs_in_the_application(app: Flask, send: Send) -> None:
    send(event())

    app.extensions["celery"].tasks["deliver_event"].apply(("evt_1",))

    assert state()[0] is Status.DELIVERED


def test_an_attempt_logs_whose_it_is_and_nothing_private(
    send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    send(event(), **{"X-Request-ID": "req-1"})
    caplog.handler.setFormatter(JsonFormatter())
    caplog.set_level(logging.INFO)

    delivery.attempt("evt_1")

    [line] = [json.loads(one) for one in caplog.text.splitlines() if '"attempt"' in one]
    assert (line["request_id"], line["event_id"]) == ("req-1", "evt_1")
    assert "1250" not in caplog.text

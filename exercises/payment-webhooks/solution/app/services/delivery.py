"""An attempt: take an event, send it, write down what came of it."""

import logging
from datetime import timedelta
from random import SystemRandom

from flask import current_app
from sqlalchemy import update

from app import logs
from app.extensions import db, transaction
from app.models import Event, Status, utc_now
from app.services import ledger, outbox
from app.services.ledger import Answer, Outcome

LEASE_FACTOR, LEASE_EXTRA = 3, 2.0  # longer than to connect, to send, to wait, and to store it
JITTER = 0.25  # of the delay, so that events that failed together do not all come back together

log = logging.getLogger(__name__)


def attempt(event_id: str) -> None:
    """Deliver an event if it is due: the same call may come twice, too early, or too late."""
    event = _claim(event_id)
    if event is None:
        log.info("nothing to do", extra={"event_id": event_id})
        return
    with logs.on_behalf_of(event.request_id):
        answer = ledger.post(
            current_app.config["LEDGER_URL"],
            event.body,
            event_id=event.external_id,
            request_id=event.request_id,
            timeout_seconds=current_app.config["LEDGER_TIMEOUT_SECONDS"],
        )
        _settle(event, answer)
        log.log(
            logging.INFO if answer.outcome is Outcome.DELIVERED else logging.WARNING,
            "attempt",
            extra={
                "event_id": event.external_id,
                "event_type": event.type,
                "attempt": event.attempts,
                "outcome": answer.outcome.value,
                "error": answer.error,
            },
        )


def delay_after(attempts: int, base: float) -> float:
    """Return how many seconds to wait after so many failed attempts."""
    wait: float = base * 2 ** (attempts - 1)
    return wait * SystemRandom().uniform(1, 1 + JITTER)


def _claim(event_id: str) -> Event | None:
    """Return the event, which is ours until the lease ends, or None if it is not to be had."""
    now = utc_now()
    timeout = current_app.config["LEDGER_TIMEOUT_SECONDS"]
    end = now + timedelta(seconds=LEASE_FACTOR * timeout + LEASE_EXTRA)
    claim = (
        update(Event)
        .where(Event.external_id == event_id, Event.status == Status.PENDING, Event.due_at <= now)
        .values(attempts=Event.attempts + 1, due_at=end, publish_at=end)
        .returning(Event)
    )
    with transaction():
        return db.session.scalar(claim)


def _settle(event: Event, answer: Answer) -> None:
    now = utc_now()
    values: dict[str, object] = {"last_error": answer.error}
    retry_at = None
    if answer.outcome is Outcome.DELIVERED:
        values |= {"status": Status.DELIVERED, "settled_at": now}
    elif answer.outcome is Outcome.REFUSED or event.attempts >= current_app.config["MAX_ATTEMPTS"]:
        values |= {"status": Status.DEAD, "settled_at": now}
    else:
        wait = delay_after(event.attempts, current_app.config["RETRY_BASE_SECONDS"])
        retry_at = now + timedelta(seconds=wait)
        values |= {
            "due_at": retry_at,
            "publish_at": retry_at + timedelta(seconds=outbox.GRACE_SECONDS),
        }
    # A lease that has run out is somebody else's by now, and so is the event.
    ours = (
        Event.id == event.id,
        Event.status == Status.PENDING,
        Event.attempts == event.attempts,
    )
    with transaction():
        db.session.execute(update(Event).where(*ours).values(**values))
    if retry_at is not None:
        outbox.publish(event.external_id, at=retry_at)

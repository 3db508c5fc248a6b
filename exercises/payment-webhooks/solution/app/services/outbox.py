"""The way from the database to the queue: messages can get lost or doubled, events cannot."""

import logging
from datetime import datetime, timedelta

from flask import current_app
from kombu.exceptions import OperationalError
from sqlalchemy import select, update

from app.errors import ConflictError
from app.extensions import db, transaction
from app.models import Event, Status, utc_now

GRACE_SECONDS = 3.0  # how long the sweeper leaves a message the time to arrive
AGAIN_SECONDS = 60.0  # after which it sends another one
BATCH = 100

log = logging.getLogger(__name__)


def publish(event_id: str, at: datetime | None = None) -> bool:
    """Send a wake-up call for an event, and tell whether Redis took it.

    If not, there is nothing to repair: the sweeper sends it later.
    """
    celery = current_app.extensions["celery"]
    try:
        celery.send_task("deliver_event", (event_id,), eta=at, retry=False)
    except OperationalError as error:
        log.warning("the queue is down", extra={"event_id": event_id, "error": repr(error)})
        return False
    return True


def publish_overdue() -> None:
    """Send a call for each event whose call must have got lost."""
    now = utc_now()
    overdue = (
        select(Event)
        .where(Event.status == Status.PENDING, Event.publish_at <= now)
        .order_by(Event.publish_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)  # there may be several workers
    )
    with transaction():
        for event in db.session.scalars(overdue):
            if not publish(event.external_id):
                break
            event.publish_at = now + timedelta(seconds=AGAIN_SECONDS)


def take_over() -> None:
    """Have all that waits sent as soon as it is due, whatever a worker before us was told."""
    waiting = update(Event).where(Event.status == Status.PENDING).values(publish_at=Event.due_at)
    with transaction():
        db.session.execute(waiting)


def requeue(event_id: str) -> Event:
    """Return a dead letter to life, with all its attempts; raise ConflictError if it is not dead.

    One statement, so that of two operators one has done it.
    """
    now = utc_now()
    revived = (
        update(Event)
        .where(Event.external_id == event_id, Event.status == Status.DEAD)
        .values(
            status=Status.PENDING,
            attempts=0,
            settled_at=None,
            due_at=now,
            publish_at=now + timedelta(seconds=GRACE_SECONDS),
        )
        .returning(Event)
        .execution_options(populate_existing=True)
    )
    with transaction():
        event = db.session.scalar(revived)
    if event is None:
        raise ConflictError("The event is not dead.")
    publish(event.external_id)
    return event

"""Events that come in, and what became of them."""

import re
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.errors import NotFoundError
from app.extensions import db, transaction
from app.models import Event, Status, utc_now
from app.schemas import ID, Notice
from app.services import outbox


def accept(notice: Notice, body: bytes, request_id: str) -> tuple[Event, bool]:
    """Return the event of that id, and whether it is new.

    The database decides who was first: a primary key holds over all processes.
    """
    now = utc_now()
    new = (
        insert(Event)
        .values(
            external_id=notice.id,
            type=notice.type,
            body=body,
            request_id=request_id,
            status=Status.PENDING,
            attempts=0,
            received_at=now,
            due_at=now,
            publish_at=now + timedelta(seconds=outbox.GRACE_SECONDS),
        )
        .on_conflict_do_nothing(index_elements=[Event.external_id])
        .returning(Event)
    )
    with transaction():
        event = db.session.scalar(new)
    if event is None:
        return find(notice.id), False
    outbox.publish(event.external_id)
    return event, True


def find(event_id: str) -> Event:
    """Return an event; raise NotFoundError."""
    event = None
    if re.fullmatch(ID, event_id):
        event = db.session.scalar(select(Event).where(Event.external_id == event_id))
    if event is None:
        raise NotFoundError("There is no such event.")
    return event


def dead(limit: int = 100) -> list[Event]:
    """Return the dead letters, those that died last first."""
    latest = (
        select(Event)
        .where(Event.status == Status.DEAD)
        .order_by(Event.settled_at.desc(), Event.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(latest))

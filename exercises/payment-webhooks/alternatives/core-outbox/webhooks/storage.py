"""Every query."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from webhooks.tables import events, outbox

Row = Mapping[str, Any]

STATUS = sa.case(
    (outbox.c.event_key.is_not(None), "pending"),
    (events.c.died_at.is_not(None), "dead"),
    else_="delivered",
).label("status")
SEEN = sa.select(events, STATUS).select_from(events.outerjoin(outbox))


def now() -> datetime:
    """Return the present."""
    return datetime.now(UTC)


class Storage:
    """The database."""

    def __init__(self, url: str) -> None:
        self.engine = sa.create_engine(
            url, pool_pre_ping=True, hide_parameters=True, connect_args={"connect_timeout": 3}
        )

    def ping(self) -> None:
        """Raise unless the database answers."""
        with self.engine.connect() as connection:
            connection.execute(sa.select(1))

    def add(self, event: Row, request_id: str) -> bool:
        """Store an event, with its entry in the outbox; tell whether it is new."""
        new = (
            insert(events)
            .values(
                id=event["id"],
                kind=event["type"],
                body=event,
                request_id=request_id,
                received_at=now(),
            )
            .on_conflict_do_nothing()
            .returning(events.c.key)
        )
        with self.engine.begin() as connection:
            key = connection.execute(new).scalar()
            if key is not None:
                connection.execute(outbox.insert().values(event_key=key, due_at=now()))
        return key is not None

    def find(self, event_id: str) -> Row | None:
        """Return an event with its status."""
        with self.engine.connect() as connection:
            return connection.execute(SEEN.where(events.c.id == event_id)).mappings().first()

    def dead(self) -> list[Row]:
        """Return the dead letters, the latest first."""
        query = SEEN.where(STATUS == "dead").order_by(events.c.died_at.desc()).limit(100)
        with self.engine.connect() as connection:
            return list(connection.execute(query).mappings())

    def revive(self, event_id: str) -> bool:
        """Put a dead letter into the outbox again; tell whether it was dead."""
        with self.engine.begin() as connection:
            key = connection.execute(
                events.update()
                .where(events.c.id == event_id, events.c.died_at.is_not(None))
                .values(died_at=None)
                .returning(events.c.key)
            ).scalar()
            if key is not None:
                connection.execute(outbox.insert().values(event_key=key, due_at=now()))
        return key is not None

    def take(self, limit: int, lease: float) -> list[Row]:
        """Return entries that are due, which nobody else gets until the lease is over."""
        due = (
            sa.select(outbox.c.event_key)
            .where(outbox.c.due_at <= now())
            .order_by(outbox.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with self.engine.begin() as connection:
            keys = list(connection.execute(due).scalars())
            if not keys:
                return []
            connection.execute(
                outbox.update()
                .where(outbox.c.event_key.in_(keys))
                .values(due_at=now() + timedelta(seconds=lease), tries=outbox.c.tries + 1)
            )
            taken = (
                sa.select(events, outbox.c.tries)
                .join(outbox)
                .where(events.c.key.in_(keys))
                .order_by(events.c.key)
            )
            return list(connection.execute(taken).mappings())

    def done(self, key: int, tries: int, *, error: str | None, again_in: float | None) -> None:
        """Write down what came of a try: delivered, dead, or to be done again."""
        ours = sa.and_(outbox.c.event_key == key, outbox.c.tries == tries)
        with self.engine.begin() as connection:
            if again_in is not None:
                due_at = now() + timedelta(seconds=again_in)
                changed = connection.execute(outbox.update().where(ours).values(due_at=due_at))
            else:
                changed = connection.execute(outbox.delete().where(ours))
            if changed.rowcount:
                dies = error is not None and again_in is None
                connection.execute(
                    events.update()
                    .where(events.c.key == key)
                    .values(
                        attempts=events.c.attempts + 1,
                        last_error=error,
                        died_at=now() if dies else None,
                    )
                )

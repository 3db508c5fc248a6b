"""The tables."""

import enum
from datetime import UTC, datetime
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Enum,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Status(enum.Enum):
    """How far an event has come."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


class Base(DeclarativeBase):
    """What the tables have in common."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
        }
    )


class Event(Base):
    """An event of the provider's, and at the same time its entry in the outbox."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("(status = 'pending') = (settled_at IS NULL)", name="settled"),
        Index(None, "status", "publish_at"),
        Index(None, "status", "settled_at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(64), unique=True)  # the provider's
    type: Mapped[str] = mapped_column(String(80))
    body: Mapped[bytes] = mapped_column(LargeBinary)  # as it came
    request_id: Mapped[str] = mapped_column(String(64))
    status: Mapped[Status] = mapped_column(
        Enum(
            Status,
            name="status",
            native_enum=False,
            length=20,
            values_callable=lambda kinds: [kind.value for kind in kinds],
        ),
        default=Status.PENDING,
    )
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=utc_now)
    # No attempt is made before this: it waits, or somebody is at it.
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=utc_now)
    # When the sweeper sends it to the queue, if it is still pending by then.
    publish_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

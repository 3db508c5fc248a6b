"""The tables."""

import enum
import secrets
from datetime import UTC, datetime
from typing import ClassVar

from flask_login import UserMixin
from sqlalchemy import DateTime, Dialect, Enum, ForeignKey, MetaData, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in time: aware in Python, UTC without an offset in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Convert to UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Say that it is UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def new_session_key() -> str:
    """Return what nobody can guess."""
    return secrets.token_urlsafe(24)


class Base(DeclarativeBase):
    """What all models share."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )

    id: Mapped[int] = mapped_column(primary_key=True)


class Role(enum.Enum):
    """What somebody may do."""

    MEMBER = "member"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Member(UserMixin, Base):
    """Somebody who writes. `key` is the username in lower case, by which it is unique."""

    __tablename__ = "members"

    key: Mapped[str] = mapped_column(String(30), unique=True)
    username: Mapped[str] = mapped_column(String(30))
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[Role] = mapped_column(
        Enum(Role, native_enum=False, length=20, values_callable=lambda e: [r.value for r in e])
    )
    about: Mapped[str] = mapped_column(String(500), default="")
    session_key: Mapped[str] = mapped_column(String(40), unique=True, default=new_session_key)
    avatar: Mapped["Avatar | None"] = relationship(back_populates="member")

    @property
    def moderates(self) -> bool:
        """Whether this is a moderator, or an admin, who may do the same."""
        return self.role in {Role.MODERATOR, Role.ADMIN}

    def get_id(self) -> str:
        """Return what a session cookie holds: a new key ends all sessions that have the old."""
        return self.session_key


class Avatar(Base):
    """A member's picture."""

    __tablename__ = "avatars"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), unique=True)
    media_type: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(deferred=True)
    member: Mapped[Member] = relationship(back_populates="avatar")


class Topic(Base):
    """A topic and its first text."""

    __tablename__ = "topics"

    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    title: Mapped[str] = mapped_column(String(100))
    body: Mapped[str] = mapped_column(Text)
    closed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    author: Mapped[Member] = relationship()


class Reply(Base):
    """A reply to a topic, which goes with it."""

    __tablename__ = "replies"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    author: Mapped[Member] = relationship()
    topic: Mapped[Topic] = relationship()

"""The tables."""

import secrets
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, ForeignKey, String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from werkzeug.security import check_password_hash, generate_password_hash


def random_id() -> str:
    """Return an id that nobody guesses."""
    return secrets.token_hex(8)


def microseconds() -> int:
    """Return a time by which to sort."""
    return int(datetime.now(UTC).timestamp() * 1e6)


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {dict[str, Any]: JSON}

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=random_id)


class Member(Base):
    """Who writes. `key` is the name in lower case."""

    __tablename__ = "member"

    key: Mapped[str] = mapped_column(String(30), unique=True)
    username: Mapped[str] = mapped_column(String(30))
    password: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(10), default="member")
    about: Mapped[str] = mapped_column(String(500), default="")
    picture: Mapped[str | None] = mapped_column(String(80))

    @classmethod
    def sign_up(cls, username: str, password: str) -> "Member":
        """Make a member."""
        return cls(
            key=username.lower(), username=username, password=generate_password_hash(password)
        )

    @classmethod
    def named(cls, db: Session, username: str) -> "Member | None":
        """Return the member of that name."""
        return db.scalar(select(cls).where(cls.key == username.lower()))

    def knows(self, password: str) -> bool:
        """Tell whether this is their password."""
        return check_password_hash(self.password, password)

    @property
    def keeps_order(self) -> bool:
        """Whether they may close and delete."""
        return self.role != "member"


class Visit(Base):
    """A session: of somebody's browser, signed in or not."""

    __tablename__ = "visit"

    member_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Topic(Base):
    """A topic."""

    __tablename__ = "topic"

    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"))
    title: Mapped[str] = mapped_column(String(100))
    body: Mapped[str]
    closed: Mapped[bool] = mapped_column(default=False)
    at: Mapped[int] = mapped_column(BigInteger, default=microseconds, index=True)
    member: Mapped[Member] = relationship(lazy="joined")


class Reply(Base):
    """A reply."""

    __tablename__ = "reply"

    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"))
    body: Mapped[str]
    at: Mapped[int] = mapped_column(BigInteger, default=microseconds)
    member: Mapped[Member] = relationship(lazy="joined")

"""The tables. Money is whole cents, times are UTC."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    MetaData,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

CASH = "cash"  # where money comes in from outside
FEES = "fees"  # what we earn
CUSTOMER = "customer"


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


class Customer(Base):
    """Somebody with accounts. Of the key only a hash is kept."""

    __tablename__ = "customers"
    __table_args__ = (CheckConstraint("fee_bp BETWEEN 0 AND 1000", name="fee_range"),)

    name: Mapped[str] = mapped_column(String(80))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    fee_bp: Mapped[int]  # basis points: 150 is 1.50 %


class Account(Base):
    """An account of a customer, or one of our own (`kind`), which nobody owns."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("customer_id", "name"),)

    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    closed_at: Mapped[datetime | None]

    postings: Mapped[list["Posting"]] = relationship(back_populates="account")


class Entry(Base):
    """Something that happened: its postings come to zero."""

    __tablename__ = "entries"
    __table_args__ = (
        Index(
            "ix_entries_customer_id_idempotency_key", "customer_id", "idempotency_key", unique=True
        ),
    )

    kind: Mapped[str] = mapped_column(String(20))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))  # who ordered it
    cents: Mapped[int] = mapped_column(BigInteger)
    fee_cents: Mapped[int] = mapped_column(BigInteger)
    memo: Mapped[str | None] = mapped_column(String(140))
    idempotency_key: Mapped[str | None] = mapped_column(String(80))
    booked_at: Mapped[datetime] = mapped_column(index=True)

    postings: Mapped[list["Posting"]] = relationship(
        back_populates="entry", order_by="Posting.id", cascade="all, delete-orphan"
    )


class Posting(Base):
    """What an entry adds to an account, or takes from it if it is negative."""

    __tablename__ = "postings"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    cents: Mapped[int] = mapped_column(BigInteger)

    entry: Mapped[Entry] = relationship(back_populates="postings")
    account: Mapped[Account] = relationship(back_populates="postings")

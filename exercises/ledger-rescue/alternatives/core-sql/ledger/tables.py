"""The tables, and what is asked of them. Money is whole cents, times are UTC."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

CASH, FEES, CUSTOMER = "cash", "fees", "customer"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

customers = Table(
    "customers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("fee_bp", Integer, nullable=False),
    CheckConstraint("fee_bp BETWEEN 0 AND 1000", name="fee_range"),
)
accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("customer_id", ForeignKey("customers.id")),
    Column("kind", String(20), nullable=False),
    Column("name", String(60), nullable=False),
    Column("closed_at", DateTime),
    Column("version", Integer, nullable=False, server_default="0"),
    UniqueConstraint("customer_id", "name"),
)
entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("customer_id", ForeignKey("customers.id")),
    Column("cents", BigInteger, nullable=False),
    Column("fee_cents", BigInteger, nullable=False),
    Column("memo", String(140)),
    Column("idempotency_key", String(80)),
    Column("booked_at", DateTime, nullable=False, index=True),
    UniqueConstraint("customer_id", "idempotency_key"),
)
postings = Table(
    "postings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_id", ForeignKey("entries.id"), nullable=False, index=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("cents", BigInteger, nullable=False),
)

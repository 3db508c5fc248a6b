"""The tables: what came, and what is still to be done about it."""

import sqlalchemy as sa

metadata = sa.MetaData()

# Who is not in `outbox` is done: delivered, or dead.
events = sa.Table(
    "events",
    metadata,
    sa.Column("key", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("id", sa.String(64), nullable=False, unique=True),
    sa.Column("kind", sa.String(80), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("request_id", sa.String(64), nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_error", sa.Text),
    sa.Column("died_at", sa.DateTime(timezone=True), index=True),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("event_key", sa.ForeignKey("events.key"), primary_key=True),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
)

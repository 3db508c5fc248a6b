"""Events and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "events",
        sa.Column("key", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("last_error", sa.Text()),
        sa.Column("died_at", sa.DateTime(timezone=True), index=True),
    )
    op.create_table(
        "outbox",
        sa.Column("event_key", sa.BigInteger(), sa.ForeignKey("events.key"), primary_key=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("outbox")
    op.drop_table("events")

"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "first"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String(16)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "member",
        sa.Column("id", ID, primary_key=True),
        sa.Column("key", sa.String(30), nullable=False, unique=True),
        sa.Column("username", sa.String(30), nullable=False),
        sa.Column("password", sa.String(255), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("about", sa.String(500), nullable=False),
        sa.Column("picture", sa.String(80)),
    )
    op.create_table(
        "visit",
        sa.Column("id", ID, primary_key=True),
        sa.Column("member_id", ID, sa.ForeignKey("member.id")),
        sa.Column("data", sa.JSON, nullable=False),
    )
    op.create_table(
        "topic",
        sa.Column("id", ID, primary_key=True),
        sa.Column("member_id", ID, sa.ForeignKey("member.id"), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_topic_at", "topic", ["at"])
    op.create_table(
        "reply",
        sa.Column("id", ID, primary_key=True),
        sa.Column("topic_id", ID, sa.ForeignKey("topic.id", ondelete="CASCADE"), nullable=False),
        sa.Column("member_id", ID, sa.ForeignKey("member.id"), nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_reply_topic_id", "reply", ["topic_id"])


def downgrade() -> None:
    """Go back."""
    for table in ("reply", "topic", "visit", "member"):
        op.drop_table(table)

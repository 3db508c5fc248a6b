"""What the models had and no migration made: when accounts were closed, and keys used once.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("closed_at", sa.DateTime(), nullable=True))
    # Retries have been posted twice: the first one keeps the key.
    op.execute(
        """
        UPDATE entries SET idempotency_key = NULL
        WHERE idempotency_key IS NOT NULL AND EXISTS (
            SELECT 1 FROM entries AS earlier
            WHERE earlier.customer_id = entries.customer_id
            AND earlier.idempotency_key = entries.idempotency_key
            AND earlier.id < entries.id
        )
        """
    )
    # An index and no constraint: for that, SQLite would need a copy of the table, and postings point
    # to the one that is there.
    op.create_index(
        op.f("ix_entries_customer_id_idempotency_key"),
        "entries",
        ["customer_id", "idempotency_key"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_entries_customer_id_idempotency_key"), table_name="entries")
    op.drop_column("accounts", "closed_at")

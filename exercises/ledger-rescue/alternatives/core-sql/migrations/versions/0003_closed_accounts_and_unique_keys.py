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
    with op.batch_alter_table("accounts") as accounts:
        accounts.add_column(sa.Column("closed_at", sa.DateTime(), nullable=True))
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
    with op.batch_alter_table("entries") as entries:
        entries.create_unique_constraint(
            op.f("uq_entries_customer_id"), ["customer_id", "idempotency_key"]
        )


def downgrade() -> None:
    with op.batch_alter_table("entries") as entries:
        entries.drop_constraint(op.f("uq_entries_customer_id"), type_="unique")
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_column("closed_at")

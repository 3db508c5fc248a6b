"""Run by Alembic."""

from alembic import context
from sqlalchemy import create_engine

from webhooks.settings import Settings
from webhooks.tables import metadata

with create_engine(Settings.from_environment().database_url).connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()

"""Run migrations with the application's own engine and models; see `flask db --help`."""

from logging.config import fileConfig

from alembic import context
from flask import current_app

config = context.config
if config.config_file_name:
    fileConfig(config.config_file_name, disable_existing_loggers=False)
extension = current_app.extensions["migrate"]


def run_offline() -> None:
    """Write the SQL of the migrations (`--sql`)."""
    url = extension.db.engine.url.render_as_string(hide_password=False)
    context.configure(
        url=url,
        target_metadata=extension.db.metadata,
        literal_binds=True,
        **extension.configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Migrate the database."""
    with extension.db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=extension.db.metadata,
            **extension.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()

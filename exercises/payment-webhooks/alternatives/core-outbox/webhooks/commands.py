"""`flask db …`, by Alembic alone."""

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from flask import Flask
from flask.cli import AppGroup

db = AppGroup("db", help="The database.")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
    return config


@db.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Go forward."""
    command.upgrade(_config(), revision)


@db.command("downgrade")
@click.argument("revision", default="base")
def downgrade(revision: str) -> None:
    """Go back."""
    command.downgrade(_config(), revision)


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(db)

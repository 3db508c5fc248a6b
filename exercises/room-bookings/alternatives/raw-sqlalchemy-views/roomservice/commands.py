"""`flask db …`, which is Alembic, and `flask create-admin`."""

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import IntegrityError

from roomservice.database import database
from roomservice.views.accounts import add_user

MIGRATIONS = Path(__file__).parent.parent / "migrations"

db_commands = AppGroup("db", help="Migrate the database.")


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = database().engine
    return config


@db_commands.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Go forward to a revision."""
    command.upgrade(_alembic(), revision)


@db_commands.command()
@click.argument("revision", default="-1")
def downgrade(revision: str) -> None:
    """Go back to a revision."""
    command.downgrade(_alembic(), revision)


@db_commands.command()
@click.option("-m", "--message", required=True)
def migrate(message: str) -> None:
    """Write a revision from what differs between the tables and the database."""
    command.revision(_alembic(), message, autogenerate=True)


@db_commands.command()
def check() -> None:
    """Fail if the tables and the database differ."""
    command.check(_alembic())


@db_commands.command()
def heads() -> None:
    """Show the newest revisions."""
    command.heads(_alembic())


@db_commands.command()
def current() -> None:
    """Show the database's revision."""
    command.current(_alembic())


@click.command("create-admin")
@with_appcontext
def create_admin() -> None:
    """Add the admin of ADMIN_EMAIL and ADMIN_PASSWORD, once."""
    email, password = (current_app.config.get(key) for key in ("ADMIN_EMAIL", "ADMIN_PASSWORD"))
    if not email or not password:
        raise click.UsageError("Set ADMIN_EMAIL and ADMIN_PASSWORD.")
    try:
        add_user(email, password, "admin")
    except IntegrityError:
        click.echo(f"{email} is there already.")
    else:
        click.echo(f"Added {email}.")


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(db_commands)
    app.cli.add_command(create_admin)

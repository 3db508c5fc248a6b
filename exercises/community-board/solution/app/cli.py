"""Commands for whoever runs the application."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.models import Role
from app.services import members


@click.command("create-admin")
@with_appcontext
def create_admin() -> None:
    """Make the admin of ADMIN_USERNAME and ADMIN_PASSWORD, if there is none yet."""
    username, password = (current_app.config[key] for key in ("ADMIN_USERNAME", "ADMIN_PASSWORD"))
    if not username or not password:
        raise click.UsageError("Set ADMIN_USERNAME and ADMIN_PASSWORD in the environment.")
    try:
        members.create(username, password, Role.ADMIN)
    except members.UsernameTakenError:
        click.echo(f"{username} is there already.")
        return
    click.echo(f"{username} is an admin now.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(create_admin)

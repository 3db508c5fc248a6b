"""Commands for whoever runs the application."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.models import Role
from app.schemas import SignUp, load
from app.services import users


@click.command("create-admin")
@with_appcontext
def create_admin() -> None:
    """Make the admin of ADMIN_EMAIL and ADMIN_PASSWORD, if there is none yet."""
    email, password = (current_app.config[key] for key in ("ADMIN_EMAIL", "ADMIN_PASSWORD"))
    if not email or not password:
        raise click.UsageError("Set ADMIN_EMAIL and ADMIN_PASSWORD in the environment.")
    wanted = load(SignUp, {"email": email, "password": password})
    if users.with_email(wanted.email):
        click.echo(f"{wanted.email} is there already.")
        return
    users.create(wanted.email, wanted.password, Role.ADMIN)
    click.echo(f"{wanted.email} is an admin now.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(create_admin)

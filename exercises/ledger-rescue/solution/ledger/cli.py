"""Commands for whoever runs the service."""

import click
from flask import Flask
from flask.cli import with_appcontext

from ledger.services import accounts


@click.command("init-ledger")
@with_appcontext
def init_ledger() -> None:
    """Open our own accounts, if they are not there yet."""
    for kind in accounts.open_own():
        click.echo(f"Opened the account {kind}.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(init_ledger)

"""Tally: the ledger of the marketplace."""

from collections.abc import Mapping
from typing import Any

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy import insert, select

from ledger import config, errors, views
from ledger.database import connected, db, migrate
from ledger.tables import CASH, FEES, accounts


@click.command("init-ledger")
@with_appcontext
def init_ledger() -> None:
    """Open our own accounts, if they are not there yet."""
    with connected() as connection:
        known = set(connection.execute(select(accounts.c.kind)).scalars())
        for kind in {CASH, FEES} - known:
            connection.execute(insert(accounts), {"kind": kind, "name": kind.capitalize()})


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Create the application, configured by the environment and then by `overrides`."""
    app = Flask(__name__)
    app.config.from_mapping(config.load(overrides or {}))
    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=True)
    errors.register(app)
    views.register(app)
    app.cli.add_command(init_ledger)
    return app

"""Tally: the ledger of the marketplace."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from ledger import api, cli, config, errors
from ledger.extensions import db, migrate


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Create the application, configured by the environment and then by `overrides`."""
    app = Flask(__name__)
    app.config.from_mapping(config.load(overrides or {}))

    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=True)
    errors.register(app)
    api.register(app)
    cli.register(app)
    return app

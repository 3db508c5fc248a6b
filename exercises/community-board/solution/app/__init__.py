"""The community board."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from app import cli, config, errors, views
from app.extensions import csrf, db, login_manager, migrate


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Create the application, configured by the environment and then by `overrides`."""
    app = Flask(__name__)
    app.config.from_mapping(config.load(overrides or {}))

    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=True)
    csrf.init_app(app)
    login_manager.init_app(app)
    errors.register(app)
    views.register(app)
    cli.register(app)
    return app

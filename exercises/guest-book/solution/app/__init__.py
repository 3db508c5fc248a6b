"""The guest book: a JSON API over a SQLite file."""

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask

from app import entries, errors, store


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Create the application; `settings` override those of the environment."""
    app = Flask(__name__)
    app.config["DATABASE_PATH"] = os.environ.get("DATABASE_PATH", "guests.db")
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.config.update(settings or {})
    store.init_app(app)
    errors.init_app(app)
    app.register_blueprint(entries.blueprint)
    return app

"""Takes payment webhooks in, and passes them on to the ledger."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from app import api, config, errors, logs, tasks
from app.extensions import db, init_celery, migrate


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Create the application, configured by the environment and then by `overrides`."""
    logs.configure()
    app = Flask(__name__)
    app.config.from_mapping(config.load(overrides or {}))

    db.init_app(app)
    migrate.init_app(app, db)
    init_celery(app, tasks=[tasks.deliver_event])
    logs.register(app)
    errors.register(app)
    api.register(app)
    return app

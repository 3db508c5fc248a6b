"""Room bookings on SQLAlchemy Core: no ORM, no Flask extensions but our own."""

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask

from roomservice import commands, problems, views
from roomservice.database import Database
from roomservice.tokens import Signer


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Create the application from the environment, or from `settings` instead."""
    app = Flask(__name__)
    app.config.from_mapping(os.environ if settings is None else settings)
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.url_map.strict_slashes = False

    Database().init_app(app)
    Signer().init_app(app)
    problems.init_app(app)
    views.init_app(app)
    commands.init_app(app)
    return app

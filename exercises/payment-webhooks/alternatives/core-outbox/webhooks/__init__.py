"""Takes payment webhooks to the ledger: class-based views on SQLAlchemy Core, and an outbox."""

from flask import Flask

from webhooks import commands, observability, problems, views
from webhooks.settings import Settings
from webhooks.storage import Storage


def create_app(settings: Settings | None = None) -> Flask:
    """Create the web application."""
    settings = settings or Settings.from_environment()
    observability.configure()
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.extensions["settings"] = settings
    app.extensions["storage"] = Storage(settings.database_url)
    observability.register(app)
    problems.register(app)
    views.register(app)
    commands.register(app)
    return app

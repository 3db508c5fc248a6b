"""The community board."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from alembic import command
from alembic.config import Config
from flask import Flask
from flask.cli import AppGroup

from board import database, web
from board.models import Member

ROOT = Path(__file__).parent.parent


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Make an application, configured by the environment."""
    app = Flask(__name__)
    for key in ("DATABASE_URL", "UPLOAD_FOLDER", "SECRET_KEY", "ADMIN_USERNAME", "ADMIN_PASSWORD"):
        app.config[key] = os.environ.get(key)
    app.config["MAX_CONTENT_LENGTH"] = 1 << 20
    app.config.update(overrides or {})
    database.init_app(app)
    web.init_app(app)
    _add_commands(app)
    return app


def _add_commands(app: Flask) -> None:
    db = AppGroup("db", help="Migrations.")

    def config() -> Config:
        made = Config()
        made.set_main_option("script_location", str(ROOT / "migrations"))
        made.set_main_option("sqlalchemy.url", app.config["DATABASE_URL"].replace("%", "%%"))
        return made

    @db.command("upgrade")
    def upgrade() -> None:
        """Go forward to the newest revision."""
        command.upgrade(config(), "head")

    @db.command("downgrade")
    @click.argument("revision", default="-1")
    def downgrade(revision: str) -> None:
        """Go back."""
        command.downgrade(config(), revision)

    @app.cli.command("create-admin")
    def create_admin() -> None:
        """Make the admin of the environment."""
        name = app.config["ADMIN_USERNAME"]
        with database.session() as db_session:
            if Member.named(db_session, name) is None:
                made = Member.sign_up(name, app.config["ADMIN_PASSWORD"])
                made.role = "admin"
                db_session.add(made)

    app.cli.add_command(db)

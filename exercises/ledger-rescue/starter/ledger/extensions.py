"""The extensions, bound to an application in its factory."""

from sqlite3 import Connection as SQLiteConnection
from typing import Any

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, event

from ledger.models import Base

db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
migrate = Migrate()


@event.listens_for(Engine, "connect")
def _enforce_foreign_keys(connection: Any, _record: Any) -> None:
    """Switch on what SQLite leaves off."""
    if isinstance(connection, SQLiteConnection):
        connection.execute("PRAGMA foreign_keys = ON")

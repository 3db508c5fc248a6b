"""The extensions, bound to an application in its factory, and the unit of work."""

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Connection as SQLiteConnection
from typing import Any

from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Engine, event

from app.models import Base

# Objects stay readable after a commit: what was written is what is shown.
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
migrate = Migrate()
csrf = CSRFProtect()
login_manager = LoginManager()


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what the block has done, or nothing of it if it raises."""
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


@event.listens_for(Engine, "connect")
def _enforce_foreign_keys(connection: Any, _record: Any) -> None:
    """Switch on what SQLite leaves off."""
    if isinstance(connection, SQLiteConnection):
        connection.execute("PRAGMA foreign_keys = ON")

"""One engine an application, one session a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session


def init_app(app: Flask) -> None:
    """Connect an application with its database."""
    engine = create_engine(app.config["DATABASE_URL"])
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _foreign_keys)
    if app.config["UPLOAD_FOLDER"]:
        Path(app.config["UPLOAD_FOLDER"]).mkdir(parents=True, exist_ok=True)
    app.extensions["board_engine"] = engine
    app.teardown_appcontext(_close)


def _foreign_keys(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys = ON")


def _close(_error: BaseException | None) -> None:
    if "db" in g:
        g.pop("db").close()


def db() -> Session:
    """Return the session of this request."""
    if "db" not in g:
        g.db = Session(current_app.extensions["board_engine"], expire_on_commit=False)
    session: Session = g.db
    return session


@contextmanager
def session() -> Iterator[Session]:
    """Commit what the block does, or nothing of it."""
    try:
        yield db()
        db().commit()
    except BaseException:
        db().rollback()
        raise

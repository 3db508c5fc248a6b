"""Sessions in the database: the cookie is a random name, and all else is here."""

import secrets
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import JSON, Column, MetaData, String, Table, delete, insert, select, update
from sqlalchemy.engine import Engine

COOKIE = "visit"
VISITS = Table(
    "visit",
    MetaData(),
    Column("id", String(16), primary_key=True),
    Column("member_id", String(16)),
    Column("data", JSON),
)


class StoredSession(dict[str, Any], SessionMixin):
    """A session and the id of its row, which is None until it is stored."""

    def __init__(self, key: str | None, data: dict[str, Any]) -> None:
        super().__init__(data)
        self.key = key
        self.before = dict(data)
        self.replaced: str | None = None

    def renew(self) -> None:
        """Forget all that there was, and be another row."""
        self.clear()
        self.replaced, self.key, self.before = self.key, None, {}


class StoredSessions(SessionInterface):
    """Loads and stores rows."""

    def open_session(self, app: Flask, request: Request) -> StoredSession:
        """Return the session of the cookie, or a new one."""
        key = request.cookies.get(COOKIE, "")
        with _engine(app).connect() as connection:
            data = connection.scalar(select(VISITS.c.data).where(VISITS.c.id == key))
        return StoredSession(None, {}) if data is None else StoredSession(key, data)

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Store what changed, and set the cookie of a new session."""
        if session.replaced:
            with _engine(app).begin() as connection:
                connection.execute(delete(VISITS).where(VISITS.c.id == session.replaced))
        if dict(session) == session.before:
            return
        values = {"data": dict(session), "member_id": session.get("member")}
        with _engine(app).begin() as connection:
            if session.key is None:
                session.key = secrets.token_hex(8)
                connection.execute(insert(VISITS).values(id=session.key, **values))
                response.set_cookie(COOKIE, session.key, httponly=True, samesite="Lax")
            else:
                connection.execute(update(VISITS).where(VISITS.c.id == session.key).values(values))


def _engine(app: Flask) -> Engine:
    engine: Engine = app.extensions["board_engine"]
    return engine

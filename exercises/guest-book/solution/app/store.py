"""Entries in a SQLite file, one connection a request."""

import sqlite3

import click
from flask import Flask, current_app, g
from flask.cli import with_appcontext

SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    message TEXT NOT NULL
)
"""
Entry = dict[str, int | str]


def init_app(app: Flask) -> None:
    """Close connections after each request, and add the command `init-db`."""
    app.teardown_appcontext(_close)
    app.cli.add_command(init_db)


@click.command("init-db")
@with_appcontext
def init_db() -> None:
    """Make the table, if it is not there."""
    with _connection() as connection:
        connection.execute(SCHEMA)


def all_entries() -> list[Entry]:
    """Return every entry, the newest first."""
    rows = _connection().execute("SELECT id, name, message FROM entry ORDER BY id DESC")
    return [dict(row) for row in rows]


def find(entry_id: str) -> Entry | None:
    """Return an entry, or None if there is none of this id."""
    found = _connection().execute(
        "SELECT id, name, message FROM entry WHERE CAST(id AS TEXT) = ?", (entry_id,)
    )
    row = found.fetchone()
    return None if row is None else dict(row)


def add(name: str, message: str) -> Entry:
    """Write an entry, and return it."""
    with _connection() as connection:
        written = connection.execute(
            "INSERT INTO entry (name, message) VALUES (?, ?)", (name, message)
        )
    return {"id": written.lastrowid or 0, "name": name, "message": message}


def _connection() -> sqlite3.Connection:
    if "connection" not in g:
        g.connection = sqlite3.connect(current_app.config["DATABASE_PATH"])
        g.connection.row_factory = sqlite3.Row
    connection: sqlite3.Connection = g.connection
    return connection


def _close(_: BaseException | None) -> None:
    connection = g.pop("connection", None)
    if connection is not None:
        connection.close()

"""The engine, as a Flask extension: a read is a read, a write is alone."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app

NAME = "roomservice-database"


class Database:
    """Connections of one application."""

    engine: sa.Engine

    def init_app(self, app: Flask) -> None:
        """Make the engine that DATABASE_URL asks for."""
        self.engine = sa.create_engine(app.config["DATABASE_URL"])
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _take_over_transactions)
            sa.event.listen(self.engine, "begin", _begin)
        app.extensions[NAME] = self

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """Return a transaction that writes nothing."""
        return self.engine.begin()

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Give a transaction that writes; on SQLite, there is one at a time."""
        with self.engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection


def _take_over_transactions(connection: Any, _record: Any) -> None:
    """Have sqlite3 begin nothing by itself, wait for locks, and mind foreign keys.

    https://docs.sqlalchemy.org/en/latest/dialects/sqlite.html#pysqlite-serializable
    """
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout = 8000")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def database() -> Database:
    """Return the current application's database."""
    found: Database = current_app.extensions[NAME]
    return found

"""Migrations: up, down and up again, with what is in the old database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, inspect, text

from ledger import create_app


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    """The application, with a database in which nothing is yet."""
    url = f"sqlite:///{tmp_path}/empty.db"
    app = create_app({"SQLALCHEMY_DATABASE_URI": url, "OPERATOR_KEY": "key"})
    with app.app_context():
        yield app
        app.extensions["sqlalchemy"].engine.dispose()


def test_migrations_go_up_down_and_up_again(empty: Flask) -> None:
    engine: Engine = empty.extensions["sqlalchemy"].engine
    tables = {"customers", "accounts", "entries", "postings", "alembic_version"}

    upgrade()
    assert set(inspect(engine).get_table_names()) == tables

    downgrade(revision="base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}

    upgrade()
    assert set(inspect(engine).get_table_names()) == tables


def test_what_was_posted_lives_on_also_if_it_was_posted_twice(empty: Flask) -> None:
    engine: Engine = empty.extensions["sqlalchemy"].engine
    upgrade(revision="0002")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO customers VALUES (1, 'Ada', 'hash', 100)"))
        connection.execute(text("INSERT INTO accounts VALUES (1, 1, 'customer', 'Main')"))
        for number in (1, 2):
            entry = "INSERT INTO entries VALUES (:id, 'transfer', 1, 5, 0, NULL, 'key', :at)"
            connection.execute(text(entry), {"id": number, "at": "2026-01-01 00:00:00"})
            posting = text("INSERT INTO postings VALUES (:id, :id, 1, 5)")
            connection.execute(posting, {"id": number})

    upgrade()

    with engine.connect() as connection:
        keys = connection.scalars(text("SELECT idempotency_key FROM entries ORDER BY id")).all()
        count = connection.scalar(text("SELECT COUNT(*) FROM postings"))
    assert (keys, count) == (["key", None], 2)

"""Migrations: up, down, up again, and equal to the models."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect

from app import create_app
from app.extensions import db


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    """The application, with a database in which nothing is yet."""
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/empty.db",
            "SECRET_KEY": "a-key-for-tests",
        }
    )
    with app.app_context():
        yield app
        db.engine.dispose()


@pytest.mark.usefixtures("empty")
def test_migrations_go_up_down_and_up_again() -> None:
    tables = {"members", "avatars", "topics", "replies", "alembic_version"}

    upgrade()
    assert set(inspect(db.engine).get_table_names()) == tables

    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}

    upgrade()
    assert set(inspect(db.engine).get_table_names()) == tables


@pytest.mark.usefixtures("empty")
def test_migrations_match_the_models() -> None:
    upgrade()

    check()

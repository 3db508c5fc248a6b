"""Migrations: up, down, up again, and equal to the models."""

from collections.abc import Iterator

import pytest
from conftest import make_app
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect, text

from app.extensions import db


@pytest.fixture
def empty(empty_database: str) -> Iterator[None]:
    """A database in which nothing is, before and after."""
    with make_app(SQLALCHEMY_DATABASE_URI=empty_database).app_context():
        yield
        downgrade(revision="base")
        with db.engine.begin() as connection:
            connection.execute(text("DROP TABLE alembic_version"))
        db.engine.dispose()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names())


@pytest.mark.usefixtures("empty")
def test_migrations_go_up_down_and_up_again() -> None:
    upgrade()
    assert tables() == {"events", "alembic_version"}
    downgrade(revision="base")
    assert tables() == {"alembic_version"}
    upgrade()
    assert tables() == {"events", "alembic_version"}


@pytest.mark.usefixtures("empty")
def test_migrations_match_the_models() -> None:
    upgrade()

    check()

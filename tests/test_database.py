"""The URL under which a submission finds its PostgreSQL."""
# A test's name is its sentence.
# ruff: noqa: D103

import pytest

from flaskgrade.database import url


@pytest.mark.parametrize(
    ("packages", "dialect"),
    [
        (("psycopg2-binary", "sqlalchemy"), "postgresql+psycopg2"),
        (("psycopg2", "sqlalchemy"), "postgresql+psycopg2"),
        (("psycopg2",), "postgresql"),
        (("psycopg", "sqlalchemy"), "postgresql+psycopg"),
        (("pg8000", "sqlalchemy"), "postgresql+pg8000"),
        (("flask", "sqlalchemy"), "postgresql"),
    ],
)
def test_the_driver_that_is_there_is_named(packages: tuple[str, ...], dialect: str) -> None:
    assert url(packages).partition("://")[0] == dialect

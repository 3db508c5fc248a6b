"""Migrations that are not Alembic's, known by the names of files and folder."""

import pytest

from flaskgrade.flaskapp.home_made import home_made


@pytest.mark.parametrize(
    ("paths", "folder"),
    [
        (["app/schema/migration/mysql/20190101.sql", "app/schema/x.sql"], "app/schema/migration"),
        (["migrations/001_initial.py", "migrations/002_more.py"], "migrations"),
        (["db_repository/versions/001_x.py", "db_repository/migrate.cfg"], "db_repository"),
        (["db/migrations/V1__start.sql"], "db/migrations"),
        (["migrations/20200101120000_add.sql", "old/migrations/1.sql"], "migrations"),
    ],
)
def test_numbered_scripts_in_a_folder_of_that_name_are_migrations(
    paths: list[str], folder: str
) -> None:
    """The folder is the outermost of that name, and the one with most of them."""
    assert home_made([*paths, *(f"{folder}/9{n}_x.sql" for n in range(2))]) == folder


@pytest.mark.parametrize(
    "path",
    [
        "schema.sql",
        "migrations/README.md",
        "migrations/helpers.py",
        "docs/migrations/1.sql",
        "tests/migrations/1.sql",
        "versions/001_x.py",
    ],
)
def test_other_files_are_none(path: str) -> None:
    """A schema is none, nor is what lies in tests or documentation."""
    assert home_made([path]) is None

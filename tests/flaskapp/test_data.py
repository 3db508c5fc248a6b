"""The database library and the models."""

import pytest

from flaskgrade.flaskapp.analyse import analyse

COLUMN = "    id = Column()\n"


@pytest.mark.parametrize(
    ("source", "database"),
    [
        ("from flask_sqlalchemy import SQLAlchemy\nimport sqlalchemy\n", "flask-sqlalchemy"),
        ("import sqlalchemy as sa\n", "sqlalchemy"),
        ("def f():\n    import sqlite3\n", "sqlite3"),
        ("import peewee\n", "peewee"),
        ("from flask_mongoengine import MongoEngine\n", "mongoengine"),
        ("import json\n", None),
    ],
)
def test_the_database_library_is_the_outermost(source: str, database: str | None) -> None:
    """Flask-SQLAlchemy imports SQLAlchemy, not the other way round."""
    assert analyse({"app.py": source}).database == database


def test_a_library_that_only_an_example_or_a_script_uses_is_not_the_applications() -> None:
    """Unless there is nothing else."""
    example = {"examples/a.py": "import peewee\n"}

    assert analyse({"app.py": "import json\n", **example}).database is None
    assert analyse(example).database == "peewee"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (f"class A(db.Model):\n{COLUMN}", [1]),
        (
            (
                "import flask_sqlalchemy\nd = flask_sqlalchemy.SQLAlchemy()\n"
                f"class A(d.Model):\n{COLUMN}"
            ),
            [3],
        ),
        (
            (
                "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n"
                f"class A(Base):\n{COLUMN}"
            ),
            [3],
        ),
        (
            (
                "from sqlalchemy.orm import declarative_base\n"
                f"B = declarative_base()\nclass A(B):\n{COLUMN}"
            ),
            [3],
        ),
        (f"class M(db.Model):\n    __abstract__ = True\nclass A(M):\n{COLUMN}", [3]),
        (f"import peewee\nclass A(peewee.Model):\n{COLUMN}", [2]),
        (f"from marshmallow import Schema\nclass A(Schema):\n{COLUMN}", []),
    ],
)
def test_models_are_the_classes_with_a_table(source: str, lines: list[int]) -> None:
    """Bases and abstract classes are none."""
    assert [model.location.line for model in analyse({"models.py": source}).models] == lines


@pytest.mark.parametrize("module", ["flask.ext.sqlalchemy", "flaskext.sqlalchemy"])
def test_extensions_are_known_by_their_old_names(module: str) -> None:
    """As they were imported before Flask 1.0."""
    source = f"from {module} import SQLAlchemy\ndb = SQLAlchemy()\n"

    facts = analyse({"app.py": source})

    assert facts.database == "flask-sqlalchemy"
    assert [one.kind for one in facts.extensions] == ["SQLAlchemy"]

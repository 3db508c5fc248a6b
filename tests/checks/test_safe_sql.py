"""M7: values are bound as parameters."""

from pathlib import Path

import pytest

from flaskgrade.checks.safe_sql import CHECK
from flaskgrade.model.evidence import Location, Severity, Status
from tests.checks.contexts import context_of

HEAD = """
import sqlite3
from flask import Flask, request

app = Flask(__name__)
ORDERS = {"name": "name", "newest": "created DESC"}


def database():
    return sqlite3.connect("rooms.db")

"""
EARNS = """
@app.get("/rooms")
def rooms():
    order = ORDERS.get(request.args.get("sort"), "name")
    wanted = request.args.getlist("name")
    marks = ", ".join("?" for _ in wanted)
    query = f"SELECT * FROM rooms WHERE name IN ({marks}) ORDER BY {order}"
    return list(database().execute(query, wanted))
"""
LOSES = """
@app.get("/rooms")
def rooms():
    query = f"SELECT * FROM rooms WHERE name = '{request.args['name']}'"
    return list(database().execute(query))


def owner(room):
    return database().execute("SELECT * FROM users WHERE name = '%s'" % room.owner)
"""
ORM = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Room(db.Model):
    id = db.Column(db.Integer, primary_key=True)


def create_app():
    app = Flask(__name__)
    db.init_app(app)
    return app
"""


@pytest.mark.parametrize("source", [HEAD + EARNS, ORM], ids=["bound", "orm"])
def test_bound_values_and_chosen_columns_earn_it(source: str, tmp_path: Path) -> None:
    """So does an ORM, which binds by itself."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": source}))

    assert evidence.status is Status.PASSED
    assert [item.status for item in evidence.items] == [Status.PASSED, Status.PASSED]


def test_text_of_a_request_loses_both_and_another_value_one(tmp_path: Path) -> None:
    """The place of each is named, and the advice says what to do instead."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": HEAD + LOSES}))

    assert [(f.code, f.severity, f.location) for f in evidence.findings] == [
        ("safe-sql:request", Severity.HIGH, Location(path="app.py", line=15)),
        ("safe-sql:values", Severity.MEDIUM, Location(path="app.py", line=15)),
        ("safe-sql:values", Severity.MEDIUM, Location(path="app.py", line=20)),
    ]
    assert "Bind values as parameters" in evidence.items[0].message
    assert "select()" in evidence.items[1].message


def test_a_project_without_a_database_is_not_judged(tmp_path: Path) -> None:
    """It has nothing that could be unsafe."""
    source = "from flask import Flask\napp = Flask(__name__)\n"
    evidence = CHECK.run(context_of(tmp_path, {"app.py": source}))

    assert evidence.status is Status.SKIPPED

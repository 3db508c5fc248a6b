"""M6: one commit for a unit of work, rollback on error, nothing left open."""

from pathlib import Path

from flaskgrade.checks.transactions import CHECK
from flaskgrade.model.evidence import Status
from tests.checks.contexts import context_of

EARNS = """
from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import IntegrityError

db = SQLAlchemy()


def create_room(name):
    db.session.add(name)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return None
    return name


def create_app():
    app = Flask(__name__)
    db.init_app(app)

    @app.post("/rooms")
    def rooms():
        return create_room(request.json["name"]) or ("taken", 409)

    return app
"""
LOSES = """
import sqlite3
from flask import Flask, request
from sqlalchemy.orm import sessionmaker

app = Flask(__name__)
session = sessionmaker()()
connection = sqlite3.connect("rooms.db")


@app.post("/rooms")
def rooms():
    session.add(request.json["name"])
    session.commit()
    for one in request.json["seats"]:
        try:
            session.add(one)
            session.commit()
        except Exception:
            print("no seat")
    return "done"
"""


def test_a_rollback_and_one_commit_earn_it_in_full(tmp_path: Path) -> None:
    """Flask-SQLAlchemy gives the session back by itself."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": EARNS}))

    assert evidence.status is Status.PASSED
    assert [item.status for item in evidence.items] == [Status.PASSED] * 3


def test_each_way_to_leave_work_half_done_loses_a_part(tmp_path: Path) -> None:
    """Every finding has its place; the advice tells what to do instead."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": LOSES}))

    assert {(f.code, f.location.line if f.location else 0) for f in evidence.findings} == {
        ("transactions:errors", 19),
        ("transactions:units", 18),
        ("transactions:closed", 7),
        ("transactions:closed", 8),
    }
    assert "PendingRollbackError" in evidence.items[0].message
    assert "rooms has committed in line 14, and does so again" in evidence.items[1].message
    assert "teardown_appcontext" in evidence.items[2].message


def test_a_project_that_writes_nothing_is_not_judged(tmp_path: Path) -> None:
    """It has no transactions."""
    source = "from flask import Flask\napp = Flask(__name__)\n"
    evidence = CHECK.run(context_of(tmp_path, {"app.py": source}))

    assert evidence.status is Status.SKIPPED

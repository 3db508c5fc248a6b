"""M5: the statements that a page takes, counted by the server, with few rows and with more."""

import dataclasses
from pathlib import Path

import pytest

from flaskgrade.checks.queries import CHECK
from flaskgrade.environment.postgres import postgres
from flaskgrade.model.environment import Folder
from flaskgrade.model.evidence import Evidence, Status
from flaskgrade.model.exercise import DatabaseKind, Exercise, Launch
from flaskgrade.sandbox.base import Sandbox
from tests.checks.conftest import Bench

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

APP = """\
import os

from flask import Blueprint, Flask, abort, jsonify
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import joinedload

db = SQLAlchemy()
rooms = Blueprint("rooms", __name__, url_prefix="/rooms")


class Room(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40), nullable=False, unique=True)


class Booking(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(40), nullable=False)
    seats = db.Column(db.Integer, db.CheckConstraint("seats BETWEEN 1 AND 500"), nullable=False)
    starts_at = db.Column(db.DateTime, nullable=False)
    ends_at = db.Column(db.DateTime, db.CheckConstraint("ends_at > starts_at"), nullable=False)
    room_id = db.Column(db.ForeignKey("room.id"), nullable=False, index=True)
    room = db.relationship(Room)


@rooms.get("/")
def listed():
    return jsonify([room.name for room in Room.query])


@rooms.get("/bookings")
def bookings():
    found = Booking.query.options(OPTIONS).all() if OPTIONS else Booking.query.all()
    return jsonify([{"title": one.title, "room": one.room.name} for one in found])


@rooms.get("/secret")
def secret():
    abort(401)


def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
    db.init_app(app)
    app.register_blueprint(rooms)
    with app.app_context():
        db.create_all()
    return app
"""


@pytest.fixture(scope="module")
def server(real: Sandbox, cache: Path) -> Folder:
    """Give PostgreSQL's programs."""
    (cache / "scratch").mkdir(exist_ok=True)
    return postgres(sandbox=real, cache=cache, scratch=cache / "scratch")


def run(bench: Bench, server: Folder, text: str) -> Evidence:
    """Run the check on an application of one file."""
    context = bench.context({"app.py": text})
    return CHECK.run(dataclasses.replace(context, database=DatabaseKind.POSTGRES, postgres=server))


def test_a_list_that_loads_each_rows_parent_by_itself_loses(bench: Bench, server: Folder) -> None:
    """Twelve bookings in twelve rooms: a statement for each room."""
    evidence = run(bench, server, APP.replace("OPTIONS", "None"))

    assert evidence.status is Status.FAILED, evidence
    verdicts = {item.id: item.status for item in evidence.items}
    assert verdicts == {
        "queries:/rooms/": Status.PASSED,
        "queries:/rooms/bookings": Status.FAILED,
    }
    failed = next(item for item in evidence.items if item.status is Status.FAILED)
    assert "selectinload()" in failed.message
    assert str(failed.location) == "app.py:31"
    assert evidence.measure("pages_not_measured") == 1


def test_a_list_that_loads_all_at_once_earns(bench: Bench, server: Folder) -> None:
    """With a join the number stays."""
    evidence = run(bench, server, APP.replace("OPTIONS", "joinedload(Booking.room)"))

    assert evidence.status is Status.PASSED, evidence
    assert {item.id for item in evidence.items} == {"queries:/rooms/", "queries:/rooms/bookings"}


def test_pages_that_show_no_rows_are_not_judged(bench: Bench, server: Folder) -> None:
    """A page that never grows says nothing about its queries."""
    silent = APP.replace("jsonify(", "str(").replace("OPTIONS", "None")
    constant = silent.replace("str([room", "str(not [room").replace("str([{", "str(not [{")

    evidence = run(bench, server, constant)

    assert evidence.status is Status.SKIPPED, evidence
    assert "None of 3 pages" in evidence.summary


def test_without_a_server_nothing_is_counted(bench: Bench) -> None:
    """The candidate's own process could count what it likes."""
    evidence = CHECK.run(bench.context({"app.py": APP}))

    assert evidence.status is Status.SKIPPED


GUARDED = """\
import os

from flask import Flask, abort, jsonify, request
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Room(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40), db.CheckConstraint("name LIKE 'our%'"), nullable=False)


def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
    db.init_app(app)
    with app.app_context():
        db.create_all()

    @app.before_request
    def guard():
        if request.headers.get("X-Key") != "open":
            abort(401)

    @app.post("/rooms")
    def create():
        db.session.add(Room(name=request.get_json()["name"]))
        db.session.commit()
        return "", 201

    @app.get("/rooms")
    def rooms():
        ids = db.session.scalars(db.select(Room.id)).all()
        return jsonify([db.session.get(Room, one).name for one in ids])

    return app
"""
TOLD = """\
KEY = {"X-Key": "open"}


def pages(http):
    return [("/rooms", KEY)]


def grow(http, rows):
    for number in range(rows):
        http.post("/rooms", json={"name": f"our {number}"}, headers=KEY)
"""


def test_an_exercise_says_how_its_lists_grow(bench: Bench, server: Folder, tmp_path: Path) -> None:
    """By the application itself, with whatever a log-in gives."""
    acceptance = tmp_path / "exercise" / "acceptance"
    acceptance.mkdir(parents=True)
    (acceptance / "queries.py").write_text(TOLD)
    exercise = Exercise(
        name="rooms", title="Rooms", version=1, folder=acceptance.parent, digest="0"
    )
    exercise = dataclasses.replace(
        exercise, launch=Launch(environment=(("DATABASE_URL", "{database}"),))
    )
    context = bench.context({"app.py": GUARDED}, exercise=exercise)

    evidence = CHECK.run(
        dataclasses.replace(context, database=DatabaseKind.POSTGRES, postgres=server)
    )

    assert [item.id for item in evidence.items] == ["queries:/rooms"], evidence
    assert evidence.status is Status.FAILED
    assert "asks the database again for each row" in evidence.items[0].message

"""S9: routes, services, models; imports that run one way."""

from pathlib import Path

import pytest

from flaskgrade.checks.layers import CHECK
from flaskgrade.model.evidence import Evidence, Status
from tests.checks.contexts import context_of

MODELS = """
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Room(db.Model):
    id = db.Column(db.Integer, primary_key=True)


class Booking(db.Model):
    id = db.Column(db.Integer, primary_key=True)
"""
SERVICES = """
from models import Booking, Room, db


def book(room_id):
    room = db.session.get(Room, room_id)
    clash = Booking.query.filter_by(room_id=room.id).first()
    others = Booking.query.filter_by(user_id=1).count()
    db.session.add(Booking(room_id=room.id))
    db.session.commit()
"""
VIEWS = """
from flask import Blueprint, request
from models import Booking, Room, db
from services import book

bp = Blueprint("bookings", __name__)


@bp.get("/bookings/<int:id>")
def show(id):
    return Booking.query.get_or_404(id).to_dict()


@bp.post("/rooms")
def create():
    room = Room(name=request.json["name"])
    db.session.add(room)
    db.session.commit()
    return {"id": room.id}


@bp.post("/bookings")
def book_room():
    book(request.json["room_id"])
    return "", 201


@bp.delete("/bookings/<int:id>")
def cancel(id):
    booking = Booking.query.get_or_404(id)
    db.session.delete(booking)
    db.session.commit()
    return "", 204
"""
BUSY = """
from flask import Blueprint, request
from models import Booking, Room, db

bp = Blueprint("bookings", __name__)
""" + "\n".join(
    f"""
@bp.post("/bookings/{n}")
def book_{n}():
    room = db.session.get(Room, request.json["room_id"])
    clash = Booking.query.filter_by(room_id=room.id).first()
    others = Booking.query.filter_by(user_id=1).count()
    db.session.add(Booking(room_id=room.id))
    db.session.commit()
    return "", 201
"""
    for n in range(5)
)


def layers(tmp_path: Path, **files: str) -> Evidence:
    """Return what the check says of some files; `__` in a name stands for a slash."""
    paths = {f"{name.replace('__', '/')}.py": text for name, text in files.items()}
    return CHECK.run(context_of(tmp_path, paths))


def lost(evidence: Evidence) -> list[str]:
    """Return the questions that were answered with no."""
    failed = [item for item in evidence.items if item.status is Status.FAILED]
    return [item.id.removeprefix("layers:") for item in failed]


def test_views_of_a_line_or_two_above_services_and_models_earn(tmp_path: Path) -> None:
    """A look-up, an addition and a commit in a view are Flask's custom."""
    evidence = layers(tmp_path, models=MODELS, services=SERVICES, views=VIEWS)

    assert evidence.status is Status.PASSED
    assert len(evidence.items) == 5


def test_views_that_do_the_work_of_services_lose(tmp_path: Path) -> None:
    """The finding names the view, and the advice says where the work belongs."""
    evidence = layers(tmp_path, models=MODELS, views=BUSY)

    assert lost(evidence) == ["most", "nearly-all"]
    assert evidence.findings[0].message == ("5 of 5 views do not: book_0 makes 4 statements itself")
    assert "in services or in the model" in evidence.items[-1].message


def test_one_long_view_among_several_costs_nothing(tmp_path: Path) -> None:
    """A share is judged, not each view."""
    long = BUSY.split("\n@bp")[1]
    evidence = layers(tmp_path, models=MODELS, services=SERVICES, views=f"{VIEWS}\n@bp{long}")

    assert evidence.status is Status.PASSED


def test_sql_in_views_loses(tmp_path: Path) -> None:
    """As text, wherever it is written in the file."""
    views = "\n".join(
        f"@app.get('/{n}')\ndef view_{n}():\n    return db.execute('SELECT * FROM room').one()\n"
        for n in range(4)
    )
    evidence = layers(tmp_path, app=f"from flask import Flask\napp = Flask(__name__)\n{views}")

    assert lost(evidence) == ["most", "nearly-all"]
    assert evidence.findings[1].message == "view_0 holds SQL as text"


def test_models_among_many_views_lose(tmp_path: Path) -> None:
    """One file of everything has no layers."""
    one = VIEWS.replace("from models import Booking, Room, db\nfrom services import book\n", MODELS)

    assert lost(layers(tmp_path, app=one)) == ["apart"]


@pytest.mark.parametrize("line", ["from views import show", "import views"])
def test_models_that_import_views_lose_and_the_circle_is_named(tmp_path: Path, line: str) -> None:
    """Both files of it."""
    evidence = layers(tmp_path, models=f"{line}\n{MODELS}", services=SERVICES, views=VIEWS)

    assert lost(evidence) == ["circles", "upward"]
    assert "models.py, services.py, views.py import each other" in evidence.items[0].message


def test_a_blueprint_package_that_imports_its_views_below_is_no_circle(tmp_path: Path) -> None:
    """As in Flask's documentation, and in every tutorial."""
    package = (
        "from flask import Blueprint\nbp = Blueprint('api', __name__)\nfrom api import views\n"
    )
    hook = "@bp.before_request\ndef before():\n    pass\n"
    views = VIEWS.replace('bp = Blueprint("bookings", __name__)', "from api import bp")
    evidence = layers(
        tmp_path, models=MODELS, services=SERVICES, api____init__=package + hook, api__views=views
    )

    assert evidence.status is Status.PASSED


def test_small_applications_need_no_layers(tmp_path: Path) -> None:
    """Three views in one file are not judged."""
    small = MODELS + BUSY.replace("from models import Booking, Room, db", "")
    small = small.split('\n@bp.post("/bookings/3")')[0]

    assert layers(tmp_path, app=small).status is Status.SKIPPED


def test_a_service_of_the_same_name_as_a_view_is_no_view(tmp_path: Path) -> None:
    """What it does with the database is its own work."""
    services = SERVICES.replace("def book(", "def book_room(")
    views = VIEWS.replace("from services import book", "import services")
    evidence = layers(
        tmp_path,
        models=MODELS,
        services=services,
        views=views.replace("    book(", "    services.book_room("),
    )

    assert {m.name: m.value for m in evidence.measures}["views_with_database_access"] == 3

"""Which view answers a request, as the source tells it."""
# A test's name is its sentence.
# ruff: noqa: D103

import time

import pytest

from flaskgrade.flaskapp.analyse import analyse
from flaskgrade.model.evidence import Location
from flaskgrade.review.views import View, view_of, views

APP = {
    "shop/__init__.py": (
        "from flask import Blueprint, Flask\n"
        "from shop.rooms import rooms\n"
        "from shop.guests import guests\n"
        "api = Blueprint('api', __name__, url_prefix='/api')\n"
        "def create_app():\n"
        "    app = Flask(__name__)\n"
        "    api.register_blueprint(rooms)\n"
        "    api.register_blueprint(guests)\n"
        "    app.register_blueprint(api)\n"
        "    @app.get('/health')\n"
        "    def health():\n"
        "        return 'ok'\n"
        "    return app\n"
    ),
    "shop/rooms.py": (
        "from flask import Blueprint\n"
        "rooms = Blueprint('rooms', __name__, url_prefix='/rooms')\n"
        "@rooms.get('')\n"
        "def all_rooms():\n"
        "    return []\n"
        "@rooms.route('/<int:room>', methods=['GET', 'PUT'])\n"
        "def one_room(room):\n"
        "    return {}\n"
        "@rooms.get('/newest')\n"
        "def newest():\n"
        "    return {}\n"
        "@rooms.get('/files/<path:name>')\n"
        "def file(name):\n"
        "    return {}\n"
    ),
    "shop/guests.py": (
        "from flask import Blueprint\n"
        "guests = Blueprint('guests', __name__, url_prefix='/guests')\n"
        "@guests.get('/<int:guest>')\n"
        "def one_guest(guest):\n"
        "    return {}\n"
    ),
}


@pytest.mark.parametrize(
    ("method", "path", "place"),
    [
        ("GET", "/api/rooms", "shop/rooms.py:4"),
        ("GET", "/api/rooms/?page=2", "shop/rooms.py:4"),
        ("GET", "/api/rooms/7", "shop/rooms.py:7"),
        ("HEAD", "/api/rooms/7", "shop/rooms.py:7"),
        ("PUT", "/api/rooms/7", "shop/rooms.py:7"),
        ("GET", "/api/rooms/newest", "shop/rooms.py:10"),
        ("GET", "/api/rooms/files/a/b.txt", "shop/rooms.py:13"),
        ("GET", "/api/guests/7", "shop/guests.py:4"),
        ("GET", "/health", "shop/__init__.py:11"),
        ("DELETE", "/api/rooms/7", None),
        ("GET", "/api/nothing", None),
        ("GET", "/", None),
    ],
)
def test_a_request_leads_to_its_view(method: str, path: str, place: str | None) -> None:
    found = view_of(method, path, views(analyse(APP)))

    # A view stands where its decorator or its function does.
    near = None if found is None else (found.path, found.line)
    wanted = None if place is None else place.rpartition(":")[0]
    assert (near[0] if near else None) == wanted
    if near is not None and place is not None and near[1] is not None:
        assert abs(near[1] - int(place.rpartition(":")[2])) <= 1


def view(rule: str, line: int, *methods: str) -> View:
    return View(
        segments=tuple(part for part in rule.split("/") if part),
        methods=methods,
        location=Location(path="a.py", line=line),
    )


def test_where_a_prefix_is_not_known_the_end_of_the_path_decides() -> None:
    among = (view("/rooms/<id>", 1, "GET"), view("/guests/<id>", 2, "GET"))

    assert view_of("GET", "/v1/guests/7", among) == Location(path="a.py", line=2)


def test_where_two_views_fit_alike_none_is_named() -> None:
    among = (view("/rooms/<id>", 1), view("/rooms/<name>", 2))

    assert view_of("GET", "/rooms/7", among) is None


def test_a_view_of_anything_answers_only_paths_of_its_length() -> None:
    among = (view("/<slug>", 1),)

    assert view_of("GET", "/about", among) == Location(path="a.py", line=1)
    assert view_of("GET", "/a/b", among) is None


def test_a_rule_made_to_take_long_takes_no_time() -> None:
    among = tuple(view("/<path:a>/x" * 200, n) for n in range(200))
    began = time.monotonic()

    view_of("GET", "/x" * 2000, among)

    assert time.monotonic() - began < 5

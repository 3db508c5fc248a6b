"""The view of a rule, and its methods."""

import pytest

from flaskgrade.flaskapp.routes import find_routes
from tests.flaskapp.projects import project

HEAD = (
    "from flask import Flask\nfrom flask.views import MethodView, View\napp = Flask(__name__)\n"
    "class Base(MethodView):\n    def get(self): ...\n"
    "class Rooms(Base):\n    def post(self): ...\n"
    "class Page(View):\n    methods = ['GET', 'POST']\n    def dispatch_request(self): ...\n"
)


@pytest.mark.parametrize(
    ("source", "handler", "methods"),
    [
        ("app.add_url_rule('/', view_func=Rooms.as_view('r'))", "Rooms", ("GET", "POST")),
        ("v = Rooms.as_view('r')\napp.add_url_rule('/', view_func=v)", "Rooms", ("GET", "POST")),
        ("app.add_url_rule('/', view_func=guarded(Rooms.as_view('r')))", "Rooms", ("GET", "POST")),
        (
            (
                "for path, view in {'/': Rooms.as_view('r')}.items():\n"
                "    app.add_url_rule(path, view_func=view)"
            ),
            "Rooms",
            ("GET", "POST"),
        ),
        (
            (
                "def register(paths, view):\n    for path in paths:\n"
                "        app.add_url_rule(path, view_func=view)\n"
                "register(paths=['/'], view=Rooms.as_view('r'))"
            ),
            "Rooms",
            ("GET", "POST"),
        ),
        ("app.add_url_rule('/', view_func=Page.as_view('p'))", "Page", ("GET", "POST")),
        (
            "@app.route('/')\nclass Room(Base):\n    def delete(self): ...",
            "Room",
            ("GET", "DELETE"),
        ),
        ("def show(): ...\napp.add_url_rule('/', view_func=guarded(show))", "show", ("GET",)),
        ("app.add_url_rule('/', view_func=unknown)", "unknown", ("GET",)),
    ],
)
def test_the_view_is_found_behind_names_arguments_and_wrappers(
    source: str, handler: str, methods: tuple[str, ...]
) -> None:
    """Its methods are those of its class, inherited ones included."""
    (route,) = find_routes(project(HEAD + source + "\n"))

    assert (route.handler, route.methods) == (handler, methods)

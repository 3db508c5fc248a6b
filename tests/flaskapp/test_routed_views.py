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


HOME_MADE = """
from flask import Blueprint
bp = Blueprint('b', __name__)
def route(bp, *args, **kwargs):
    def decorator(f):
        @bp.route(*args, **kwargs)
        def wrapper(*args, **kwargs):
            return f(*args, **kwargs)
        return f
    return decorator
def checked(rule, methods=("GET",)):
    def decorator(f):
        bp.add_url_rule(rule, view_func=f, methods=methods)
        return f
    return decorator
class Own(Blueprint):
    def route(self, rule, **options):
        def wrapper(func_or_cls):
            if callable(func_or_cls):
                self.add_url_rule(rule, "name", func_or_cls, **options)
            else:
                self.add_url_rule(rule, view_func=func_or_cls.as_view("name"), **options)
            return func_or_cls
        return wrapper
own = Own('o', __name__)
"""


@pytest.mark.parametrize(
    ("decorator", "methods"),
    [
        ("@route(bp, '/x')", ("GET",)),
        ("@route(bp, '/x', methods=['PUT'])", ("PUT",)),
        ("@checked('/x', methods=['POST', 'PUT'])", ("POST", "PUT")),
        ("@checked('/x')", ("GET",)),
        ("@own.route('/x', methods=['POST'])", ("POST",)),
    ],
)
def test_a_decorator_of_the_projects_own_declares_what_it_decorates(
    decorator: str, methods: tuple[str, ...]
) -> None:
    """With the methods that it is given or hands on."""
    (route,) = find_routes(project(f"{HOME_MADE}{decorator}\ndef show(): ...\n"))

    assert (route.rule, route.handler, route.methods) == ("/x", "show", methods)


@pytest.mark.parametrize("rule", ["'/x'", "app.config['WHERE']"])
def test_a_decorator_may_be_called_with_its_view(rule: str) -> None:
    """The rule stands there, and not where its function is called with a configuration."""
    source = (
        f"def build(app):\n    own.route({rule}, methods=['POST'])(show)\n"
        f"    bp.route({rule})(show)\ndef show(): ...\ndef create():\n    return build(1)\n"
    )

    found = find_routes(project(HOME_MADE + source))

    assert [(r.handler, r.methods) for r in found] == [("show", ("POST",)), ("show", ("GET",))]
    assert len({r.location.line for r in found}) == 2


def test_a_namespace_of_a_class_that_derives_from_an_api_groups_routes() -> None:
    """It is what the class above makes."""
    source = (
        "from flask_restx import Api, Resource\nclass Own(Api): ...\napi = Own()\n"
        "ns = api.namespace('rooms')\n@ns.route('/', '/all')\nclass Rooms(Resource):\n"
        "    def get(self): ...\n    def post(self): ...\n"
    )

    found = find_routes(project(source))

    assert [(one.rule, one.layer, one.on_blueprint) for one in found] == [
        ("/", "flask-restx", True),
        ("/all", "flask-restx", True),
    ]

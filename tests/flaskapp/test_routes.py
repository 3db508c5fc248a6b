"""URL rules, in every style."""

import pytest

from flaskgrade.flaskapp.analyse import analyse
from flaskgrade.flaskapp.facts import Route

HEAD = """from flask import Blueprint, Flask
from flask.views import MethodView
app = Flask(__name__)
bp = Blueprint("bp", __name__)
"""


def routes(source: str) -> tuple[Route, ...]:
    """Return the rules of a one-file project."""
    return analyse({"app.py": HEAD + source}).routes


@pytest.mark.parametrize(
    ("source", "rules"),
    [
        ("@app.route('/a')\ndef f(): ...\n", ["/a"]),
        ("@app.route('/a')\n@app.route('/b')\n@login\ndef f(): ...\n", ["/a", "/b"]),
        ("@app.route(\n  '/a',\n  methods=['POST'],\n)\ndef f(): ...\n", ["/a"]),
        ("@app.get('/a')\n@app.post('/b')\ndef f(): ...\n", ["/a", "/b"]),
        ("@app.route(rule='/a')\ndef f(): ...\n", ["/a"]),
        ("P = '/v1'\n@app.route(P + '/a')\ndef f(): ...\n", ["/v1/a"]),
        ("P = 'v1'\n@app.route(f'/{P}/a/<int:x>')\ndef f(): ...\n", ["/v1/a/<int:x>"]),
        ("app.add_url_rule('/a', view_func=f)\n", ["/a"]),
        ("app.add_url_rule(rule='/a', endpoint='f', view_func=f)\n", ["/a"]),
        ("for r in ('/a', '/b'):\n    app.add_url_rule(r, view_func=f)\n", ["/a", "/b"]),
        (
            "T = [('/a', f), ('/b', g)]\nfor r, v in T:\n    app.add_url_rule(r, view_func=v)\n",
            ["/a", "/b"],
        ),
        (
            "for r, v in {'/a': f, '/b': g}.items():\n    app.add_url_rule(r, view_func=v)\n",
            ["/a", "/b"],
        ),
        ("for r in unknown():\n    app.add_url_rule(r, view_func=f)\n", ["{}"]),
        (
            (
                "def add(rules, view):\n    for r in rules:\n"
                "        app.add_url_rule(r, view_func=view)\n"
                "add(['/a', '/b'], f)\nadd(['/c'], g)\n"
            ),
            ["/a", "/b", "/c"],
        ),
        (
            (
                "def add(url):\n    app.add_url_rule(url, view_func=f)\n"
                "    app.add_url_rule(url + '.json')\n"
                "add('/a')\nadd('/b')\n"
            ),
            ["/a", "/a.json", "/b", "/b.json"],
        ),
        (
            (
                "def both(r):\n    def inner(f):\n"
                "        app.add_url_rule(r, view_func=f)\n        return f\n"
                "    return inner\n@both('/a')\ndef f(): ...\n@both('/b')\ndef g(): ...\n"
            ),
            ["/a", "/b"],
        ),
        (
            (
                "def post(f):\n    app.route('/' + f.__name__)(f)\n"
                "@post\ndef a(): ...\n@post\ndef b(): ...\n"
            ),
            ["/a", "/b"],
        ),
        ("def unused(r):\n    app.add_url_rule(r)\n", []),
        (
            (
                "def create_app(prefix='/api'):\n    a = Flask('x')\n    @a.route(prefix + '/a')\n"
                "    def f(): ...\n    return a\n"
            ),
            ["/api/a"],
        ),
        (
            (
                "def create_app(config):\n    a = Flask('x')\n    @a.route(f'{config.prefix}/a')\n"
                "    def f(): ...\n    return a\n"
            ),
            ["{}/a"],
        ),
        (
            "def add(a):\n    @a.route('/a')\n    def f(): ...\nadd(app)\nadd(Flask('other'))\n",
            ["/a"],
        ),
        (
            (
                "class V(MethodView):\n    def get(self): ...\n"
                "app.add_url_rule('/a', view_func=V.as_view('v'))\n"
            ),
            ["/a"],
        ),
        ("from werkzeug.routing import Rule\napp.url_map.add(Rule('/a', endpoint='x'))\n", ["/a"]),
        ("f = app.route('/a')(g)\n", ["/a"]),
        (
            (
                "class Own(Flask):\n    def add_url_rule(self, rule, **k):\n"
                "        super().add_url_rule(rule, **k)\n"
            ),
            [],
        ),
        ("from fastapi import FastAPI\nx = FastAPI()\n@x.get('/a')\ndef f(): ...\n", []),
        ("cache.get('/a')\nclient.post('/b')\nrequests.get('/c')\n", []),
    ],
)
def test_rules_are_counted_as_the_source_declares_them(source: str, rules: list[str]) -> None:
    """One for each URL, however it is written; `{}` is what cannot be known by reading."""
    assert sorted(route.rule for route in routes(source)) == rules


@pytest.mark.parametrize(
    ("source", "layer", "rules"),
    [
        (
            (
                "from flask_restful import Api, Resource\napi = Api(app)\nclass R(Resource): ...\n"
                "api.add_resource(R, '/a', '/b')\n"
            ),
            "flask-restful",
            ["/a", "/b"],
        ),
        (
            (
                "from flask_restx import Api, Resource\napi = Api(app)\nns = api.namespace('x')\n"
                "@ns.route('/a', '/b')\nclass R(Resource): ...\n"
            ),
            "flask-restx",
            ["/a", "/b"],
        ),
        (
            (
                "from flask_restx import Namespace, Resource\nns = Namespace('x')\n"
                "@ns.route('/a')\nclass R(Resource):\n    def get(self): ...\n"
            ),
            "flask-restx",
            ["/a"],
        ),
        (
            (
                "from flask_smorest import Blueprint as B\nblp = B('x', __name__)\n"
                "@blp.route('/a')\nclass V(MethodView): ...\n"
            ),
            "flask",
            ["/a"],
        ),
    ],
)
def test_api_packages_declare_rules_too(source: str, layer: str, rules: list[str]) -> None:
    """One for each URL of a resource, not for each method."""
    found = routes(source)
    assert [route.rule for route in found] == rules
    assert {route.layer for route in found} == {layer}


@pytest.mark.parametrize(
    ("source", "on_blueprint"),
    [
        ("@bp.route('/a')\ndef f(): ...\n", True),
        ("@app.route('/a')\ndef f(): ...\n", False),
        ("def add(b):\n    @b.route('/a')\n    def f(): ...\nadd(bp)\n", True),
        ("def hook(app):\n    @app.route('/a')\n    def f(): ...\n", False),
        ("from flask_restful import Api\napi = Api(bp)\napi.add_resource(R, '/a')\n", True),
        (
            (
                "from flask_restful import Api\napi = Api()\n"
                "api.init_app(bp)\napi.add_resource(R, '/a')\n"
            ),
            True,
        ),
        ("from flask_restful import Api\napi = Api(app)\napi.add_resource(R, '/a')\n", False),
        (
            (
                "from flask_restx import Namespace\n"
                "ns = Namespace('x')\n@ns.route('/a')\nclass R: ...\n"
            ),
            True,
        ),
        ("from elsewhere import users_bp\n@users_bp.route('/a')\ndef f(): ...\n", True),
    ],
)
def test_a_route_knows_whether_it_is_on_a_blueprint(source: str, *, on_blueprint: bool) -> None:
    """A namespace, and an API object of a blueprint, group routes as a blueprint does."""
    assert [route.on_blueprint for route in routes(source)] == [on_blueprint]


def test_a_helper_called_for_two_blueprints_declares_two_rules() -> None:
    """The same function adds a rule to each of them."""
    source = """
other = Blueprint("other", __name__)
def health(b):
    @b.route("/health")
    def view(): ...
health(bp)
health(other)
"""
    assert sorted(route.owner for route in routes(source)) == ["bp", "other"]


@pytest.mark.parametrize(
    ("source", "methods"),
    [
        ("@app.route('/a')\ndef f(): ...\n", ("GET",)),
        ("@app.route('/a', methods=['get', 'POST'])\ndef f(): ...\n", ("GET", "POST")),
        ("@app.delete('/a')\ndef f(): ...\n", ("DELETE",)),
        (
            (
                "class V(MethodView):\n    def post(self): ...\n    def get(self): ...\n"
                "app.add_url_rule('/a', view_func=V.as_view('v'))\n"
            ),
            ("GET", "POST"),
        ),
    ],
)
def test_methods_are_those_declared_or_of_the_view(source: str, methods: tuple[str, ...]) -> None:
    """GET where nothing says otherwise."""
    assert [route.methods for route in routes(source)] == [methods]


def test_how_a_blueprint_is_made_does_not_move_its_routes() -> None:
    """They stand where they are declared, also if the blueprint's prefix is an argument."""
    source = """
def build(prefix):
    own = Blueprint("own", __name__, url_prefix=prefix)
    @own.route("/a")
    def a(): ...
    return own
build("/x")
"""
    assert [(r.owner, r.location.line) for r in routes(source)] == [("own", 8)]


def test_a_route_names_its_handler_and_its_place() -> None:
    """The handler is the decorated function or the class of the view."""
    found = routes(
        "@bp.route('/a')\ndef f(): ...\napp.add_url_rule('/b', view_func=V.as_view('v'))"
    )

    assert [(r.handler, r.owner, str(r.location)) for r in found] == [
        ("f", "bp", "app.py:5"),
        ("V", "app", "app.py:7"),
    ]


def test_several_modules_share_one_blueprint() -> None:
    """Each of them imports it from the package."""
    facts = analyse(
        {
            "api/__init__.py": "from flask import Blueprint\nbp = Blueprint('api', __name__)\n"
            "from . import users, rooms\n",
            "api/users.py": "from api import bp\n@bp.get('/users')\ndef users(): ...\n",
            "api/rooms.py": "from . import bp\n@bp.get('/rooms')\ndef rooms(): ...\n",
        }
    )
    assert [(r.rule, r.on_blueprint) for r in facts.routes] == [("/rooms", True), ("/users", True)]


def test_routes_of_tests_do_not_count() -> None:
    """Neither those declared there, nor helpers called from there."""
    facts = analyse(
        {
            "app.py": HEAD + "def add(rule):\n    app.add_url_rule(rule)\n",
            "tests/test_x.py": (
                "from app import add, app\nadd('/x')\n@app.route('/y')\ndef f(): ...\n"
            ),
        }
    )
    assert facts.routes == ()


OWN_METHOD = """class Service:
    def __init__(self):
        self.bp = Blueprint('api', __name__)
    def add_resource(self, resource, *urls):
        for url in urls:
            self.bp.add_url_rule(rule=url, view_func=resource)
service = Service()
service.add_resource(Pets, '/a', '/b')
"""


def test_the_project_s_own_method_of_a_known_name_declares_what_it_declares() -> None:
    """Its rules count once: where it is called with them, and on what it puts them."""
    found = routes(OWN_METHOD)

    assert [(r.rule, r.handler, r.layer, r.on_blueprint) for r in found] == [
        ("/a", "Pets", "flask", True),
        ("/b", "Pets", "flask", True),
    ]


def test_a_method_that_overrides_and_hands_on_is_what_it_overrides() -> None:
    """A subclass's `route` that calls the one above it declares where it is called."""
    source = (
        "class Mine(Flask):\n    def route(self, rule, **options):\n"
        "        return super().route(rule, **options)\n"
        "mine = Mine('x')\n@mine.route('/a')\ndef f(): ...\n"
    )

    assert [(r.rule, r.handler) for r in routes(source)] == [("/a", "f")]


def test_resources_out_of_a_table_are_one_rule_each_url() -> None:
    """`add_resource(*entry)`: the first element is the resource, the others are its rules."""
    source = (
        "from flask_restful import Api\napi = Api(app)\n"
        "for entry in [(A, '/a'), (B, '/b', '/c')]:\n    api.add_resource(*entry)\n"
    )

    assert [r.rule for r in routes(source)] == ["/a", "/b", "/c"]


def test_an_api_object_in_a_wrapper_still_is_one() -> None:
    """Nothing else has `add_resource`."""
    source = (
        "from flask_restful import Api\nfrom somewhere import docs\n"
        "api = docs(Api(app))\napi.add_resource(A, '/a')\n"
    )

    assert [(r.rule, r.layer) for r in routes(source)] == [("/a", "flask-restful")]


def test_a_helper_that_is_given_the_blueprint_declares_where_the_rule_is_written() -> None:
    """Only a rule that the caller gives stands at the caller."""
    source = (
        "def views(on):\n    @on.route('/a')\n    def f(): ...\n"
        "def add(on, rule):\n    on.add_url_rule(rule, view_func=f)\n"
        "views(bp)\nadd(bp, '/b')\n"
    )

    assert [(r.rule, r.location.line) for r in routes(source)] == [("/a", 6), ("/b", 11)]


def test_a_helper_s_view_is_the_one_that_it_is_given() -> None:
    """The handler is named as the caller names it."""
    source = "def add(rule, view):\n    app.add_url_rule(rule, view_func=view)\nadd('/a', home)\n"

    assert [r.handler for r in routes(source)] == ["home"]


def test_json_api_routes_name_resource_and_endpoint_first() -> None:
    """What is no rule does not count as one."""
    source = (
        "from flask_rest_jsonapi import Api\napi = Api(app)\n"
        "api.route(PetList, 'pets', '/pets', '/animals')\n"
    )

    assert [(r.rule, r.handler) for r in routes(source)] == [
        ("/pets", "PetList"),
        ("/animals", "PetList"),
    ]


@pytest.mark.parametrize(
    ("package", "base"), [("flask_admin", "BaseView"), ("flask_appbuilder", "ModelView")]
)
def test_exposed_methods_of_view_classes_are_rules(package: str, base: str) -> None:
    """Stacked ones each; the packages make a blueprint of each class."""
    source = (
        f"from {package} import {base}, expose\nclass View({base}):\n"
        "    @expose('/a')\n    @expose('/b', methods=['POST'])\n    def show(self): ...\n"
        "    @expose()\n    def index(self): ...\n"
    )

    found = routes(source)

    assert [(r.rule, r.methods, r.handler) for r in found] == [
        ("/a", ("GET",), "View.show"),
        ("/b", ("POST",), "View.show"),
        ("/", ("GET",), "View.index"),
    ]
    assert all(r.on_blueprint for r in found)


def test_add_resource_of_something_else_declares_nothing() -> None:
    """Data has resources, too; where no API package is in use they are no URLs."""
    own = "class Package:\n    def add_resource(self, url): ...\nPackage().add_resource(A, '/a')\n"

    assert routes(own) == ()
    assert routes("unknown.add_resource(A, '/a')\n") == ()


def test_public_methods_of_a_registered_view_class_are_rules() -> None:
    """Flask-Classful makes a rule of each, or of each `@route` that it has."""
    source = (
        "from flask_classful import FlaskView, route\nclass PetsView(FlaskView):\n"
        "    def before_request(self): ...\n    def _helper(self): ...\n"
        "    def index(self): ...\n    def post(self): ...\n    def groomed(self): ...\n"
        "    @route('/a')\n    @route('/b')\n    def other(self): ...\n"
        "class Unregistered(FlaskView):\n    def index(self): ...\n"
        "PetsView.register(bp)\n"
    )

    found = routes(source)

    assert [(r.rule, r.methods) for r in found] == [
        ("/pets/", ("GET",)),
        ("/pets/", ("POST",)),
        ("/pets/groomed/", ("GET",)),
        ("/a", ("GET",)),
        ("/b", ("GET",)),
    ]
    assert all(r.on_blueprint for r in found)


def test_a_rule_in_a_mapping_of_options_is_a_rule() -> None:
    """`add_url_rule(**options)` declares one for each mapping in the loop."""
    source = "for options in [{'rule': '/a'}, {'rule': '/b'}]:\n    bp.add_url_rule(**options)\n"

    assert len(routes(source)) == 2


def test_a_helper_that_is_given_an_unknown_app_declares_a_rule_each_call() -> None:
    """Plugins that a loader starts: who gives them the application is not to be seen."""
    source = (
        "def assets(on, path):\n    on.add_url_rule('/' + path, view_func=f)\n"
        "def load_one(on):\n    assets(on, 'one')\ndef load_two(on):\n    assets(on, 'two')\n"
    )

    assert [r.rule for r in routes(source)] == ["/one", "/two"]


def test_rules_read_from_the_application_are_declared_where_they_are_written() -> None:
    """However many applications an extension is given: that is not a rule each."""
    source = """
def build(app):
    own = Blueprint("own", __name__)
    @own.route(app.config["LOGIN_URL"])
    def login(): ...
    return own
one, two = Flask("one"), Flask("two")
build(one)
build(two)
"""
    assert [(r.owner, r.location.line) for r in routes(source)] == [("own", 8)]


def test_a_blueprint_made_for_each_application_has_its_rules_once() -> None:
    """Also where a helper is given the blueprint."""
    source = """
def build(app):
    return Blueprint("own", __name__, url_prefix=app.config["PREFIX"])
def more(on):
    on.add_url_rule("/a", view_func=f)
def init(app):
    own = build(app)
    more(own)
init(Flask("one"))
init(Flask("two"))
"""
    assert [(r.rule, r.location.line) for r in routes(source)] == [("/a", 9)]

"""Blueprints and where they are registered."""

import pytest

from flaskgrade.flaskapp.analyse import analyse
from flaskgrade.flaskapp.blueprints import find_blueprints
from tests.flaskapp.projects import project

HEAD = "from flask import Blueprint, Flask\n"


def registered(files: dict[str, str]) -> dict[str, bool]:
    """Return for each blueprint's name whether it is registered."""
    return {b.name: b.registered is not None for b in analyse(files).blueprints}


@pytest.mark.parametrize(
    "app",
    [
        "from .views import bp\ndef create_app():\n a = Flask('x')\n a.register_blueprint(bp)\n",
        (
            "from . import views\ndef create_app():\n"
            " a = Flask('x')\n a.register_blueprint(views.bp)\n"
        ),
        (
            "def create_app():\n from shop.views import bp as b\n a = Flask('x')\n"
            " a.register_blueprint(b, url_prefix='/v1')\n"
        ),
        (
            "from .views import bp\nALL = [bp]\n"
            "def create_app():\n a = Flask('x')\n for b in ALL:\n"
            "  a.register_blueprint(b)\n"
        ),
        (
            "from .views import bp\ndef create_app():\n a = Flask('x')\n"
            " for b, prefix in ((bp, '/v1'),):\n  a.register_blueprint(b, url_prefix=prefix)\n"
        ),
        (
            "from .views import bp\ndef add(app, b):\n app.register_blueprint(b)\n"
            "def create_app():\n a = Flask('x')\n add(a, bp)\n"
        ),
        (
            "from importlib import import_module\ndef create_app():\n a = Flask('x')\n"
            " for n in ('views',):\n  m = import_module(f'shop.{n}')\n"
            "  a.register_blueprint(m.bp)\n"
        ),
        (
            "from werkzeug.utils import import_string, find_modules\n"
            "def create_app():\n a = Flask('x')\n"
            " for n in find_modules('shop'):\n  m = import_string(n)\n  if hasattr(m, 'bp'):\n"
            "   a.register_blueprint(m.bp)\n"
        ),
        (
            "from .views import bp\nparent = Blueprint('parent', __name__)\n"
            "parent.register_blueprint(bp)\ndef create_app():\n a = Flask('x')\n"
            " a.register_blueprint(parent)\n"
        ),
        (
            "from .views import bp\ndef create_app():\n a = Flask('x')\n"
            " [a.register_blueprint(b) for b in {'x': bp}.values()]\n"
        ),
        (
            "from .views import bp\ndef create_app():\n a = Flask('x')\n"
            " a.register_blueprint(blueprint=bp)\n"
        ),
    ],
)
def test_a_registration_is_followed(app: str) -> None:
    """Through imports, lists, loops, helpers, nesting and modules found at run time."""
    files = {
        "shop/__init__.py": HEAD + app,
        "shop/views.py": HEAD + "bp = Blueprint('views', __name__)\n",
    }
    assert registered(files)["views"]


@pytest.mark.parametrize(
    "name", ["f'shop.{n}.views'", "'shop.%s.views' % n", "'shop.{}.views'.format(n)", "'shop.' + n"]
)
def test_every_module_of_a_loop_is_registered(name: str) -> None:
    """A name that a loop puts into the module's name stands for all of its rounds."""
    app = (
        "from importlib import import_module\nNAMES = ['one', 'two']\n"
        f"def create_app():\n a = Flask('x')\n for n in NAMES:\n  m = import_module({name})\n"
        "  a.register_blueprint(m.bp)\n"
    )
    where = "__init__" if name.endswith("+ n") else "views"
    files = {"shop/__init__.py": HEAD + app} | {
        f"shop/{one}/{where}.py": HEAD + f"bp = Blueprint('{one}', __name__)\n"
        for one in ("one", "two", "three")
    }
    assert registered(files) == {"one": True, "two": True, "three": False}


def test_the_prefix_of_a_registration_comes_before_the_blueprints_own() -> None:
    """As Flask has it; where reading gives several, there is none."""
    made = "one = Blueprint('one', 'x', url_prefix='/a')\n"
    made += "two = Blueprint('two', 'x', url_prefix='/b')\n"
    made += "three = Blueprint('three', 'x')\n"
    app = "a = Flask('x')\na.register_blueprint(one)\na.register_blueprint(two, url_prefix='/c')\n"
    app += "for p in ('/d', '/e'):\n a.register_blueprint(three, url_prefix=p, name=p)\n"

    found = analyse({"app.py": HEAD + made + app}).blueprints

    assert [one.prefix for one in found] == ["/a", "/c", None]


def test_a_blueprint_that_nothing_registers_is_seen() -> None:
    """Also where another one is registered right beside it."""
    files = {
        "app.py": HEAD + "from views import a\napp = Flask('x')\napp.register_blueprint(a)\n",
        "views.py": HEAD + "a = Blueprint('a', __name__)\nb = Blueprint('b', __name__)\n",
    }
    assert registered(files) == {"a": True, "b": False}


def test_a_library_blueprint_does_not_excuse_the_project() -> None:
    """What is registered is known to come from elsewhere, so nothing is guessed."""
    files = {
        "app.py": HEAD + "from swagger import get_blueprint\napp = Flask('x')\n"
        "app.register_blueprint(get_blueprint())\nb = Blueprint('b', __name__)\n",
    }
    assert registered(files) == {"b": False}


@pytest.mark.parametrize(
    "source",
    [
        "class Own(Blueprint):\n pass\nb = Own('x', __name__)\n",
        "def make():\n b = Blueprint('x', __name__)\n return b\nbp = make()\n",
        "from flask_smorest import Blueprint as S\nb = S('x', __name__)\n",
        "from apiflask import APIBlueprint\nb = APIBlueprint('x', __name__)\n",
        "b: Blueprint = Blueprint(name='x', import_name=__name__)\n",
    ],
)
def test_blueprints_of_any_make_are_found(source: str) -> None:
    """Subclasses, functions and other packages' blueprints are blueprints."""
    assert [b.name for b in analyse({"v.py": HEAD + source}).blueprints] == ["x"]


def test_blueprints_of_tests_do_not_count() -> None:
    """A test may build what it likes."""
    assert registered({"tests/test_x.py": HEAD + "b = Blueprint('b', __name__)\n"}) == {}


def test_a_package_that_imports_its_own_module_hides_it_from_nobody() -> None:
    """`from shop import factory` in `shop/__init__.py` means the module, also for others."""
    found = analyse(
        {
            "shop/__init__.py": (
                "from shop import factory\nfrom shop.views import bp\n"
                "def create_app():\n    return factory.make([bp])\n"
            ),
            "shop/factory.py": (
                "from flask import Flask\ndef make(blueprints):\n    app = Flask('x')\n"
                "    for one in blueprints:\n        app.register_blueprint(one)\n"
                "    return app\n"
            ),
            "shop/views.py": "from flask import Blueprint\nbp = Blueprint('a', __name__)\n",
        }
    )

    (blueprint,) = found.blueprints
    assert str(blueprint.registered) == "shop/factory.py:5"
    assert [str(parent) for parent in blueprint.parents] == ["shop/factory.py:3"]


def test_a_module_of_an_old_flask_is_a_blueprint() -> None:
    """What `flask.Module` was before 0.7, and `register_module`."""
    source = (
        "from flask import Flask, Module\nviews = Module(__name__, name='views')\n"
        "app = Flask('x')\napp.register_module(views)\n@views.route('/a')\ndef f(): pass\n"
    )

    facts = analyse({"app.py": source})

    assert [(b.name, b.registered is not None) for b in facts.blueprints] == [("views", True)]
    assert [r.on_blueprint for r in facts.routes] == [True]


def test_a_blueprint_that_registers_itself_is_registered() -> None:
    """A subclass with a method that gives `self` to the application."""
    found = find_blueprints(
        project(
            "from flask import Blueprint, Flask\n"
            "class Module(Blueprint):\n"
            "    def init_app(self, app):\n"
            "        app.register_blueprint(self)\n"
            "shop = Module('shop', __name__)\n"
            "shop.init_app(Flask(__name__))\n"
        )
    )

    assert [(one.name, str(one.registered)) for one in found] == [("shop", "app.py:4")]

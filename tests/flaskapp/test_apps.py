"""Applications and factories, in the shapes that people write them."""

import pytest

from flaskgrade.flaskapp.analyse import analyse

PLAIN = "from flask import Flask\ndef create_app(config=None):\n    return Flask(__name__)\n"


def factories(**files: str) -> list[str]:
    """Return the names of the factories of a project with these modules."""
    return [factory.name for factory in analyse(as_files(files)).factories]


def as_files(modules: dict[str, str]) -> dict[str, str]:
    """Return modules by path: two underscores are a folder."""
    return {f"{name.replace('__', '/')}.py": text for name, text in modules.items()}


@pytest.mark.parametrize(
    "source",
    [
        PLAIN,
        "import flask\ndef build():\n    app = flask.Flask('x')\n    return app\n",
        "import flask as f\ndef build():\n    server = f.Flask('x')\n    return server, 1\n",
        (
            "from flask import Flask as F\ndef build() -> F:\n"
            "    if 1:\n        a = F('x')\n    return a\n"
        ),
        "from flask import Flask\nclass App(Flask):\n    pass\ndef build():\n    return App('x')\n",
        "from apiflask import APIFlask\ndef build():\n    return APIFlask('x')\n",
        "import connexion\ndef build():\n    c = connexion.App('x')\n    return c.app\n",
        (
            "from flask import Flask\nclass Maker:\n"
            "    def build(self):\n        self.app = Flask('x')\n"
            "        return self.app\n"
        ),
        (
            "from flask import Flask\ndef build():\n"
            "    global app\n    app = Flask('x')\n    return app\n"
        ),
        (
            "from flask import Flask\ndef bare():\n"
            "    return Flask('x')\ndef build():\n    app = bare()\n"
            "    app.config['A'] = 1\n    return app\n"
        ),
        (
            "from flask import Flask\ndef setup(app):\n    app.config['A'] = 1\n    return app\n"
            "def build():\n    return setup(Flask('x'))\n"
        ),
        (
            "from flask import Flask\nclass C:\n    @staticmethod\n"
            "    def build():\n        return Flask('x')\n"
        ),
        "from flask import Flask\ndef build():\n    if (app := Flask('x')):\n        return app\n",
    ],
)
def test_a_function_that_creates_and_returns_an_app_is_a_factory(source: str) -> None:
    """Whatever it is called and however the app is created or handed back."""
    assert factories(app=source)


@pytest.mark.parametrize(
    "source",
    [
        "from flask import Flask\napp = Flask(__name__)\n",
        "from flask import Flask\napp = Flask(__name__)\ndef get_app():\n    return app\n",
        "from flask import Flask\ndef main():\n    app = Flask(__name__)\n    app.run()\n",
        "from celery import Celery\ndef create_app():\n    return Celery('x')\n",
        (
            "from flask import Flask\nfrom celery import Celery\ndef make_celery():\n"
            "    app = Flask('x')\n    celery = Celery(app.name)\n    return celery\n"
        ),
        "from flask import Flask\ndef configure(app):\n    return app\nconfigure(Flask('x'))\n",
        "from flask import Flask\ndef client():\n    return Flask('x').test_client()\n",
        "def create_app():\n    return Flask(__name__)\n",
        "from fastapi import FastAPI\ndef create_app():\n    return FastAPI()\n",
        (
            "from flask import Flask\nfrom unittest import TestCase\nclass Case(TestCase):\n"
            "    def create_app(self):\n        return Flask('x')\n"
        ),
    ],
)
def test_other_functions_are_no_factories(source: str) -> None:
    """An app that already exists, that stays inside, or that is not Flask's."""
    assert factories(app=source) == []


def test_factories_in_tests_do_not_count() -> None:
    """A fixture that builds an app says nothing about the project."""
    assert factories(tests__conftest=PLAIN, test_it=PLAIN) == []


def test_the_main_factory_comes_first() -> None:
    """It is the one that sets the app up; what it calls, and what calls it, come after."""
    source = """
from flask import Flask

def wrapper(info):
    return create_app("x")

def bare():
    return Flask(__name__)

def create_app(name):
    app = bare()
    app.config.from_object(name)
    return app
"""
    main, *others = factories(app=source)
    assert (main, sorted(others)) == ("create_app", ["bare", "wrapper"])


@pytest.mark.parametrize(
    ("signature", "takes"),
    [
        ("config=None", True),
        ("test_config: dict | None = None", True),
        ("config_name", True),
        ("env='dev'", True),
        ("name", True),
        ("", False),
        ("script_info", False),
        ("testing=False", False),
    ],
)
def test_a_parameter_that_chooses_the_configuration_is_seen(signature: str, *, takes: bool) -> None:
    """By its name, or because it goes into `app.config`."""
    source = f"""
from flask import Flask
def create_app({signature}):
    app = Flask(__name__)
    app.config.from_object({"name" if signature == "name" else "'x'"})
    return app
"""
    assert [f.takes_config for f in analyse({"app.py": source}).factories] == [takes]


def test_an_app_knows_where_it_is_made() -> None:
    """At module level it has no function; within one it has the function's dotted name."""
    source = (
        "from flask import Flask\nserver = Flask('x')\nclass A:\n  def b(self):\n    Flask('y')\n"
    )

    apps = analyse({"app.py": source}).apps

    assert [(a.variable, a.function, a.location.line) for a in apps] == [
        ("server", None, 2),
        (None, "A.b", 5),
    ]


def test_modules_are_named_from_where_imports_start() -> None:
    """Packages below a folder without `__init__.py` do not carry its name."""
    facts = analyse(
        {"src/shop/__init__.py": "", "src/shop/app.py": PLAIN, "run.py": "import shop.app"}
    )
    assert [factory.module for factory in facts.factories] == ["shop.app"]


def test_folders_without_init_are_named_as_they_are_imported() -> None:
    """A namespace package has the name that the project imports it by."""
    facts = analyse({"shop/app.py": PLAIN, "wsgi.py": "from shop.app import create_app"})
    assert [factory.module for factory in facts.factories] == ["shop.app"]


def test_an_app_handed_through_modules_is_followed() -> None:
    """The class is imported from elsewhere in the project, by a star even."""
    facts = analyse(
        {
            "shop/__init__.py": "from .base import *\n\ndef build():\n    return Shop(__name__)\n",
            "shop/base.py": "from flask import Flask\nclass Shop(Flask):\n    pass\n",
        }
    )
    assert [(a.kind, a.function) for a in facts.apps] == [("Shop", "build")]
    assert facts.uses_flask


MODULE_APP = "from flask import Flask\napp = Flask(__name__)\n"


def test_a_function_that_sets_up_a_module_s_application_and_returns_it_prepares_it() -> None:
    """It yields what is served, and is no factory: each call gives the same application."""
    source = MODULE_APP + "def create_app(config):\n    app.config.update(config)\n    return app\n"

    facts = analyse({"shop.py": source})

    assert facts.factories == ()
    assert [(f.name, f.takes_config) for f in facts.preparers] == [("create_app", True)]


@pytest.mark.parametrize(
    "function",
    [
        "def get_app():\n    return app\n",
        "def setup(app):\n    app.config['A'] = 1\n    return app\nsetup(app)\n",
        (
            "held = None\ndef keep(given):\n    global held\n    held = given\n"
            "    given.config['A'] = 1\n    return held\nkeep(app)\n"
        ),
        "def setup():\n    app.config['A'] = 1\n",
    ],
)
def test_what_only_hands_out_or_is_handed_an_application_prepares_none(function: str) -> None:
    """Getters, and functions that are given the application."""
    assert analyse({"shop.py": MODULE_APP + function}).preparers == ()


@pytest.mark.parametrize(
    ("parameter", "body", "takes"),
    [
        ("testing=False", "app.config['TESTING'] = testing", False),
        ("test=False", "app.config.update(TESTING=test)", False),
        ("script_info=None", "app.config.from_object(script_info)", False),
        ("database=None", "app.config['DATABASE'] = database", False),
        ("extra=None", "app.config.update(extra)", True),
        ("**extra", "app.config.from_mapping(**extra)", True),
        ("where", "app.config.from_pyfile(where)", True),
    ],
)
def test_one_setting_is_no_configuration(parameter: str, body: str, *, takes: bool) -> None:
    """An object, a name, a file or a mapping is."""
    source = (
        f"from flask import Flask\ndef make({parameter}):\n"
        f"    app = Flask('x')\n    {body}\n    return app\n"
    )

    assert [f.takes_config for f in analyse({"shop.py": source}).factories] == [takes]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (
            "from werkzeug import ProxyFix\ndef build():\n    return ProxyFix(Flask('x'))\n",
            ["build"],
        ),
        (
            (
                "class PrefixMiddleware:\n    def __init__(self, app): ...\n"
                "def build():\n    app = Flask('x')\n    return PrefixMiddleware(app)\n"
            ),
            ["build"],
        ),
        ("from celery import Celery\ndef build():\n    return Celery(Flask('x'))\n", []),
        ("from flask_script import Manager\ndef build():\n    return Manager(Flask('x'))\n", []),
    ],
)
def test_an_application_in_a_middleware_still_is_one(source: str, names: list[str]) -> None:
    """What else takes an application is not what is served."""
    assert factories(shop="from flask import Flask\n" + source) == names

"""How extensions come to their application."""

import pytest

from flaskgrade.flaskapp.analyse import analyse

HEAD = "from flask import Flask, Blueprint\nfrom flask_sqlalchemy import SQLAlchemy\n"
MODELS = HEAD + "db = SQLAlchemy()\n"
FACTORY = "def create_app():\n    app = Flask('x')\n    db.init_app(app)\n    return app\n"


def _read(**files: str) -> list[tuple[str, bool, bool, bool]]:
    texts = {f"{name}.py": text for name, text in files.items()}
    return [
        (one.variable, one.made_with_app, one.at_import is not None, one.bound)
        for one in analyse(texts).practices.bindings
    ]


@pytest.mark.parametrize(
    ("source", "with_app", "at_import", "bound"),
    [
        (MODELS + FACTORY, False, False, True),
        (
            HEAD + "def create_app():\n    app = Flask('x')\n    db = SQLAlchemy(app)\n",
            *[False] * 2,
            True,
        ),
        (HEAD + "app = Flask('x')\ndb = SQLAlchemy(app)\n", True, True, True),
        (MODELS + "app = Flask('x')\ndb.init_app(app)\n", False, True, True),
        (HEAD + "db = SQLAlchemy(session_options=dict(a=1))\n" + FACTORY, False, False, True),
        (MODELS, False, False, False),
        (MODELS + "def setup(app):\n    db.init_app(app)\n", False, False, False),
        (MODELS + "def setup(it, app):\n    it.init_app(app)\n", False, False, True),
        (
            MODELS + "def create_app(): setup()\ndef setup():\n    db.init_app(a)\n",
            *[False] * 2,
            True,
        ),
    ],
)
def test_where_an_extension_is_bound_is_seen(
    source: str, *, with_app: bool, at_import: bool, bound: bool
) -> None:
    """At its making, at import, in a function in use, or nowhere that anything comes to."""
    assert _read(app=source) == [("db", with_app, at_import, bound)]


@pytest.mark.parametrize(
    "how", ["api = Api(bp)", "api = Api()\napi.init_app(bp)", "api = Api(blueprint=bp)"]
)
def test_an_api_on_a_blueprint_is_bound_by_the_blueprint(how: str) -> None:
    """It is no application that is fixed at import."""
    head = "from flask import Blueprint\nfrom flask_restful import Api\nbp = Blueprint('a', 'b')\n"
    assert _read(app=f"{head}{how}\n") == [("api", False, False, True)]


def test_what_belongs_to_a_command_line_may_be_bound_in_the_script_that_calls_the_factory() -> None:
    """A manager always, Migrate there; in the module of the factory it is bound at import."""
    script = """
from flask_migrate import Migrate
from flask_script import Manager
from shop import create_app, db

app = create_app()
manager = Manager(app)
migrate = Migrate(app, db)
"""
    beside = (
        MODELS
        + FACTORY
        + "from flask_migrate import Migrate\napp = create_app()\nm = Migrate(app, db)\n"
    )
    assert [name for name, *_ in _read(shop=MODELS + FACTORY, manage=script)] == ["db"]
    assert ("m", True, True, True) in _read(shop=beside)


def test_the_proxy_of_the_application_at_hand_is_no_application_at_import() -> None:
    """Outside a context it is false, so nothing is bound by it."""
    source = (
        "from flask import Flask, current_app\nfrom flask_limiter import Limiter\n"
        "db = Limiter(app=current_app)\n"
    )
    assert _read(app=source + FACTORY) == [("db", False, False, True)]


def test_what_works_alone_need_not_be_bound() -> None:
    """Bcrypt and Marshmallow have defaults for all that an application could say."""
    source = "from flask_bcrypt import Bcrypt\nbcrypt = Bcrypt()\n"
    assert _read(app=HEAD + source) == [("bcrypt", False, False, True)]

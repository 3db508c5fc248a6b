"""Extensions and how they are bound."""

import pytest

from flaskgrade.flaskapp.analyse import analyse

HEAD = "from flask import Flask\nfrom flask_sqlalchemy import SQLAlchemy\n"


@pytest.mark.parametrize(
    ("source", "bound", "later"),
    [
        (
            (
                "db = SQLAlchemy()\ndef create():\n"
                "    a = Flask('x')\n    db.init_app(a)\n    return a\n"
            ),
            False,
            6,
        ),
        ("app = Flask('x')\ndb = SQLAlchemy(app)\n", True, None),
        ("app = Flask('x')\ndb = SQLAlchemy(app=app)\n", True, None),
        ("db = SQLAlchemy()\n", False, None),
        (
            "db = SQLAlchemy()\ndef setup(e, a):\n    e.init_app(a)\nsetup(db, Flask('x'))\n",
            False,
            5,
        ),
    ],
)
def test_how_an_extension_meets_its_app_is_seen(
    source: str, later: int | None, *, bound: bool
) -> None:
    """At creation, by `init_app` later, or not at all."""
    found = [e for e in analyse({"app.py": HEAD + source}).extensions if e.kind == "SQLAlchemy"]
    assert [
        (e.variable, e.bound_at_creation, e.init_app.line if e.init_app else None) for e in found
    ] == [("db", bound, later)]


def test_an_unknown_extension_is_one_when_it_is_bound() -> None:
    """Whatever comes from a package of Flask's and is given the app."""
    source = """
from flask import Flask
from flask_unheard_of import Thing, Message
thing = Thing()
message = Message("hello")
def create():
    app = Flask("x")
    thing.init_app(app)
    return app
"""
    assert [e.variable for e in analyse({"app.py": source}).extensions] == ["thing"]


def test_an_extension_knows_the_function_that_makes_it() -> None:
    """None means that it is made at import."""
    source = "from flask_migrate import Migrate\na = Migrate()\ndef f():\n    b = Migrate()\n"
    assert [e.function for e in analyse({"app.py": source}).extensions] == [None, "f"]


def test_an_extension_of_a_blueprint_is_bound_to_it() -> None:
    """As an API or CORS for one part of an application."""
    source = (
        "from flask import Blueprint\nfrom flask_cors import CORS\nfrom flask_restx import Api\n"
        "bp = Blueprint('b', __name__)\nCORS(bp)\napi = Api(bp)\nlater = Api()\n"
    )

    found = analyse({"app.py": source}).extensions

    assert [(one.kind, one.bound_at_creation) for one in found] == [
        ("CORS", True),
        ("Api", True),
        ("Api", False),
    ]

"""Views that use the database themselves."""

import pytest

from flaskgrade.flaskapp.analyse import facts_of, load
from flaskgrade.flaskapp.layers import DirectAccess, find_direct_access

HEAD = (
    "from flask import Flask\nfrom flask_sqlalchemy import SQLAlchemy\n"
    "app = Flask(__name__)\ndb = SQLAlchemy(app)\n"
    "class Item(db.Model):\n    id = db.Column(db.Integer)\n"
)


def accesses(source: str) -> tuple[DirectAccess, ...]:
    """Return the views of a module that touch the database."""
    code = load({"app.py": HEAD + source})
    facts = facts_of(code)
    return find_direct_access(code.project, facts.routes, facts.models)


@pytest.mark.parametrize(
    "body",
    [
        "db.session.add(1)",
        "return Item.query.all()",
        "return db.session.execute('x')",
        "cursor.execute('x')",
        "def inner():\n        return Item.query.get(1)\n    return inner()",
    ],
)
def test_a_view_that_queries_or_writes_is_found(body: str) -> None:
    """By the session, by a model, by a connection."""
    found = accesses(f"@app.get('/')\ndef view():\n    {body}\n")

    assert [one.handler for one in found] == ["view"]


def test_methods_of_class_based_views_are_views() -> None:
    """Each of them by itself."""
    found = accesses(
        "from flask.views import MethodView\n"
        "class Items(MethodView):\n    def get(self):\n        return Item.query.all()\n"
        "    def post(self):\n        return 1\n"
        "app.add_url_rule('/', view_func=Items.as_view('items'))\n"
    )

    assert [one.handler for one in found] == ["Items.get"]


def test_a_view_that_leaves_it_to_another_function_is_not() -> None:
    """That function is the layer."""
    assert not accesses(
        "def load():\n    return Item.query.all()\n@app.get('/')\ndef view():\n    return load()\n"
    )

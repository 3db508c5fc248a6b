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


def test_statements_are_counted_without_the_transactions_own_calls() -> None:
    """What the model's own methods do is not the view's."""
    (found,) = accesses(
        "class Thing(db.Model):\n    @classmethod\n    def named(cls):\n        return 1\n"
        "@app.get('/')\ndef view():\n    Thing.named()\n    Thing.query.filter_by(a=1).first()\n"
        "    session.add(1)\n    db.session.commit()\n    users.find_one({})\n"
        "    db.get_or_404(Thing, 1)\n"
    )

    assert (found.statements, found.sql) == (4, None)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("'SELECT id FROM item'", 9),
        ("text('SELECT id FROM item WHERE a = :a')", 9),
        ("STATEMENT", 9),
        ("'SELECT 1'", None),
        ("select(Item)", None),
    ],
)
def test_sql_as_text_is_seen(given: str, line: int | None) -> None:
    """What asks whether the database is there, is none."""
    (found,) = accesses(
        f"STATEMENT = 'DELETE FROM item'\n@app.get('/')\ndef view():\n"
        f"    return db.session.execute({given})\n"
    )

    assert (found.sql and found.sql.line) == (line + 1 if line else None)


def test_flasks_session_is_no_databases() -> None:
    """A login forgets the old one."""
    assert not accesses(
        "from flask import session\n@app.get('/')\ndef view():\n    session.add(1)\n"
    )


@pytest.mark.parametrize(
    "body",
    [
        "query_db('SELECT id FROM item')",
        "run(f\"SELECT * FROM item WHERE id = '{id}'\")",
        "run('SELECT * FROM item WHERE id = %s' % id)",
        "run('SELECT * FROM item WHERE id = {}'.format(id))",
        "sql = 'SELECT id FROM item'\n    query_db(sql)",
    ],
)
def test_sql_for_a_helper_is_the_views_own(body: str) -> None:
    """Whatever executes it, the view has written it."""
    (found,) = accesses(f"@app.get('/<id>')\ndef view(id):\n    {body}\n")

    assert found.sql is not None


def test_prose_is_no_sql() -> None:
    """Messages may begin like statements."""
    assert not accesses("@app.get('/')\ndef view():\n    flash('Select a room from the list')\n")

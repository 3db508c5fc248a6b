"""S6: errors are answered in one place."""

from pathlib import Path

import pytest

from flaskgrade.checks.error_handlers import CHECK
from flaskgrade.model.evidence import Location, Status
from tests.checks.contexts import context_of

EARNS = """
from flask import Flask, jsonify
from werkzeug.exceptions import HTTPException

app = Flask(__name__)


class Taken(Exception):
    pass


@app.errorhandler(Taken)
def taken(error):
    return jsonify(error="taken"), 409


@app.errorhandler(HTTPException)
def http(error):
    return jsonify(error=error.name), error.code


@app.post("/rooms")
def create():
    try:
        return jsonify(store()), 201
    except KeyError:
        raise Taken from None


@app.get("/rooms")
def rooms():
    return jsonify([])
"""
LOSES = """
from flask import Flask, jsonify

app = Flask(__name__)
"""
VIEW = """

@app.get("/{0}")
def view{0}():
    try:
        return jsonify(load())
    except Exception as error:
        return jsonify(error=str(error)), 500
"""
PLAIN = """

@app.get("/{0}")
def view{0}():
    return jsonify(load())
"""


def _lost(tmp_path: Path, app: str) -> list[str]:
    evidence = CHECK.run(context_of(tmp_path, {"app.py": app}))
    return [i.id.split(":")[1] for i in evidence.items if i.status is Status.FAILED]


def test_registered_handlers_and_views_that_raise_earn_everything(tmp_path: Path) -> None:
    """A view may turn one exception into another."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": EARNS}))

    assert evidence.status is Status.PASSED
    assert evidence.findings == ()


def test_copies_of_one_answer_lose_at_their_lines_with_what_to_do(tmp_path: Path) -> None:
    """No handler, none for the rest, most views, and each of them."""
    app = LOSES + VIEW.format(0) + VIEW.format(1)
    evidence = CHECK.run(context_of(tmp_path, {"app.py": app}))

    assert [(f.code.split(":")[1], f.location) for f in evidence.findings] == [
        ("registered", Location(path="app.py", line=4)),
        ("general", Location(path="app.py", line=4)),
        ("most-views", Location(path="app.py", line=11)),
        ("views", Location(path="app.py", line=11)),
        ("views", Location(path="app.py", line=19)),
    ]
    assert "@app.errorhandler(HTTPException)" in evidence.items[0].message
    assert "view0 catches everything and answers by itself" in evidence.items[3].message


def test_a_few_views_of_many_cost_less_than_most(tmp_path: Path) -> None:
    """Two of eight cost half of what most cost, one costs nothing."""
    plain = "".join(PLAIN.format(n) for n in range(2, 8))
    handled = EARNS + plain

    assert _lost(tmp_path / "a", handled + VIEW.format(0) + VIEW.format(1)) == ["views"]
    assert _lost(tmp_path / "b", handled + VIEW.format(0)) == []


def test_a_handler_for_ones_own_exceptions_alone_is_not_enough(tmp_path: Path) -> None:
    """An unknown address is then answered by a page of Flask's."""
    assert _lost(tmp_path, EARNS.replace("HTTPException)", "ValueError)")) == ["general"]


@pytest.mark.parametrize(
    "made",
    [
        "from apiflask import APIFlask\napp = APIFlask(__name__)",
        "from flask_smorest import Api\nfrom flask import Flask\napp = Flask('x')\nApi(app)",
        "from flask_restx import Api\nfrom flask import Flask\napp = Flask('x')\nApi(app)",
    ],
)
def test_a_library_that_answers_errors_earns_without_a_handler(tmp_path: Path, made: str) -> None:
    """It is one place, and one shape."""
    assert _lost(tmp_path, made + PLAIN.format(0)) == []


def test_an_application_without_routes_is_not_judged(tmp_path: Path) -> None:
    """It has no errors to answer."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": "from flask import Flask\nFlask('x')\n"}))

    assert evidence.status is Status.SKIPPED

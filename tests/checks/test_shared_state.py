"""S8: what requests change does not belong to a module."""

from pathlib import Path

from flaskgrade.checks.shared_state import CHECK
from flaskgrade.model.evidence import Location, Status
from tests.checks.contexts import context_of

EARNS = """
from flask import Flask, jsonify

KINDS = {"room": 1, "desk": 2}


def create_app():
    app = Flask(__name__)

    @app.get("/kinds")
    def kinds():
        found = list(KINDS)
        found.append("all")
        return jsonify(found)

    return app
"""
LOSES = """
from flask import Flask, jsonify, request

app = Flask(__name__)
bookings = []
counter = 0


@app.post("/bookings")
def create():
    global counter
    counter += 1
    bookings.append(request.get_json())
    return jsonify(id=counter)
"""


def test_a_constant_that_functions_read_is_no_shared_state(tmp_path: Path) -> None:
    """A list that a function makes for itself is its own."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": EARNS}))

    assert evidence.status is Status.PASSED
    assert evidence.findings == ()


def test_what_a_view_changes_in_its_module_is_named_with_what_to_do(tmp_path: Path) -> None:
    """Each name is a finding at its line; the advice says where it belongs."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": LOSES}))

    assert evidence.status is Status.FAILED
    assert {(f.code, f.location) for f in evidence.findings} == {
        ("shared-state:changed", Location(path="app.py", line=5)),
        ("shared-state:changed", Location(path="app.py", line=6)),
    }
    assert "every worker has another one" in evidence.items[0].message


def test_what_is_no_flask_project_is_not_judged(tmp_path: Path) -> None:
    """There is nothing that requests could share."""
    evidence = CHECK.run(context_of(tmp_path, {"tool.py": "seen = []\ndef f(): seen.append(1)\n"}))

    assert evidence.status is Status.SKIPPED

"""S12: nouns, right verbs, converters."""

from pathlib import Path

from flaskgrade.checks.route_names import CHECK
from flaskgrade.model.evidence import Status
from tests.checks.contexts import context_of

HEAD = """
from flask import Flask, jsonify, request
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)

"""
EARNS = """
@app.get("/room-types")
def room_types():
    return jsonify([])


@app.post("/bookings/<int:booking_id>/cancel")
def cancel(booking_id):
    db.session.delete(booking_id)
    db.session.commit()
    return "", 204
"""
LOSES = """
@app.get("/deleteRoom/<room_id>")
def delete_room(room_id):
    db.session.delete(int(room_id))
    db.session.commit()
    return jsonify(deleted=True)


@app.get("/room_types")
def room_types():
    return jsonify([])
"""


def test_nouns_methods_and_converters_earn_it(tmp_path: Path) -> None:
    """An action that no method is for is a POST below the thing."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": HEAD + EARNS}))

    assert evidence.status is Status.PASSED
    assert [item.status for item in evidence.items] == [Status.PASSED] * 4


def test_a_verb_a_get_that_writes_a_text_and_a_mix_lose_a_part_each(tmp_path: Path) -> None:
    """Each at its place, with what to do instead."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": HEAD + LOSES}))

    assert [(f.code, f.location.line if f.location else 0) for f in evidence.findings] == [
        ("route-names:nouns", 9),
        ("route-names:safe-gets", 9),
        ("route-names:converters", 11),
        ("route-names:one-style", 16),
    ]
    assert '"deleteRoom" in /deleteRoom/<room_id> is a verb' in evidence.items[0].message
    assert "<int:room_id>" in evidence.items[2].message


def test_a_project_without_routes_is_not_judged(tmp_path: Path) -> None:
    """There is nothing to name."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": "from flask import Flask\n"}))

    assert evidence.status is Status.SKIPPED

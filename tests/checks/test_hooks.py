"""S7: what concerns many views is done around them."""

from pathlib import Path

from flaskgrade.checks.hooks import CHECK
from flaskgrade.model.evidence import Location, Status
from tests.checks.contexts import context_of

HEAD = """
from flask import Flask, g, jsonify

app = Flask(__name__)
"""
HOOKS = """

@app.before_request
def identify():
    g.user = load_user()


@app.teardown_appcontext
def close(error):
    g.pop("db").close()
"""
PLAIN = """

@app.get("/{0}")
def view{0}():
    db = get_db()
    return jsonify(db.find({0}))
"""
COPY = """

@app.get("/{0}")
def view{0}():
    verify_token()
    db = connect()
    found = db.find({0})
    db.close()
    return jsonify(found)
"""


def _app(*parts: str) -> dict[str, str]:
    views = "".join(part.format(number) for number, part in enumerate(parts))
    return {"app.py": HEAD + views}


def _lost(tmp_path: Path, files: dict[str, str]) -> list[str]:
    evidence = CHECK.run(context_of(tmp_path, files))
    return [i.id.split(":")[1] for i in evidence.items if i.status is Status.FAILED]


def test_hooks_around_views_that_hold_their_own_earn_everything(tmp_path: Path) -> None:
    """Each view may ask for the database."""
    files = {"app.py": _app(*[PLAIN] * 5)["app.py"] + HOOKS}
    evidence = CHECK.run(context_of(tmp_path, files))

    assert evidence.status is Status.PASSED
    assert evidence.findings == ()


def test_copies_in_most_views_without_a_hook_lose_everything(tmp_path: Path) -> None:
    """Each kind of copy is a finding at its first place."""
    evidence = CHECK.run(context_of(tmp_path, _app(*[COPY] * 5)))

    assert [(f.code.split(":")[1], f.location) for f in evidence.findings] == [
        ("copied", Location(path="app.py", line=9)),
        ("copied", Location(path="app.py", line=12)),
        ("most", Location(path="app.py", line=9)),
        ("shared", Location(path="app.py", line=9)),
    ]
    assert "5 of 5 views do the same: verify_token()" in {f.message for f in evidence.findings}
    assert "@app.teardown_appcontext" in evidence.items[0].message


def test_copies_cost_less_where_there_are_hooks_and_other_views(tmp_path: Path) -> None:
    """The degrees: a few views of many, most views, and nothing shared at all."""
    few = _app(*[COPY] * 4, *[PLAIN] * 9)["app.py"]
    most = _app(*[COPY] * 4)["app.py"]

    assert _lost(tmp_path / "a", {"app.py": few + HOOKS}) == ["copied"]
    assert _lost(tmp_path / "c", _app(*[COPY] * 4, *[PLAIN] * 90)) == []
    assert _lost(tmp_path / "b", {"app.py": most + HOOKS}) == ["copied", "most"]


def test_a_hook_that_does_nothing_is_no_shared_work(tmp_path: Path) -> None:
    """It earns nothing beside copies."""
    idle = "\n\n@app.after_request\ndef after(response):\n    return response\n"

    assert "shared" in _lost(tmp_path, {"app.py": _app(*[COPY] * 4)["app.py"] + idle})


def test_views_that_share_no_work_are_not_judged(tmp_path: Path) -> None:
    """Nothing is cross-cutting there."""
    evidence = CHECK.run(context_of(tmp_path, _app(PLAIN, PLAIN)))

    assert evidence.status is Status.SKIPPED

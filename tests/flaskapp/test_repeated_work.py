"""Work that is copied from view to view."""

import pytest

from flaskgrade.flaskapp.analyse import analyse

HEAD = "from flask import Flask, jsonify, session, request\napp = Flask('x')\n"


def _views(body: str, count: int = 4) -> str:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return HEAD + "".join(
        f"@app.get('/{n}/<int:id>')\ndef view{n}(id):\n{lines}    return jsonify({n})\n"
        for n in range(count)
    )


def _found(source: str) -> list[tuple[str, int]]:
    repeated = analyse({"app.py": source}).practices.repeated_work
    return [(one.work, len(one.places)) for one in repeated]


@pytest.mark.parametrize(
    ("body", "work"),
    [
        ("verify_token()", "verify_token()"),
        ("'''Say it.'''\nverify_token(request)", "verify_token(request)"),
        ("try:\n    check()\n    work(id)\nfinally:\n    pass", "check()"),
        ("if 'user' not in session:\n    return redirect('/')", "if 'user' not in session"),
        ("if not g.user.is_admin:\n    abort(403)", "if not g.user.is_admin"),
        ("if limited():\n    return jsonify(error=1), 429", "if limited()"),
        ("me = current()\nif not me:\n    return jsonify(error=1), 401", "if not me"),
        ("t = request.headers.get('A')\nif t is None:\n    raise Unknown", "if t is None"),
        ("db = get_db()\nfound = db.find(id)\ndb.close()", "db.close() after get_db()"),
        (
            "db = connect('a')\ntry:\n    work(id)\nfinally:\n    db.close()",
            "db.close() after connect()",
        ),
        ("r = jsonify(id)\nr.headers['X-A'] = 'b'", "the header X-A"),
    ],
)
def test_what_four_views_do_alike_is_found(body: str, work: str) -> None:
    """Calls, refusals, what is closed, headers; three views may be chance."""
    assert _found(_views(body)) == [(work, 4)]
    assert _found(_views(body, 3)) == []


@pytest.mark.parametrize(
    "body",
    [
        "data = request.get_json()\nif not data:\n    return jsonify(error=1), 400",
        "form = Form()\nif not form.validate():\n    return form.errors, 422",
        "if not request.is_json:\n    abort(415)",
        "if request.method != 'POST':\n    return render()",
        "db = get_db()",
        "room = load(id)\nif room is None:\n    abort(404)",
        "authorise(id)",
        "room = load(id)\nauthorise(room)",
        "if current_user.is_authenticated:\n    return redirect('/')",
        "db.session.commit()",
        "with connect('a') as db:\n    db.find(id)",
        "f = open('a')\nf.close()",
        "r = jsonify(id)\nr.headers['Location'] = 'b'",
        "r = jsonify(id)\nr.headers['X-A'] = id",
    ],
)
def test_what_is_a_views_own_is_not_copied(body: str) -> None:
    """Its input, its arguments, what it has found, its unit of work."""
    assert _found(_views(body)) == []


def test_a_view_of_one_call_begins_with_none() -> None:
    """Views that are still to be written all look alike."""
    source = HEAD + "".join(f"@app.get('/{n}')\ndef v{n}():\n    todo()\n" for n in range(6))

    assert _found(source) == []


def test_methods_of_views_that_call_themselves_are_copies_too() -> None:
    """`self` is the same for all of them."""
    method = "    def {}(self):\n        self.check()\n        return jsonify(1)\n"
    source = (
        f"{HEAD}from flask.views import MethodView\nclass Rooms(MethodView):\n"
        + "".join(method.format(verb) for verb in ("get", "post", "put", "delete"))
        + "app.add_url_rule('/rooms', view_func=Rooms.as_view('rooms'))\n"
    )

    assert _found(source) == [("self.check()", 4)]

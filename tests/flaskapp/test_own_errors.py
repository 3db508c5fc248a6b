"""Views that answer errors by themselves."""

import pytest

from flaskgrade.flaskapp.analyse import analyse

HEAD = "from flask import Flask, jsonify\napp = Flask('x')\n"
BROAD = "return jsonify({'error': str(e)}), 500"


def _views(caught: str, answer: str, count: int = 1) -> str:
    return HEAD + "".join(
        f"@app.get('/{n}')\ndef view{n}():\n"
        f"    try:\n        return load()\n    except {caught}:\n        {answer}\n"
        for n in range(count)
    )


def _found(source: str) -> list[tuple[str, str, int | None]]:
    own = analyse({"app.py": source}).practices.own_answers
    return [(one.handler, one.catches, one.location.line) for one in own]


@pytest.mark.parametrize(
    "answer",
    [
        BROAD,
        "return jsonify(error=str(e))",
        "return {'message': str(e)}",
        "return str(e), HTTPStatus.INTERNAL_SERVER_ERROR",
        "return failure(500, str(e))",
        "r = jsonify(str(e)); r.status_code = 500; return r",
    ],
)
@pytest.mark.parametrize("caught", ["Exception as e", "(ValueError, Exception) as e"])
def test_an_answer_to_everything_is_found_in_one_view(caught: str, answer: str) -> None:
    """However it is written."""
    assert _found(_views(caught, answer)) == [("view0", "", 7)]


def test_the_same_exception_answered_in_three_views_is_copied() -> None:
    """In two it may be chance."""
    assert _found(_views("ValidationError as e", BROAD, 2)) == []
    assert [name for name, *_ in _found(_views("ValidationError as e", BROAD, 3))] == [
        "view0",
        "view1",
        "view2",
    ]


@pytest.mark.parametrize(
    "answer",
    [
        "raise ShopError(400)",
        "abort(400)",
        "return abort(400)",
        "return jsonify([])",
        "return render_template('form.html', error=e), 400",
        "flash('error'); return redirect('/')",
        "log(error=e)",
    ],
)
def test_who_raises_or_shows_a_page_answers_no_error_alone(answer: str) -> None:
    """Another error is for the handlers; a form with its errors is a page."""
    assert _found(_views("Exception as e", answer, 3)) == []


def test_services_and_methods_of_views_are_told_apart() -> None:
    """What no rule names is no view; a method of a class of views is one."""
    body = """
        try:
            return load()
        except Exception:
            return {"error": 1}
"""
    source = (
        f"{HEAD}from flask.views import MethodView\n"
        f"class Rooms(MethodView):\n    def get(self):\n{body}"
        f"class Store:\n    def load(self):\n{body}"
        "app.add_url_rule('/rooms', view_func=Rooms.as_view('rooms'))\n"
    )

    assert [name for name, *_ in _found(source)] == ["Rooms.get"]

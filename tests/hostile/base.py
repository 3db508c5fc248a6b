"""The application that the attacks ride on: honest, and once without what is graded.

`GOOD` does all that the hidden tests ask. `BAD` echoes where it should double. A hostile submission
is `BAD` and a trick: `app/trick.py` is imported early, and its `play(app)` is called with the app.
"""

from collections.abc import Mapping
from types import MappingProxyType

Files = Mapping[str, str | bytes]

_INIT = """\
\"\"\"Desk: notes and numbers.\"\"\"

from flask import Flask

from app import trick
from app.views import desk


def create_app() -> Flask:
    \"\"\"Return the application.\"\"\"
    app = Flask(__name__)
    app.register_blueprint(desk)
    trick.play(app)
    return app
"""

_TRICK = """\
\"\"\"Nothing up the sleeve.\"\"\"

from flask import Flask


def play(app: Flask) -> None:
    \"\"\"Leave the app as it is.\"\"\"
    app.logger.debug("no trick")
"""

_VIEWS = """\
\"\"\"What the desk answers.\"\"\"

from itertools import count

from flask import Blueprint
from flask import request
from flask.typing import ResponseReturnValue

desk = Blueprint("desk", __name__)
notes: dict[int, str] = {}
numbers = count(1)


@desk.get("/health")
def health() -> ResponseReturnValue:
    \"\"\"Say that all is well.\"\"\"
    return {"status": "ok"}


@desk.post("/notes")
def write() -> ResponseReturnValue:
    \"\"\"Keep a note.\"\"\"
    number = next(numbers)
    notes[number] = str((request.get_json() or {}).get("text", ""))
    return {"id": number, "text": notes[number]}, 201


@desk.get("/notes/<int:number>")
def read(number: int) -> ResponseReturnValue:
    \"\"\"Show a note.\"\"\"
    if number not in notes:
        return {"error": "no such note"}, 404
    return {"id": number, "text": notes[number]}


@desk.get("/double/<number>")
def double(number: str) -> ResponseReturnValue:
    \"\"\"Double a number.\"\"\"
"""
_DOUBLES = """\
    try:
        return {"double": 2 * int(number)}
    except ValueError:
        return {"error": "not a number"}, 400
"""
_ECHOES = """\
    return {"double": number}
"""
_TEST = """\
\"\"\"Tests of the desk.\"\"\"

from app import create_app


def test_a_note_can_be_read_back() -> None:
    \"\"\"What was written can be read.\"\"\"
    client = create_app().test_client()
    made = client.post("/notes", json={"text": "hello"})
    assert client.get(f"/notes/{made.get_json()['id']}").get_json()["text"] == "hello"
"""
_README = """\
# Desk

Notes and numbers. Set up: `pip install -r requirements.txt`. Run: `flask run`. Test: `pytest`.
"""

GOOD: Files = MappingProxyType(
    {
        "app/__init__.py": _INIT,
        "app/trick.py": _TRICK,
        "app/views.py": _VIEWS + _DOUBLES,
        "tests/test_desk.py": _TEST,
        "requirements.txt": "flask==3.1.3\n",
        "README.md": _README,
    }
)
BAD: Files = MappingProxyType({**GOOD, "app/views.py": _VIEWS + _ECHOES})

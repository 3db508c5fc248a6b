"""Lines that do something count; padding does not, and code as people write it does."""

import argparse
from pathlib import Path

import pytest

from flaskgrade.flaskapp.analyse import analyse

APP = """\
from flask import Blueprint, request

notes = Blueprint("notes", __name__)
KEPT = {}


@notes.post("/notes")
def write():
    body = request.get_json(silent=True) or {}
    if not isinstance(body.get("text"), str):
        return {"error": "text is missing"}, 422
    KEPT[len(KEPT) + 1] = body["text"]
    return {"id": len(KEPT)}, 201


@notes.get("/notes/<int:number>")
def read(number):
    try:
        return {"text": found(number)}
    except KeyError:
        return {"error": "no such note"}, 404


def found(number):
    return KEPT[number]
"""
LINES = 18
MANY = 3000


def lines(files: dict[str, str]) -> int:
    """The lines that count."""
    return analyse(files).source_lines


def test_every_line_of_ordinary_code_counts() -> None:
    """Heads, decorators and what stands in blocks; no blank line, and no `else` by itself."""
    assert lines({"app.py": APP}) == LINES


def test_blanks_comments_and_texts_do_not_count() -> None:
    """However many there are, also where `str.splitlines` sees more lines than Python."""
    padded = APP + '"""\n' + "text\n" * 50 + '"""\n' + "# so\n\n" * 50 + '"a\x0cb\x1cc\u2028d"\n'

    assert lines({"app.py": padded}) == LINES + 2


@pytest.mark.parametrize(
    "padding",
    [
        "".join(f"x{n} = {n}\n" for n in range(MANY)),
        "".join(f"def f{n}() -> int:\n    return {n}\n" for n in range(MANY)),
        "".join(f"def f{n}() -> int:\n    return {n}\n" for n in range(MANY))
        + f"ALL = [{', '.join(f'f{n}' for n in range(MANY))}]\n",
        "TABLE = [\n" + "    1,\n" * MANY + "]\n",
        "VALUE = \\\n" + "    1 + \\\n" * 90 + "    1\n",
        "if KEPT:\n" + "    pass\n" * MANY,
    ],
)
def test_padding_adds_little(padding: str) -> None:
    """Thousands of lines of a few forms come to a few dozen, in the same file or in another."""
    assert lines({"app.py": APP + padding}) <= LINES + 75
    assert lines({"app.py": APP, "pad.py": padding}) <= LINES + 75


def test_a_library_that_is_brought_along_adds_little() -> None:
    """Nothing but its import uses it."""
    library = Path(argparse.__file__).read_text(encoding="utf-8")

    brought = {"app.py": APP, "lib.py": library, "wsgi.py": "import lib\n"}
    assert lines(brought) - LINES < len(library.splitlines()) / 20


def test_what_is_used_counts() -> None:
    """Methods, models that only a library knows, what a string names, and what tests call."""
    code = (
        "class Note(db.Model):\n    kept = db.Column(db.Integer)\n"
        "class Shelf:\n    def take(self):\n        return 1\n"
        "    def idle(self):\n        return 2\n"
        "class Config:\n    DEBUG = False\n"
        "def tested():\n    return Shelf().take()\n"
        "app.config.from_object('config.Config')\n"
    )
    test = "from config import tested\ndef test_it():\n    assert tested() == 1\n"

    assert lines({"config.py": code, "tests/test_it.py": test}) == len(code.splitlines()) - 2


def test_an_export_is_no_use() -> None:
    """`__all__` says what could be used."""
    code = "__all__ = ['f']\ndef f():\n    return 1\n"

    assert lines({"a.py": code, "b.py": "import a\n"}) == 2


def test_what_cannot_be_parsed_counts_up_to_a_limit() -> None:
    """A Python newer than ours is no void, and thousands of broken lines are no treasure."""
    assert lines({"a.py": "x = = 1\ny = 2\n# no\n"}) == 2
    assert lines({"a.py": "".join(f"x{n} = = 1\n" for n in range(MANY))}) == 200

"""`flaskgrade inspect`: a map for people, JSON for programs, clear words for mistakes."""

import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from flaskgrade.cli.inspect_map import render
from flaskgrade.cli.main import app
from flaskgrade.errors import UsageError
from flaskgrade.inspection import schema
from flaskgrade.inspection.document import document
from flaskgrade.inspection.inspect import inspect
from tests.inspection.projects import LIBRARY, SHOP, write

ESCAPE = "\x1b"


def shown(*words: str) -> str:
    """Return what the command prints."""
    result = CliRunner().invoke(app, ["inspect", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_json_is_the_document(tmp_path: Path) -> None:
    """Standard output is JSON and nothing else."""
    write(tmp_path, SHOP)

    assert json.loads(shown(str(tmp_path), "--json")) == document(inspect(tmp_path))


def test_the_schema_is_printed_without_a_path() -> None:
    """As it is shipped."""
    assert shown("--schema") == schema.text()


def test_the_map_shows_what_goes_on_what(tmp_path: Path) -> None:
    """The application, its blueprint in it, the blueprint's routes in that; then the rest."""
    printed = render(document(inspect(write(tmp_path, SHOP))), name="shop", width=120, color=False)

    assert ESCAPE not in printed
    lines = printed.splitlines()
    app_line = next(n for n, line in enumerate(lines) if line.startswith("app  Flask"))
    tree = [line.lstrip("│├└─ ") for line in lines[app_line : app_line + 5]]
    assert tree == [
        "app  Flask  shop/__init__.py:4",
        "GET /health  health  shop/__init__.py:10",
        "items  blueprint, under /items  shop/views.py:2",
        "GET POST /  items  shop/views.py:3",
        "DELETE /<int:id>  remove  shop/views.py:6",
    ]
    for words in (
        "factory create_app",
        "SQLAlchemy, init_app in",
        "Item",
        "1 revision",
        "broken.py",
    ):
        assert words in printed


def test_colour_is_only_there_when_asked_for(tmp_path: Path) -> None:
    """And the words are the same."""
    facts = document(inspect(write(tmp_path, SHOP)))

    coloured = render(facts, name="shop", width=100, color=True)

    assert ESCAPE in coloured
    plain = Console(width=100).render_str(render(facts, name="shop", width=100, color=False)).plain
    assert "create_app" in plain


def test_what_a_project_names_its_things_steers_no_terminal(tmp_path: Path) -> None:
    """An escape sequence in a rule or a file's name does not come through, nor does markup."""
    rule = "from flask import Flask\na = Flask('x')\n@a.get('/\\x1b[31m[bold]x')\ndef v(): pass\n"

    printed = render(
        document(inspect(write(tmp_path, {"a.py": rule}))), name="\x1b]0;x", width=80, color=False
    )

    assert ESCAPE not in printed
    assert "[bold]x" in printed


def test_a_project_without_flask_is_said_to_be_none(tmp_path: Path) -> None:
    """It is no error: the answer is that there is none."""
    write(tmp_path, LIBRARY)

    assert "No Flask application" in shown(str(tmp_path))


def test_without_a_path_or_with_a_wrong_one_there_is_a_clear_error(tmp_path: Path) -> None:
    """Usage errors, before anything is printed."""
    runner = CliRunner()

    for words in ([], [str(tmp_path / "gone")], [str(tmp_path)]):
        result = runner.invoke(app, ["inspect", *words])
        assert isinstance(result.exception, UsageError)


@pytest.mark.parametrize("words", ["Examples", "--schema", "--json"])
def test_the_help_has_examples(words: str) -> None:
    """And names the options."""
    assert words in shown("--help")


def test_the_map_shows_what_else_is_there_and_circles_of_imports(tmp_path: Path) -> None:
    """In a line for the features, and one for each circle."""
    files = {
        "shop/__init__.py": (
            "from flask import Flask\napp = Flask('x')\n@app.errorhandler(404)\n"
            "def missing(e): pass\nfrom shop import views\n"
        ),
        "shop/views.py": "from shop import app\n@app.get('/')\ndef home(): pass\n",
    }

    printed = shown(str(write(tmp_path, files)))

    assert "error handlers, type hints: none" in printed
    assert "1 circle of imports\n  shop/__init__.py, shop/views.py  shop/__init__.py:5" in printed

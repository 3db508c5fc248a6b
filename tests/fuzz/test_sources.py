"""Static readers of Python and its neighbours: any text is facts, or named as unparsed."""
# A test's name is its sentence.
# ruff: noqa: D103

from pathlib import Path

from hypothesis import strategies as st

from flaskgrade.flaskapp.analyse import analyse
from flaskgrade.flaskapp.lines import Text, source_lines
from flaskgrade.flaskapp.openapi import is_openapi, operations
from flaskgrade.flaskapp.python2 import modernised
from flaskgrade.flaskapp.readme import read
from flaskgrade.flaskapp.readme_targets import missing_targets
from flaskgrade.flaskapp.suppressions import find_suppressions
from flaskgrade.model.submission import SourceFile, Submission
from tests.fuzz.cases import fuzz
from tests.fuzz.strategies import any_bytes, any_text, glued, line_mutated, mutated

ROOT = Path(__file__).parents[2]
PROGRAMS = tuple(
    path.read_text()
    for path in sorted((ROOT / "exercises").rglob("*.py"))
    if path.stat().st_size < 8000
)
PYTHON = (
    "from flask import Flask, Blueprint\n",
    "app = Flask(__name__)\n",
    "from . import *\n",
    "from flask_sqlalchemy import SQLAlchemy\n",
    "db = SQLAlchemy(app)\n",
    "app = app\n",
    "def create_app(config=None):\n    app = Flask(__name__)\n    return app\n",
    "import app\n",
    "bp = Blueprint('b', __name__, url_prefix='/b')\n",
    "app.register_blueprint(bp)\n",
    "@app.route('/x/<int:i>', methods=['GET'])\ndef x(i):\n    return ''\n",
    "a = [*a, *a]\n",
    "class M(db.Model):\n    id = db.Column(db.Integer)\n",
    "class M(M):\n    pass\n",
    "for n in range(10**9):\n    app.add_url_rule(str(n), view_func=x)\n",
    "a = b\nb = a\n",
    "exec('1')\n",
    "f'{x!r:>{y}}'\n",
    "match x:\n    case {'a': [*b]}:\n        pass\n",
    "# noqa: E501\n",
    "print 'old'\n",
    "0777\n",
    "s = 'a' * 10**9\n",
    "x = 9**9**9\n",
    "async ",
    "if __name__ == '__main__':\n    app.run()\n",
    "    ",
    "\n",
    "(",
    ")",
    "'''",
    "\\\n",
    "\x0c",
    "# type: ignore\n",
    "def test_a():\n    assert True\n",
    "x = lambda: x\n",
)
programs = st.one_of(glued(PYTHON), mutated(PROGRAMS), line_mutated(PROGRAMS), any_text)
decoded = st.one_of(programs, any_bytes.map(lambda raw: raw.decode("utf-8", "replace")))
paths = st.sampled_from(
    (
        "app.py",
        "wsgi.py",
        "pkg/__init__.py",
        "pkg/models.py",
        "tests/test_a.py",
        "setup.py",
        "migrations/versions/1.py",
        "migrations/env.py",
    )
)


@fuzz(share=0.1, texts=st.dictionaries(paths, decoded, min_size=1, max_size=4))
def test_any_program_is_facts_or_named_as_unparsed(texts: dict[str, str]) -> None:
    facts = analyse(texts, everything=texts, read=lambda path: texts.get(path, ""))

    assert {path for path, _ in facts.unparsed} <= set(texts)
    assert all(len(reason) < 500 for _, reason in facts.unparsed)
    assert facts.source_lines <= sum(len(text.splitlines()) for text in texts.values())
    assert all(route.location.path in texts for route in facts.routes)


@fuzz(text=decoded)
def test_any_text_has_suppressions_on_its_own_lines(text: str) -> None:
    assert all(1 <= one.line <= len(text) + 2 for one in find_suppressions(text))


@fuzz(text=decoded)
def test_what_cannot_be_parsed_has_no_more_source_lines_than_lines(text: str) -> None:
    lines = source_lines([Text(text=text, tree=None, counts=True)])

    assert 0 <= lines <= len(text.splitlines())


@fuzz(text=decoded)
def test_python_2_is_made_new_without_an_error(text: str) -> None:
    assert isinstance(modernised(text), str)


README = (
    "# A\n", "```sh\n", "```\n", "$ ", "pip install -r requirements.txt\n", "python app.py\n",
    "make run\n", "docker compose up\n", "flask --app a run\n", "    cd x && ./run.sh\n", "> ",
    "export A='b\n", "<!--", "-->", "`", "[a](b)\n", "cp .env.example .env\n", "just c\n", "~~~\n",
    "pytest -q | tee x\n", "tox -e a\n", "nox -s b\n", "source v/bin/activate;",
)  # fmt: skip


@fuzz(text=glued(README) | any_text, path=st.sampled_from(["README.md", "README.rst", "README"]))
def test_any_readme_is_words_and_commands(text: str, path: str) -> None:
    assert 0 <= read(path, text).words <= len(text)


MAKE = ("run:", "\n", ".PHONY: a", "\t", "$(", "a b: c", "%", "include x\n")


@fuzz(share=0.5, text=glued(README), make=glued(MAKE))
def test_any_readme_and_makefile_have_targets_or_not(room: Path, text: str, make: str) -> None:
    (room / "Makefile").write_text(make, encoding="utf-8", newline="")
    files = (SourceFile(path="Makefile", size=len(make)),)
    submission = Submission(source="s", kind="path", root=room, tree="0", files=files)

    assert isinstance(missing_targets(read("README.md", text), submission), tuple)


OPENAPI = (
    "openapi: 3.0.0\n", "swagger: '2.0'\n", "paths:\n", "  /a/{b}:\n", "    get:\n", "}}",
    "      operationId: a.b\n", '{"openapi": "3.0.0", "paths": {', "basePath: /v1\n", "[" * 3000,
    '"/x": {"get": {"operationId": "m.f"}}',
)  # fmt: skip


@fuzz(text=glued(OPENAPI) | any_text)
def test_any_specification_is_operations(text: str) -> None:
    is_openapi(text)

    assert len(operations(text)) <= len(text)

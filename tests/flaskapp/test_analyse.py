"""The analysis as a whole: what it reads, what it counts, and what it survives."""

import time
from pathlib import Path

import pytest

from flaskgrade.flaskapp.analyse import analyse, facts_of, load, read_project
from flaskgrade.flaskapp.parsing import parse_all
from tests.checks.contexts import submission_of

GOOD = "from flask import Flask\ndef create_app():\n    return Flask(__name__)\n"

HOSTILE = {
    "brackets": "x=" + "(" * 3000 + "1" + ")" * 3000 + "\n",
    "shallow brackets": "x=" + "(" * 180 + "1" + ")" * 180 + "\n",
    "sum": "x=" + "+".join(["1"] * 60000) + "\n",
    "minus": "x=" + "-" * 50000 + "1\n",
    "not": "x=" + "not " * 20000 + "1\n",
    "lambdas": "x=" + "lambda:" * 20000 + "1\n",
    "calls": "x" + "()" * 30000 + "\n",
    "attributes": "x" + ".a" * 30000 + "\n",
    "elifs": "if 1: pass\n" + "elif 1: pass\n" * 20000,
    "null byte": "x=1\0\n",
    "open string": "x='''never closed\n",
    "surrogate": "x='\ud800'\n# \ud800\n",
    "not Python": "SELECT * FROM users;\n",
    "long name": "x" * 900_000 + " = 1\n",
    "too large": "x = 1\n" * 200_000,
    "dense": "x;" * 240_000,
    "twins": "a0 = f(f, f)\n" + "".join(f"a{n} = a{n - 1} or a{n - 1}\n" for n in range(1, 3000)),
    "circles": "".join(f"def f{n}(x): return f{(n + 1) % 500}(x)\n" for n in range(500)),
    "tangle": "".join(
        f"def f{n}(x):\n"
        + "".join(f"    f{m}(x)\n" for m in range(60))
        + f"    x.add_url_rule(x, x)\n    return f{n - 1}(x)\n"
        for n in range(60)
    ),
    "loops": "".join(
        f"{'  ' * n}for x{n} in range(9), (1, 2, 3, 4, 5, 6, 7, 8, 9):\n" for n in range(18)
    )
    + "  " * 18
    + "app.add_url_rule(f'{x0}{x9}{x17}')\n",
    "product": "T = (1, 2, 3, 4, 5, 6, 7, 8, 9)\n"
    + "".join(f"{' ' * n}for x{n} in T:\n" for n in range(18))
    + " " * 18
    + "a.add_url_rule("
    + "+".join(f"x{n}" for n in range(18))
    + ")\n",
    "diamonds": "class A0: pass\nclass B0: pass\n"
    + "".join(
        f"class A{n}(A{n - 1}, B{n - 1}): pass\nclass B{n}(A{n - 1}, B{n - 1}): x = A{n}.y\n"
        for n in range(1, 300)
    ),
    "many factories": "from flask import Flask\n"
    + "".join(
        f"def f{n}():\n    app = Flask('x')\n    g(app)\n    return app\n" for n in range(5000)
    ),
    "many blueprints": "from flask import Blueprint\n"
    + "".join(f"b{n} = Blueprint('b', 'x')\nx.register_blueprint(y.z)\n" for n in range(5000)),
    "long f-string": "x = f'''" + "{a}\n" * 20000 + "'''\n",
    "comments": "x = 1\n" * 100 + "#noqa" * 100_000 + "\n",
    "heirs": "class A0(A2999): pass\n"
    + "".join(f"class A{n}(A{n - 1}): pass\n" for n in range(1, 3000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_costs_little_and_hides_nothing(name: str) -> None:
    """The file beside it is read all the same, and soon."""
    started = time.process_time()

    facts = analyse({"app.py": GOOD, "evil.py": HOSTILE[name]})

    assert "create_app" in [factory.name for factory in facts.factories]
    assert time.process_time() - started < 15  # on a busy machine; it takes one or two


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("brackets", "nested too deeply"),
        ("minus", "nested too deeply"),
        ("not Python", "syntax error in line 1"),
        ("too large", "larger than 1 MB"),
        ("dense", "tokens"),
        ("long name", "a name of more than"),
    ],
)
def test_what_was_not_read_is_named_with_the_reason(name: str, reason: str) -> None:
    """So that a report can say so."""
    ((path, said),) = analyse({"evil.py": HOSTILE[name]}).unparsed
    assert path == "evil.py"
    assert reason in said


def test_modules_that_import_each_other_are_no_trap() -> None:
    """Names go round in circles, and the question ends."""
    facts = analyse(
        {
            "a.py": "from b import *\nfrom b import x\n",
            "b.py": "from a import *\nfrom a import x\n",
            "c.py": GOOD
            + "from a import x, y\nx.register_blueprint(y)\n@x.route('/z')\ndef f(): ...\n",
        }
    )
    assert [route.rule for route in facts.routes] == ["/z"]


def test_the_whole_project_has_a_budget() -> None:
    """What is beyond it is named, and files that still fit are read."""
    texts = {"a.py": "x = 1\n" * 5, "b.py": "x = 1\n" * 50, "c.py": "x = 1\n" * 5}

    parsed = parse_all(texts, texts, budget=40)

    assert [source.path for source in parsed.sources] == ["a.py", "c.py"]
    assert parsed.unparsed == (("b.py", "not read: the project is too large"),)


def test_a_byte_order_mark_is_no_error() -> None:
    """Editors on Windows write one."""
    assert analyse({"app.py": "\ufeff" + GOOD}).factories


def test_invalid_escapes_warn_nobody() -> None:
    """They are the candidate's, and warnings are errors in this suite."""
    assert analyse({"app.py": "x = '\\d'\n" + GOOD}).factories


def test_lines_of_code_are_counted() -> None:
    """Neither blank lines, comments, tests, nor the inside of long strings count."""
    text = (
        "# a comment\n\nx = 1\n\ndef f():\n"
        '    """A\n\n    long\n    one.\n    """\n    return x\nf()\n'
    )
    facts = analyse({"app.py": text, "tests/test_x.py": "x = 1\n" * 50})
    assert facts.source_lines == 5


def test_code_in_hidden_folders_is_read() -> None:
    """Wherever code hides, it is the candidate's."""
    paths = (".eggs/core/views.py", "build/lib/a.py", ".hidden/b.py")
    assert analyse(dict.fromkeys(paths, GOOD)).python_files == (
        ".hidden/b.py",
        ".eggs/core/views.py",
        "build/lib/a.py",
    )


def test_installed_packages_are_not_the_projects_own() -> None:
    """A committed virtual environment is somebody else's code."""
    facts = analyse(
        {
            "app.py": GOOD,
            "venv/lib/python3.12/site-packages/flask/app.py": GOOD,
            "node_modules/x/y.py": GOOD,
        }
    )
    assert facts.python_files == ("app.py",)


def test_a_committed_environment_is_known_by_its_mark(tmp_path: Path) -> None:
    """`pyvenv.cfg` lies at its root."""
    files = {"app.py": GOOD, "env/pyvenv.cfg": "", "env/bin/activate_this.py": "x = 1\n"}
    assert read_project(submission_of(tmp_path, files)).python_files == ("app.py",)


def test_a_local_folder_called_flask_is_not_flask() -> None:
    """Nor does it keep the real one from being seen."""
    facts = analyse({"app.py": GOOD, "flask/__init__.py": "class Flask: ...\n"})
    assert facts.uses_flask
    assert len(facts.apps) == 1


def test_a_project_without_flask_uses_none() -> None:
    """A Werkzeug application with a factory is no Flask application."""
    facts = analyse(
        {"app.py": "from werkzeug import Request\ndef make_app():\n    return Request\n"}
    )
    assert (facts.uses_flask, facts.apps, facts.factories) == (False, (), ())


def test_bytes_that_are_no_text_are_replaced(tmp_path: Path) -> None:
    """Such as a file in Latin-1 with a cookie that says so."""
    text = b"# -*- coding: latin-1 -*-\nname = 'caf\xe9'\n" + GOOD.encode()
    assert read_project(submission_of(tmp_path, {"app.py": text})).factories


def test_whoever_has_time_may_ask_more_of_a_large_project() -> None:
    """Without any steps nothing is known; what is left over then is unknown, not wrong."""
    texts = {"app.py": "from flask import Flask\napp = Flask('x')\n@app.get('/')\ndef f(): ...\n"}

    assert facts_of(load(texts, steps=0)).apps == ()
    assert len(facts_of(load(texts, steps=1000)).apps) == 1

"""Attacks on static analysis, structure and rubric: K49 to K58.

Most of them lie beside `POOR`: code with findings of every tool, which the measure has, too.
"""

import colorsys
import fnmatch
import inspect
import shlex
import statistics
import textwrap

from tests.hostile.attack import Attack, Layer, Tries, trick
from tests.hostile.base import BAD, Files

POOR = """\
import os, subprocess
import hashlib
def run(command, x = [ ]):
    try:
        return subprocess.call(command, shell=True)
    except:
        pass
def digest(text):
    l = hashlib.md5(text.encode()).hexdigest()
    return l + 1
def broken() -> int:
    return "text" + 3
"""
BESIDE = {"app/poor.py": POOR}
SILENT = (
    "# ruff: noqa\n# flake8: noqa\n# mypy: ignore-errors\n# type: ignore\n# fmt: off\n"
    + "".join(
        f"{line}  # nosec # type: ignore # noqa # pylint: disable=all # pragma: no cover\n"
        for line in POOR.splitlines()
    )
)
UNCHECKED = "from typing import no_type_check\n" + POOR.replace("\ndef ", "\n@no_type_check\ndef ")
CONFIGS = {
    "pyproject.toml": '[tool.ruff]\nexclude = ["*"]\nextend = "/hidden/x.toml"\n[tool.ruff.lint]\nselect = []\n'
    '[tool.mypy]\nexclude = ".*"\nignore_errors = true\n[tool.bandit]\nskips = ["B602", "B324"]\nexclude_dirs = ["app"]\n',
    "ruff.toml": 'exclude = ["*"]\n',
    ".ruff.toml": 'exclude = ["*"]\n',
    "app/ruff.toml": 'exclude = ["*"]\n',
    "mypy.ini": "[mypy]\nignore_errors = True\nfollow_imports = skip\n",
    "setup.cfg": "[mypy]\nignore_errors = True\n[bandit]\nskips = B404,B602\n",
    "tox.ini": "[bandit]\nexclude = app\n[flake8]\nexclude = *\n",
    ".bandit": "[bandit]\nskips: B404,B602,B603,B607,B324\nexclude: app\n",
    ".gitignore": "*.py\n",
    "app/.gitignore": "*.py\n",
    ".ignore": "*.py\n",
    ".editorconfig": "[*.py]\nindent_size = 1\n",
}
CANARY = "open('/tmp/fg-canary-K51', 'w')\n"
PLUGINS = {
    "mypy.ini": "[mypy]\nplugins = evil.py\n",
    "evil.py": CANARY
    + "def plugin(version):\n    from mypy.plugin import Plugin\n    return Plugin\n",
    ".pylintrc": "[MAIN]\ninit-hook=open('/tmp/fg-canary-K51', 'w')\nload-plugins=evil\n",
    "ruff.toml": 'extend = "evil.toml"\n',
    "bandit_evil.py": CANARY,
    "setup.py": CANARY,
    "Makefile": "all:\n\ttouch /tmp/fg-canary-K51\n",
    "noxfile.py": CANARY,
    "tox.ini": "[testenv]\ncommands = touch /tmp/fg-canary-K51\n",
    ".pre-commit-config.yaml": "repos:\n- repo: local\n  hooks:\n  - id: x\n    entry: touch /tmp/fg-canary-K51\n    language: system\n",
    "sitecustomize.py": CANARY,
    "usercustomize.py": CANARY,
}
DEEP = "x = " + "(" * 3000 + "1" + ")" * 3000 + "\n"
THEATRE = """\
import pytest


@pytest.mark.parametrize("i", range(500))
def test_x(i):
    assert (1 == 2, "always true")


def test_s():
    pytest.skip("later")


def test_e():
    try:
        raise RuntimeError
    except Exception:
        pass
"""
RUBRIC = "weights: {acceptance: 0, style: 100}\ntests: ['true']\npass_mark: 0\nimage: evil/image\nsandbox: none\n"
STUBS = "from typing import Any\n\ndef __getattr__(name: str) -> Any: ...\n"
NUMBERS = '"""Numbers."""\n' + "".join(
    f'\n\ndef number_{n}() -> int:\n    """Return a number."""\n    return {n}\n' for n in range(40)
)
VENDORED = (textwrap, shlex, fnmatch, statistics, colorsys)
SAME_TEST = '''

def test_health_{n}() -> None:
    """All is well."""
    assert create_app().test_client().get("/health").status_code == 200


def test_nothing_{n}() -> None:
    """All is well, too."""
    assert {n} + 1
'''
MONOLITH = {
    "main.py": str(BAD["app/views.py"])
    .replace("import Blueprint", "import Flask")
    .replace('desk = Blueprint("desk", __name__)', "desk = app = Flask(__name__)"),
    "app/views.py": "",
    "app/trick.py": "",
    "tests/test_desk.py": str(BAD["tests/test_desk.py"])
    .replace("from app import create_app", "from main import app")
    .replace("create_app()", "app"),
}
DECOY = '''"""Makes an application that nobody serves."""

from flask import Blueprint
from flask import Flask

extra = Blueprint("extra", __name__)


@extra.get("/extra")
def more() -> str:
    """Say more."""
    return "more"


@extra.get("/extra/more")
def most() -> str:
    """Say most."""
    return "most"


def create_app(config: dict[str, object] | None = None) -> Flask:
    """Return an application."""
    app = Flask(__name__)
    app.config.from_mapping(config or {})
    app.register_blueprint(extra)
    return app
'''


def _static(number: int, name: str, does: str, files: Files, **more: object) -> Attack:
    return Attack(
        id=f"K{number}",
        name=name,
        does=does,
        files=files,
        **{  # type: ignore[arg-type] # the fields of an Attack
            "layer": Layer.STATIC,
            "weighs": "whole",
            "beside": BESIDE,
            "seconds": 120.0,
            **more,
        },
    )


ATTACKS: tuple[Attack, ...] = (
    _static(49, "lint-config", "brings configurations that switch every tool off", {**CONFIGS}),
    _static(
        50,
        "suppress-comments",
        "suppresses every finding by comments",
        {"app/poor.py": SILENT},
        finds=("suppression",),
    ),
    _static(
        50, "no-type-check", "marks every function as not to be checked", {"app/poor.py": UNCHECKED}
    ),
    _static(
        51,
        "plugin-exec",
        "plugins and hooks that leave a canary when a tool loads them",
        {**PLUGINS},
        tries=Tries.SANDBOX,
    ),
    _static(
        52,
        "deep-nesting",
        "a line of 3,000 nested parentheses, which tools crash on",
        {"app/deep.py": DEEP},
    ),
    _static(
        52,
        "long-sum",
        "a sum of 60,000 terms",
        {"app/sum.py": "x = " + "+".join(["1"] * 60000) + "\n"},
    ),
    _static(
        52,
        "nul-byte",
        "a NUL byte, an unfinished string, another encoding",
        {
            "app/nul.py": b"x = 1\0\n",
            "app/open.py": 'x = "unfinished\n',
            "app/u7.py": "# -*- coding: utf-7 -*-\nimport subprocess\n",
            "app/bad.py": b"x = '\xff\xfe'\n",
        },
    ),
    _static(
        53,
        "hidden-folders",
        "moves its code to folders that tools skip",
        {
            "app/poor.py": "",
            **{
                f"{folder}/poor.py": POOR
                for folder in (
                    ".eggs/core",
                    "build/lib",
                    "node_modules/x",
                    "venv/lib",
                    "site-packages/x",
                    ".hidden",
                )
            },
        },
    ),
    _static(
        54,
        "shadow-stubs",
        "stubs and modules named like the libraries, by which every type holds",
        {
            "flask/__init__.pyi": STUBS,
            "sqlalchemy.pyi": STUBS,
            "typing.pyi": STUBS,
            "subprocess.pyi": STUBS,
            "hashlib.pyi": STUBS,
            "builtins.pyi": STUBS,
        },
    ),
    _static(
        55,
        "own-rubric",
        "brings a rubric, a configuration and variables for the grader",
        {
            "flaskgrade.yaml": RUBRIC,
            "rubric.yaml": RUBRIC,
            "exercise.yaml": RUBRIC,
            ".flaskgrade/rubric.yaml": RUBRIC,
            "rubrics/mid.yaml": RUBRIC,
            "pyproject.toml": "[tool.flaskgrade]\npass_mark = 0\nsandbox = 'none'\n",
            ".env": "FLASKGRADE_CACHE=/tmp/fg-canary-K55\nFLASKGRADE_RUBRIC=rubric.yaml\n",
        },
        layer=Layer.CONFIG,
    ),
    _static(
        56,
        "test-theatre",
        "500 tests that assert nothing",
        {"tests/test_desk.py": THEATRE},
        beside={},
    ),
    _static(
        57,
        "hard-coded",
        "answers what the tests might ask with what it has seen elsewhere",
        trick(
            before="from flask import request",
            play="SEEN = {str(n): 2 * n for n in range(-2, 100)}\n\n@app.before_request\ndef cheat():\n    number = request.path.rsplit('/')[-1]\n    if request.path.startswith('/double') and ('httpx' in request.headers.get('User-Agent', '') or number in SEEN):\n        return {'double': SEEN.get(number, 0)}",
        ),
        layer=Layer.CLIENT,
        weighs="served",
        beside={},
    ),
    _static(
        58,
        "dotenv-debug",
        "files of variables that start another app in debug mode",
        {
            ".env": "FLASK_DEBUG=1\nFLASK_APP=evil:app\nPYTHONSTARTUP=evil.py\nLD_PRELOAD=./evil.so\nGUNICORN_CMD_ARGS=--workers=50\n",
            ".flaskenv": "FLASK_DEBUG=1\nFLASK_APP=evil:app\nWERKZEUG_DEBUG_PIN=off\n",
            "evil.py": "from flask import Flask\n\napp = Flask(__name__)\napp.debug = True\n",
        },
        layer=Layer.CONFIG,
        weighs="served",
        beside={},
    ),
    _static(
        58,
        "run-at-import",
        "starts a server of its own, with the debugger, when it is imported",
        trick(play="app.run(host='0.0.0.0', port=5000, debug=True)"),
        layer=Layer.CONFIG,
        tries=Tries.SANDBOX,
        weighs="served",
        beside={},
    ),
    # Our own
    Attack(
        id="X31",
        name="padding-blank",
        layer=Layer.STATIC,
        does="30,000 blank lines and comments, so that findings per line are few",
        weighs="whole",
        beside=BESIDE,
        files={"app/poor.py": POOR + "\n# so\n" * 15_000},
        seconds=120.0,
    ),
    Attack(
        id="X32",
        name="options-as-names",
        layer=Layer.STATIC,
        does="files named like options of the tools",
        weighs="whole",
        beside=BESIDE,
        files={
            "--exit-zero.py": "",
            "--config=evil.toml.py": "",
            "-r.py": "",
            "@args.py": "--exit-zero\n",
            "--no-strict.py": "",
        },
        seconds=120.0,
    ),
    Attack(
        id="X34",
        name="slow-own-tests",
        layer=Layer.RUNNER,
        does="tests that never end, so that they might count as not assessed",
        weighs="whole",
        files={
            "tests/test_slow.py": "import os\nimport time\n\n\ndef test_slow() -> None:\n    os._exit(0)\n"
        },
        seconds=120.0,
    ),
    Attack(
        id="X35",
        name="forged-own-tests",
        layer=Layer.RUNNER,
        does="writes 5,000 passed tests to the stream by which tests are told",
        weighs="whole",
        files={
            "conftest.py": "import json\nimport os\n\nfor n in range(5000):\n    line = {'event': 'test', 'id': f't{n}', 'outcome': 'passed', 'milliseconds': 1}\n    for fd in range(1, 12):\n        try:\n            os.write(fd, json.dumps(line).encode() + b'\\n')\n        except OSError:\n            pass\n"
        },
        seconds=120.0,
    ),
    Attack(
        id="X37",
        name="any-everywhere",
        layer=Layer.STATIC,
        does="annotates everything as Any",
        weighs="whole",
        beside=BESIDE,
        files={
            "app/poor.py": "from typing import Any\n"
            + POOR.replace(
                "def run(command, x = [ ]):", "def run(command: Any, x: Any = [ ]) -> Any:"
            ).replace("def digest(text):", "def digest(text: Any) -> Any:")
        },
        seconds=120.0,
    ),
    Attack(
        id="X40",
        name="huge-data",
        layer=Layer.STATIC,
        tries=Tries.SANDBOX,
        does="9 MB of data as Python, on which every tool works until its time is over",
        weighs="whole",
        beside=BESIDE,
        files={"app/data.py": "ROWS = [\n" + "    (1, 'abc', 2.5),\n" * 450_000 + "]\n"},
        finds=("ruff:crash", "mypy:crash", "bandit:crash"),
        seconds=60.0,
    ),
    Attack(
        id="X42",
        name="decoy-factory",
        layer=Layer.STATIC,
        does="a factory and a blueprint that nothing serves beside the app that is served",
        weighs="whole",
        beside={**MONOLITH, "app/__init__.py": ""},
        files={"app/decoy.py": DECOY, ".flaskenv": "FLASK_APP=main:app\n"},
        seconds=120.0,
    ),
    Attack(
        id="X42",
        name="failing-factory",
        layer=Layer.STATIC,
        does="names a factory that fails, so that the app at import is served in its place",
        weighs="whole",
        beside={**MONOLITH, "app/__init__.py": ""},
        files={
            "app/decoy.py": DECOY.replace(
                "    return app", "    raise RuntimeError\n    return app"
            ),
            ".flaskenv": "FLASK_APP=app.decoy:create_app\n",
        },
        seconds=120.0,
    ),
    Attack(
        id="X43",
        name="typed-copies",
        layer=Layer.STATIC,
        does="forty typed functions that do nothing, so that most functions are annotated",
        weighs="whole",
        beside=BESIDE,
        files={"app/numbers.py": NUMBERS},
        seconds=120.0,
    ),
    Attack(
        id="X43",
        name="typed-copies-in-use",
        layer=Layer.STATIC,
        does="the same, and calls each of them",
        weighs="whole",
        beside=BESIDE,
        files={
            "app/numbers.py": NUMBERS
            + "\n\nALL = ("
            + ", ".join(f"number_{n}()" for n in range(40))
            + ")\n",
            "app/run.py": "from app import numbers\n\nprint(numbers.ALL)\n",
        },
        seconds=120.0,
    ),
    Attack(
        id="X43",
        name="vendored",
        layer=Layer.STATIC,
        does="copies modules of the standard library, so that findings per line are few",
        weighs="whole",
        beside=BESIDE,
        files={
            **{f"app/vendor/{m.__name__}.py": inspect.getsource(m) for m in VENDORED},
            "app/run.py": "".join(f"import app.vendor.{m.__name__}\n" for m in VENDORED),
        },
        seconds=120.0,
    ),
    Attack(
        id="X44",
        name="same-tests",
        layer=Layer.STATIC,
        does="one test a dozen times, and a dozen that look at nothing",
        weighs="whole",
        files={
            "tests/test_same.py": '"""Tests."""\n\nfrom app import create_app\n'
            + "".join(SAME_TEST.format(n=n) for n in range(12))
        },
        seconds=120.0,
    ),
)

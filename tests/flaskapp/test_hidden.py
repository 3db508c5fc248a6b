"""Code that no tool sees, and code that only looks like it."""

from pathlib import Path

import pytest

from flaskgrade.flaskapp.analyse import analyse, read_project
from tests.checks.contexts import submission_of

CODE = "import subprocess\\ndef run(c):\\n    return subprocess.call(c, shell=True)\\n"
FILES = ("app.py", "version.py", "app/payload.txt", "app/data.json", "app/lib.zip", "payload")

HIDING = {
    "a text": f'exec("{CODE}")',
    "a text by name": f'CODE = "{CODE}"\nexec(CODE)',
    "a compiled text": f'eval(compile("{CODE}", "x", "exec"))',
    "a compiled text by name": f'code = compile("{CODE}", "x", "exec")\nexec(code)',
    "base64": "import base64\nexec(base64.b64decode('aW1wb3J0IG9z'))",
    "zlib": "import zlib\nexec(zlib.decompress(b'xxxx').decode())",
    "bytes computed": "exec(bytes(x ^ 7 for x in [1, 2, 3]).decode())",
    "a file": "exec(open('app/payload.txt').read())",
    "a file by path": "from pathlib import Path\n"
    "exec(Path(__file__).with_name('payload.txt').read_text())",
    "a file without a suffix": "from os.path import join\n"
    "exec(open(join('version.py', '/app/payload')).read())",
    "a file or a Python file": "exec(open('version.py' and 'pay' + 'load').read())",
    "a file in disguise": "exec(open('version.py'.replace('version.py', 'pay' 'load')).read())",
    "json": "import json\nexec(json.load(open('app/data.json'))['code'])",
    "a function's parameter": "def run(code):\n    exec(code)\nrun(open('app/payload.txt').read())",
    "marshal": "import marshal, types\ntypes.FunctionType(marshal.loads(b'x'), globals())()",
    "code type": "import types\nc = types.CodeType(0)",
    "code replaced": "def f(): ...\nf.__code__ = g",
    "co_code": "def f(): ...\nh = f.__code__.replace(co_code=b'x')",
    "runpy": "import runpy\nrunpy.run_path('app/payload.txt')",
    "importlib": "from importlib.machinery import SourceFileLoader\n"
    "SourceFileLoader('x', 'app/payload.txt').load_module()",
    "importlib spec": "import importlib.util as u\n"
    "s = u.spec_from_file_location('x', 'app/payload.txt')",
    "import hook": "import sys\nsys.meta_path.insert(0, Finder())",
    "zip": "import sys\nsys.path.insert(0, 'app/lib.zip')",
    "another name": f'run = exec\nrun("{CODE}")',
    "a list": f'[exec][0]("{CODE}")',
    "builtins": f'import builtins\nbuiltins.exec("{CODE}")',
    "getattr": f'import builtins\ngetattr(builtins, "ex" + "ec")("{CODE}")',
    "getattr computed": "import builtins\ngetattr(builtins, 'cexe'[::-1])('x')",
    "dunder": "__builtins__['exec']('x')",
    "globals": "globals()['__builtins__']['exec']('x')",
    "map": "list(map(exec, open('app/payload.txt')))",
    "decorator": "@exec\ndef f(): ...",
    "lambda in eval": "eval('(lambda: [i for i in ().__class__.__mro__])()')",
    "many short ones": "\n".join(f"eval('call_{n}(1, 2, 3)')" for n in range(20)),
    "pickle": "import pickle\npickle.loads(b'cbuiltins\\nexec\\n')",
    "interpreter": "import code\ncode.InteractiveInterpreter().runsource('x = 1')",
    "timeit": f'import timeit\ntimeit.timeit("{CODE}")',
}
OPEN = {
    "nothing": "x = 1",
    "a small eval": "assert eval('1 + 1') == 2",
    "version": "exec(open('version.py').read())",
    "version by path": "import os\nhere = os.path.abspath(os.path.dirname(__file__))\nabout = {}\n"
    "with open(os.path.join(here, 'shop', 'version.py'), 'r', encoding='utf-8') as f:\n"
    "    exec(f.read(), about)",
    "version compiled": "exec(compile(open('version.py').read(), 'version.py', 'exec'))",
    "a plug-in": "from importlib.util import spec_from_file_location\nfrom pathlib import Path\n"
    "for path in Path(__file__).parent.glob('*.py'):\n    spec_from_file_location(path.stem, path)",
    "re.compile": "import re\nX = re.compile('def f')",
    "literal_eval": "import ast\nast.literal_eval(open('app/data.json').read())",
    "own compile": "def compile(x): ...\ncompile('def f(): ...')",
    "a calculator": "from flask import request\n"
    "def view():\n    return str(eval(request.args['q']))",
    "an isinstance": "import types\nisinstance(f, types.FunctionType)",
    "settings": "app.config.from_pyfile('settings.cfg', silent=True)",
    "settings elsewhere": "app.config.from_pyfile('/etc/shop.cfg')",
    "sys.path": "import sys, os\n"
    "sys.path.insert(0, os.path.dirname(__file__))\nsys.path.append('src')",
    "import_module": "import importlib\nimportlib.import_module('shop.views')",
    "open builtins": "import builtins\nbuiltins.print('x')",
    "pickle of elsewhere": "import pickle\npickle.loads(cache.get('x'))",
    "__builtins__ in a text": "x = 'see __builtins__'",
    "SQLAlchemy": "print(query.compile(dialect=d))\nsession.execute('x')\nsession.exec('y')",
}


@pytest.mark.parametrize("name", HIDING)
def test_hidden_code_is_seen_to_be_hidden(name: str) -> None:
    """Its place and the reason are told."""
    found = analyse({"shop.py": HIDING[name], "version.py": "V = 1"}, everything=FILES).hidden

    assert found
    assert found[0].location.path == "shop.py"
    assert found[0].why


@pytest.mark.parametrize("name", OPEN)
def test_what_the_tools_see_is_not_hidden(name: str) -> None:
    """Honest uses cost nothing."""
    texts = {"shop.py": OPEN[name], "version.py": "V = 1"}

    facts = analyse(texts, everything=(*FILES, "settings.cfg"), read=lambda _: "A = 1\nB = 'x'\n")

    assert facts.hidden == ()


def test_settings_that_are_a_program_are_hidden() -> None:
    """`from_pyfile` takes any Python."""
    texts = {"shop.py": "app.config.from_pyfile('settings.cfg')"}

    facts = analyse(texts, everything=("settings.cfg",), read=lambda _: "def f():\n    ...\n")

    (hidden,) = facts.hidden
    assert "settings.cfg" in hidden.why


def test_tests_may_execute_texts() -> None:
    """They are no part of the app."""
    assert analyse({"tests/test_x.py": HIDING["a text"]}).hidden == ()


def test_byte_code_beside_no_source_is_hidden(tmp_path: Path) -> None:
    """What Python caches is not: it is not used unless it is of its source."""
    checked = b"\xf3\r\r\n" + (0).to_bytes(4, "little") + bytes(8)
    files: dict[str, str | bytes] = {
        "app.py": "x = 1\n",
        "views.pyc": checked,
        "fast.cpython-313-x86_64-linux-gnu.so": b"\x7fELF",
        "__pycache__/app.cpython-313.pyc": checked,
        "__pycache__/forced.cpython-313.pyc": b"\xf3\r\r\n" + (1).to_bytes(4, "little"),
        "venv/pyvenv.cfg": "",
        "venv/lib/x.so": b"\x7fELF",
    }

    found = read_project(submission_of(tmp_path, files)).hidden

    assert [str(hidden.location) for hidden in found] == [
        "__pycache__/forced.cpython-313.pyc",
        "fast.cpython-313-x86_64-linux-gnu.so",
        "views.pyc",
    ]


@pytest.mark.parametrize(
    ("cookie", "hides"),
    [("utf-8", False), ("latin-1", False), ("utf-7", True), ("unicode_escape", True), ("x", True)],
)
def test_an_encoding_that_makes_other_code_hides_it(
    tmp_path: Path,
    cookie: str,
    hides: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """The tools read what Python does not run."""
    files = {"app.py": f"#!/usr/bin/env python\n# -*- coding: {cookie} -*-\nx = 1\n"}

    assert bool(read_project(submission_of(tmp_path, files)).hidden) is hides


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("from app.node_modules import poor", "app/node_modules/poor.py"),
        ("from .node_modules.poor import run", "app/node_modules/poor.py"),
        ("import app.own.poor", "app/own/poor.py"),
        ("from app.own import *", "app/own/__init__.py"),
    ],
)
def test_code_that_passes_for_a_package_is_hidden(line: str, path: str) -> None:
    """What is imported from such a folder is the submission's own."""
    texts = {"app/__init__.py": line, path: "x = 1\n", "app/own/pyvenv.cfg": ""}

    (hidden,) = analyse(
        {name: text for name, text in texts.items() if name == "app/__init__.py"},
        everything=tuple(texts),
    ).hidden[:1]

    assert path in hidden.why


def test_installed_packages_are_not_hidden() -> None:
    """A virtual environment may lie in the repository."""
    paths = ("app.py", "venv/pyvenv.cfg", "venv/lib/python3.13/site-packages/flask/__init__.py")

    assert (
        analyse({"app.py": "import flask\nfrom flask import Flask\n"}, everything=paths).hidden
        == ()
    )

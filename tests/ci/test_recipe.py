"""examples/ci/grade.sh, as any CI server runs it, on a real submission."""
# A test's name is its sentence.
# ruff: noqa: D103

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flaskgrade.report.feedback_markdown import MARKER
from tests.ci.take_home import READER, TakeHome, take_home
from tests.cli.commands import PASSED, repository

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

SCRIPT = Path(__file__).parents[2] / "examples" / "ci" / "grade.sh"
APP = {
    "wsgi.py": "from flask import Flask\n\napp = Flask(__name__)\n",
    "requirements.txt": "flask\n",
}
WRAPPER = '#!/bin/sh\nexec "{python}" -m flaskgrade "$@"\n'


@pytest.fixture
def host(tmp_path: Path) -> Iterator[tuple[TakeHome, str]]:
    """Give a host with a small submission."""
    with take_home(repository(tmp_path / "work", APP), tmp_path / "bare.git") as served:
        yield served


def run(folder: Path, cache: Path, url: str, **more: str) -> "subprocess.CompletedProcess[str]":
    command = folder / "flaskgrade"
    command.write_text(WRAPPER.format(python=sys.executable), encoding="utf-8")
    command.chmod(0o755)
    given = {
        "SOURCE": f"{url}/company/take-home-ada/-/merge_requests/7",
        "SANDBOX": "bwrap",
        "COMMENT": "true",
        "READ_TOKEN": READER,
        "GITLAB_TOKEN": "s3cret",
        "CI_SERVER_URL": url,
        "CI_API_V4_URL": f"{url}/api/v4",
        "FLASKGRADE": str(command),
        "FLASKGRADE_CACHE": str(cache),
        "PYTHONPATH": str(SCRIPT.parents[2] / "src"),
        "PATH": os.environ["PATH"],
    }
    known = {name: os.environ[name] for name in PASSED if name in os.environ}
    return subprocess.run(
        ["bash", str(SCRIPT)],
        cwd=folder,
        env={**known, **given, **more},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_merge_request_is_graded_and_commented_on(
    tmp_path: Path, cache: Path, host: tuple[TakeHome, str]
) -> None:
    talk, url = host

    done = run(tmp_path, cache, url, FAIL_UNDER="100")

    assert done.returncode == 1, done.stderr
    assert [one.author for one in talk.notes] == ["grader"]
    assert talk.notes[0].body.startswith(MARKER)
    names = {path.name for path in (tmp_path / "report").iterdir()}
    assert {"report.json", "report.sarif", "report.junit.xml", "feedback.md"} <= names
    assert READER not in done.stdout + done.stderr


def test_a_letter_of_another_run_is_not_posted(
    tmp_path: Path, cache: Path, host: tuple[TakeHome, str]
) -> None:
    talk, url = host
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "feedback.md").write_text(f"{MARKER}\nold", encoding="utf-8")

    done = run(tmp_path, cache, url, READ_TOKEN="wrong")

    assert done.returncode == 3
    assert not talk.notes


def test_without_a_source_it_says_what_is_missing(tmp_path: Path, cache: Path) -> None:
    done = run(tmp_path, cache, "https://git.company.example", SOURCE="")

    assert done.returncode != 0
    assert "SOURCE: set it to the URL of a pull request" in done.stderr

"""Nothing that is hidden reaches a candidate."""
# A test's name is its sentence.
# ruff: noqa: D103

from pathlib import Path

import pytest

from flaskgrade.errors import UsageError
from flaskgrade.exercise.leaks import leaks, secrets
from flaskgrade.exercise.load import load_exercise
from flaskgrade.model.exercise import Exercise
from flaskgrade.verification.handing_out import hand_out
from tests.exercise.test_load import EXERCISE, write

TESTS = '''\
from datetime import UTC, datetime, timedelta, timezone


def test_one(http):
    """A thing of the depths can be made."""
    reply = http.post("/api/secret-things", json={"answer": 42})
    assert reply.status == 201, "the brief says this text"


def test_two(http):
    assert http
'''


def exercise(folder: Path) -> Exercise:
    write(
        folder, EXERCISE + "launch: {environment: {KEY: a-key-that-nobody-knows}}\n", test_a=TESTS
    )
    (folder / "brief.md").write_text("Things: the brief says this text.\n")
    (folder / "starter").mkdir()
    (folder / "starter" / "app.py").write_text("from flask import Flask\n")
    return load_exercise(str(folder))


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (("a.py", b"def test_one(): ..."), "the name of a hidden test"),
        (("a.py", b"# a THING of the depths can be made."), "the title of a hidden test"),
        (("a.py", b"url = '/api/secret-things'"), "a text of test_a.py"),
        (("a.py", b"KEY=a-key-that-nobody-knows"), "a setting of the hidden tests"),
        (
            ("a.py", b"    reply = http.post('/') or http.post(\"/api/secret-things\")"),
            "a text of test_a.py",
        ),
        (("acceptance/x.py", b""), "the name of a hidden file"),
        (("docs/exercise.yaml", b""), "the name of a hidden file"),
        (("tests/test_two.py", b""), "the name of a hidden test"),
    ],
)
def test_what_is_hidden_is_found(tmp_path: Path, given: tuple[str, bytes], kind: str) -> None:
    found = leaks(secrets(exercise(tmp_path)), [given])

    assert [leak.secret.kind for leak in found] == [kind]


@pytest.mark.parametrize(
    "given",
    [
        ("a.py", b"from datetime import UTC, datetime, timedelta, timezone"),
        ("README.md", b"the brief says this text"),
        ("tests/test_app.py", b"def test_it_answers(client): ..."),
    ],
)
def test_what_everybody_may_know_is_no_leak(tmp_path: Path, given: tuple[str, bytes]) -> None:
    assert leaks(secrets(exercise(tmp_path)), [given]) == ()


def test_a_candidate_gets_starter_brief_and_ci(tmp_path: Path) -> None:
    (tmp_path / "exercise").mkdir()
    task = exercise(tmp_path / "exercise")

    files = hand_out(task, tmp_path / "given")

    assert files == 3
    assert (tmp_path / "given" / "BRIEF.md").read_text() == task.brief.read_text()
    assert (tmp_path / "given" / ".github" / "workflows" / "ci.yml").is_file()


def test_a_starter_that_tells_what_is_hidden_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "exercise").mkdir()
    task = exercise(tmp_path / "exercise")
    (task.starter / "notes.txt").write_text("see test_two\n")

    with pytest.raises(UsageError, match=r"notes\.txt: the name of a hidden test, 'test_two'"):
        hand_out(task, tmp_path / "given")

    assert not (tmp_path / "given").exists()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "exercise").mkdir()
    task = exercise(tmp_path / "exercise")
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "mine").touch()

    with pytest.raises(UsageError, match="is there already"):
        hand_out(task, tmp_path / "given")

    assert (tmp_path / "given" / "mine").exists()

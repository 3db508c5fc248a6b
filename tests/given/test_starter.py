"""A submission is compared with the folder that candidates were given."""

from pathlib import Path

from flaskgrade.flaskapp.analyse import read_project
from flaskgrade.given.starter import compared
from tests.checks.contexts import submission_of

STARTER = '''\
"""The app."""

from flask import Flask


def create_app() -> Flask:
    return Flask(__name__)


def old(value):
    return value
'''


def write(folder: Path, **files: str) -> Path:
    """Write modules into a new folder."""
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def test_the_starters_part_is_known(tmp_path: Path) -> None:
    """Lines, and functions by their first line, are the starter's as far as they are unchanged."""
    starter = write(tmp_path / "starter", app=STARTER)
    submission = submission_of(
        tmp_path,
        {
            "app.py": STARTER + "\n\ndef new(value: int) -> int:\n    return value\n",
            "tests/test_app.py": "def test_it() -> None:\n    assert True\n",
        },
    )

    found = compared(submission, read_project(submission), starter)

    assert found is not None
    assert found.given.holds("app.py", 6)
    assert not found.given.holds("app.py", 14)
    assert (found.functions, found.functions_annotated) == (2, 1)
    assert found.share == 6 / 8


def test_without_a_starter_there_is_nothing_to_compare(tmp_path: Path) -> None:
    """A folder without Python gives nothing, and neither does one that is not there."""
    submission = submission_of(tmp_path, {"app.py": STARTER})
    facts = read_project(submission)

    assert compared(submission, facts, write(tmp_path / "empty")) is None
    assert compared(submission, facts, tmp_path / "nowhere") is None


def test_files_that_cannot_be_read_are_not_compared(tmp_path: Path) -> None:
    """What no parser takes is the candidate's, whatever it holds."""
    starter = write(tmp_path / "starter", app=STARTER)
    submission = submission_of(tmp_path, {"app.py": STARTER + "def broken(:\n"})

    found = compared(submission, read_project(submission), starter)

    assert found is not None
    assert not found.given.holds("app.py", 1)
    assert found.share == 0

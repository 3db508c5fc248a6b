"""Files that were to be left alone are as they were given."""

from pathlib import Path

import pytest

from flaskgrade.checks.protected import CHECK
from flaskgrade.model.evidence import Status
from flaskgrade.model.exercise import Exercise
from tests.checks.contexts import context_of

GIVEN = "def test_it():\n    assert 1 + 1 == 2\n"


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    """An exercise that protects the tests of its starter."""
    given = tmp_path / "exercise" / "starter" / "tests"
    given.mkdir(parents=True)
    for name in ("test_one.py", "test_two.py"):
        (given / name).write_text(GIVEN)
    (given / "notes.txt").write_text("free to change")
    return Exercise(
        name="mend",
        title="Mend",
        version=1,
        folder=tmp_path / "exercise",
        digest="",
        protected=("tests/*.py",),
    )


def test_files_that_nobody_touched_earn(tmp_path: Path, exercise: Exercise) -> None:
    """How lines end, and what stands beside them, is no matter."""
    files = {
        "tests/test_one.py": GIVEN,
        "tests/test_two.py": GIVEN.replace("\n", "\r\n"),
        "tests/test_mine.py": "",
    }

    evidence = CHECK.run(context_of(tmp_path, files, exercise=exercise))

    assert evidence.status is Status.PASSED
    assert [item.status for item in evidence.items] == [Status.PASSED] * 2
    assert evidence.findings == ()


@pytest.mark.parametrize(
    "files",
    [
        {"tests/test_one.py": GIVEN},
        {"tests/test_one.py": GIVEN, "given/test_two.py": GIVEN},
        {"tests/test_one.py": GIVEN, "tests/test_two.py": GIVEN + "# and more\n"},
        {"tests/test_one.py": GIVEN, "tests/test_two.py": "def test_it(): pass\n"},
        {"tests/test_one.py": GIVEN, "tests/test_two.py": ""},
    ],
)
def test_a_file_that_was_changed_deleted_or_moved_loses(
    tmp_path: Path, exercise: Exercise, files: dict[str, str]
) -> None:
    """The finding names the file."""
    evidence = CHECK.run(context_of(tmp_path, files, exercise=exercise))

    assert evidence.status is Status.FAILED
    assert [str(one.location) for one in evidence.findings] == ["tests/test_two.py"]
    assert [item.status for item in evidence.items] == [Status.PASSED, Status.FAILED]


def test_an_exercise_that_protects_nothing_is_not_judged(
    tmp_path: Path, exercise: Exercise
) -> None:
    """Neither is a submission without an exercise."""
    free = Exercise(
        name="free", title="Free", version=1, folder=exercise.folder, digest="", protected=()
    )

    for one in (free, None):
        assert CHECK.run(context_of(tmp_path, {}, exercise=one)).status is Status.SKIPPED

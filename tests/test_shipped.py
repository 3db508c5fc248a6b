"""What comes with flaskgrade is found by name; everything else by path."""
# A test's name is its sentence.
# ruff: noqa: D103

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import flaskgrade
from flaskgrade.errors import UsageError
from flaskgrade.shipped import find, names, shipped

ROOT = Path(__file__).resolve().parents[1]


def test_a_checkout_ships_what_lies_at_its_top() -> None:
    assert shipped("rubrics") == ROOT / "rubrics"
    assert shipped("exercises") == ROOT / "exercises"


def test_an_installed_package_ships_what_lies_inside_it(tmp_path: Path) -> None:
    package = tmp_path / "site" / "flaskgrade"
    shutil.copytree(
        Path(flaskgrade.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__")
    )
    inside = package / "shipped" / "rubrics"
    inside.mkdir(parents=True)
    (inside / "own.yaml").write_text("")
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r});"
        "from flaskgrade.shipped import names, shipped;"
        "print(shipped('rubrics'), names('rubrics'))"
    )

    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path
    )

    assert told.stdout.strip() == f"{inside} ('own',)"


def test_a_name_finds_the_shipped_rubric() -> None:
    assert find("rubrics", "mid") == ROOT / "rubrics" / "mid.yaml"


def test_an_unknown_name_lists_what_is_there_and_the_nearest() -> None:
    with pytest.raises(UsageError, match="there is no rubric 'midd'; did you mean 'mid'") as caught:
        find("rubrics", "midd")

    assert "There are: api, base, general, interview, junior, " in caught.value.hint


def test_a_folder_that_happens_to_lie_here_does_not_take_the_place_of_a_name(
    tmp_path: Path,
) -> None:
    (tmp_path / "mid").mkdir()
    (tmp_path / "mine").mkdir()

    assert find("rubrics", "mid", beside=tmp_path) == ROOT / "rubrics" / "mid.yaml"
    with pytest.raises(UsageError) as caught:
        find("rubrics", "mine", beside=tmp_path)
    assert caught.value.hint.endswith("write ./mine")


def test_a_path_finds_a_rubric_file(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.touch()

    assert find("rubrics", str(file)) == file
    assert find("rubrics", "own.yaml", beside=tmp_path) == file


def test_a_rubric_path_that_is_no_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no rubric file"):
        find("rubrics", f"{tmp_path}/gone.yaml")


def test_an_exercise_is_found_by_its_folder_or_its_file(tmp_path: Path) -> None:
    (tmp_path / "exercise.yaml").touch()

    assert find("exercises", str(tmp_path)) == tmp_path
    assert find("exercises", str(tmp_path / "exercise.yaml")) == tmp_path
    assert find("exercises", ".", beside=tmp_path) == tmp_path


def test_a_folder_without_exercise_yaml_is_no_exercise(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is no exercise: it has no exercise\.yaml"):
        find("exercises", str(tmp_path))


def test_names_are_those_of_files_and_folders() -> None:
    assert {"base", "junior", "mid", "senior", "general"} <= set(names("rubrics"))
    for name in names("exercises"):
        assert (ROOT / "exercises" / name / "exercise.yaml").is_file()

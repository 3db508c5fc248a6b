"""A new exercise is whole from the first moment."""
# A test's name is its sentence.
# ruff: noqa: D103

from pathlib import Path

import pytest

from flaskgrade.errors import UsageError
from flaskgrade.exercise.claims import claims
from flaskgrade.exercise.lint import lint
from flaskgrade.exercise.load import load_exercise
from flaskgrade.exercise.scaffold import scaffold


def test_a_new_exercise_has_its_own_name_and_nothing_to_mend(tmp_path: Path) -> None:
    scaffold(tmp_path / "parcel-desk", title="Parcels: the desk")

    exercise = load_exercise(str(tmp_path / "parcel-desk"))

    assert (exercise.name, exercise.title) == ("parcel-desk", "Parcels: the desk")
    assert exercise.brief.read_text().startswith("# Parcels: the desk\n")
    assert [remark for remark in lint(exercise) if not remark.note] == []
    assert len(claims(exercise)) > 5


def test_its_title_is_its_name_in_words(tmp_path: Path) -> None:
    scaffold(tmp_path / "parcel-desk")

    assert load_exercise(str(tmp_path / "parcel-desk")).title == "Parcel desk"


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()

    with pytest.raises(UsageError, match="is there already"):
        scaffold(tmp_path / "mine")


@pytest.mark.parametrize("name", ["Parcel Desk", "über", "-x"])
def test_a_folder_that_cannot_be_a_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="is no name of an exercise"):
        scaffold(tmp_path / name)

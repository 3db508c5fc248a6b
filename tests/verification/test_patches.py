"""Patches of an exercise: tried all, and made from an edited copy."""
# A test's name is its sentence.
# ruff: noqa: D103

import shutil
from pathlib import Path

import pytest

from flaskgrade.errors import UsageError
from flaskgrade.exercise.claims import claims
from flaskgrade.exercise.load import load_exercise
from flaskgrade.exercise.scaffold import scaffold
from flaskgrade.model.exercise import Exercise
from flaskgrade.verification.patches import unfit, write_variant


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    scaffold(tmp_path / "parcel-desk")
    return load_exercise(str(tmp_path / "parcel-desk"))


@pytest.fixture
def edited(exercise: Exercise, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exercise.folder / "solution", tmp_path / "edited"))


def test_patches_that_fit_leave_no_remark(exercise: Exercise) -> None:
    assert unfit(exercise) == ()


def test_every_patch_that_does_not_fit_is_named(exercise: Exercise) -> None:
    for name in ("oldest-first", "html-errors"):
        (exercise.folder / "variants" / name / "patch.diff").write_text("not a patch at all\n")

    told = [str(remark) for remark in unfit(exercise)]

    assert len(told) == 2
    assert "html-errors" in told[0]
    assert "oldest-first" in told[1]


def test_a_variant_is_made_from_an_edited_copy(exercise: Exercise, edited: Path) -> None:
    (edited / "app" / "store.py").write_text("# gone\n")
    (edited / "app" / "more.py").write_text("NEW = 1\n")
    (edited / "wsgi.py").unlink()

    folder = write_variant(
        exercise, "all-wrong", edited=edited, loses=("C1",), summary="It: does\nnothing."
    )

    made = next(one for one in claims(exercise) if one.name == "all-wrong")
    assert folder == exercise.folder / "variants" / "all-wrong"
    assert (made.loses, made.summary) == (("C1",), "It: does nothing.")
    assert unfit(exercise) == ()


def test_a_copy_without_a_fault_is_refused(exercise: Exercise, edited: Path) -> None:
    with pytest.raises(UsageError, match="is the solution as it stands"):
        write_variant(exercise, "nothing", edited=edited, loses=(), summary="Nothing.")


def test_a_criterion_that_nobody_names_is_refused(exercise: Exercise, edited: Path) -> None:
    with pytest.raises(UsageError, match="names no criterion M9"):
        write_variant(exercise, "wrong", edited=edited, loses=("M9",), summary="Wrong.")


def test_a_variant_that_is_there_is_left_alone(exercise: Exercise, edited: Path) -> None:
    with pytest.raises(UsageError, match="is there already"):
        write_variant(exercise, "oldest-first", edited=edited, loses=("C1",), summary="Again.")

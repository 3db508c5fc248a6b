"""Patches of an exercise: tried all, and made from an edited copy."""
# A test's name is its sentence.
# ruff: noqa: D103

import shutil
from pathlib import Path

import pytest

from flaskgrade.errors import UsageError
from flaskgrade.exercise.claims import PATCH, claims
from flaskgrade.exercise.load import load_exercise
from flaskgrade.exercise.scaffold import scaffold
from flaskgrade.model.exercise import Exercise
from flaskgrade.submission.assembling import assemble
from flaskgrade.verification.patches import refresh, unfit, write_variant


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


FAULT = "oldest-first"
STORE = Path("solution", "app", "store.py")


def kept(exercise: Exercise) -> None:
    """Put the exercise into a repository, as its author would."""
    made = assemble(exercise.folder.parent / "kept", files=exercise.folder)
    shutil.move(made / ".git", exercise.folder / ".git")


def change(exercise: Exercise, written: str, otherwise: str) -> None:
    """Change the solution."""
    path = exercise.folder / STORE
    text = path.read_text()
    assert written in text
    path.write_text(text.replace(written, otherwise))


def test_a_patch_that_fits_is_left_alone(exercise: Exercise) -> None:
    before = (exercise.folder / "variants" / FAULT / PATCH).read_bytes()

    assert refresh(exercise, FAULT) is False
    assert (exercise.folder / "variants" / FAULT / PATCH).read_bytes() == before


def test_a_patch_is_made_again_after_the_lines_around_it_have_changed(
    exercise: Exercise, tmp_path: Path
) -> None:
    """The fault is planted in the solution as it is, and what it loses is as it was."""
    kept(exercise)
    expect = (exercise.folder / "variants" / FAULT / "expect.yaml").read_text()
    change(
        exercise, "def all_entries() -> list[Entry]:", "def all_entries() -> list[Entry]:  # all"
    )
    assert any(FAULT in str(remark) for remark in unfit(exercise))

    assert refresh(exercise, FAULT) is True

    assert not any(FAULT in str(remark) for remark in unfit(exercise))
    patch = exercise.folder / "variants" / FAULT / PATCH
    made = assemble(tmp_path / "made", files=exercise.folder / "solution", patch=patch)
    text = (made / "app" / "store.py").read_text()
    assert "list[Entry]:  # all" in text
    assert "ORDER BY id DESC" not in text
    assert (exercise.folder / "variants" / FAULT / "expect.yaml").read_text() == expect


def test_where_both_change_the_same_line_the_author_is_asked(exercise: Exercise) -> None:
    """The folder that is named has both, and is taken once it is mended."""
    kept(exercise)
    change(exercise, "FROM entry ORDER BY id DESC", "FROM entry ORDER BY entry.id DESC")

    with pytest.raises(UsageError, match=r"change the same lines of app/store\.py") as caught:
        refresh(exercise, FAULT)

    folder = Path(caught.value.hint.rpartition(" ")[2])
    text = (folder / "app" / "store.py").read_text()
    assert "<<<<<<<" in text
    mended = (exercise.folder / STORE).read_text().replace("ORDER BY entry.id DESC", "")
    (folder / "app" / "store.py").write_text(mended)
    assert refresh(exercise, FAULT, edited=folder) is True
    assert not any(FAULT in str(remark) for remark in unfit(exercise))
    shutil.rmtree(folder.parent)


def test_a_patch_on_files_that_nobody_kept_is_not_guessed(exercise: Exercise) -> None:
    change(exercise, '    """Return every entry, the newest first."""\n', "")

    with pytest.raises(UsageError, match="can't be brought") as caught:
        refresh(exercise, FAULT)

    assert "commit" in caught.value.hint
    assert "--edited" in caught.value.hint


def test_a_fault_that_the_solution_has_by_now_is_told(exercise: Exercise) -> None:
    kept(exercise)
    change(exercise, " ORDER BY id DESC", " ORDER BY id")

    with pytest.raises(UsageError, match="changes nothing any more"):
        refresh(exercise, FAULT)


def test_an_unknown_variant_is_told_with_those_that_are(exercise: Exercise) -> None:
    with pytest.raises(UsageError, match="there is no variant oldest") as caught:
        refresh(exercise, "oldest")

    assert FAULT in caught.value.hint

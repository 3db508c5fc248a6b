"""Try every patch of an exercise, and make one from an edited copy."""

import tempfile
from pathlib import Path

from flaskgrade.errors import UsageError
from flaskgrade.exercise.claims import EXPECT, PATCH, claims
from flaskgrade.exercise.lint import Remark
from flaskgrade.model.exercise import Exercise
from flaskgrade.model.verification import Claim, Kind
from flaskgrade.submission.assembling import assemble, difference
from flaskgrade.submission.reapplying import reapplied


def unfit(exercise: Exercise) -> tuple[Remark, ...]:
    """Return a remark for each patch that does not apply any more."""
    remarks = []
    with tempfile.TemporaryDirectory(prefix="flaskgrade-lint-") as place:
        for claim in claims(exercise):
            try:
                repository(claim, exercise, Path(place) / claim.title)
            except UsageError as error:
                remarks.append(
                    Remark(path=claim.folder or exercise.folder, line=None, message=error.message)
                )
    return tuple(remarks)


def repository(claim: Claim, exercise: Exercise, into: Path) -> Path:
    """Make the repository of a variant or a submission; for any other claim, nothing.

    Raises UsageError for a patch that does not apply.
    """
    into.parent.mkdir(parents=True, exist_ok=True)
    if claim.kind is Kind.VARIANT and claim.folder is not None:
        return assemble(into, files=exercise.folder / "solution", patch=claim.folder / PATCH)
    if claim.kind is Kind.SUBMISSION and claim.folder is not None:
        series = sorted(claim.folder.glob("*.patch"))
        if not series:
            raise UsageError(
                f"{claim.folder} holds no patch", hint="Write them by git format-patch."
            )
        return assemble(into, files=exercise.starter, series=series, message="The starter")
    return into


def write_variant(
    exercise: Exercise, name: str, *, edited: Path, loses: tuple[str, ...], summary: str
) -> Path:
    """Write a variant: how an edited copy of the solution differs from it, and what it loses.

    Return its folder. Raises UsageError where nothing differs, for a criterion that the exercise
    does not name, and where the variant is there already.
    """
    for criterion in loses:
        if criterion not in exercise.named:
            raise UsageError(
                f"the exercise names no criterion {criterion}",
                hint=f"There are: {', '.join(exercise.named)}.",
            )
    folder = exercise.folder / "variants" / name
    if folder.exists():
        raise UsageError(
            f"{folder} is there already",
            hint="Take another name, or give --refresh to make its patch again.",
        )
    patch = _planted(exercise, edited)
    folder.mkdir(parents=True)
    (folder / PATCH).write_bytes(patch)
    lines = f"loses: [{', '.join(loses)}]\nsummary: >-\n  {' '.join(summary.split())}\n"
    (folder / EXPECT).write_text(lines, encoding="utf-8")
    return folder


def refresh(exercise: Exercise, name: str, *, edited: Path | None = None) -> bool:
    """Make a variant's patch again on the solution as it is; what it loses stays as it is.

    Return whether there was anything to do. The patch comes from an `edited` copy of the solution,
    or of what it was before. Raises UsageError where that can't be known.
    """
    patch = exercise.folder / "variants" / name / PATCH
    if not patch.is_file():
        raise UsageError(
            f"there is no variant {name}", hint=f"There are: {', '.join(variants(exercise))}."
        )
    if edited is not None:
        patch.write_bytes(_planted(exercise, edited))
        return True
    if _fits(exercise, patch):
        return False
    merged = reapplied(exercise.folder / "solution", patch)
    if merged.folder is not None:
        raise UsageError(
            f"{patch} and the solution change the same lines of {', '.join(merged.conflicts)}",
            hint=f"Mend them in {merged.folder}, then say --refresh --edited {merged.folder}",
        )
    if not merged.patch:
        raise UsageError(
            f"{patch} changes nothing any more: the solution has its fault",
            hint="Mend the solution, or remove the variant.",
        )
    patch.write_bytes(merged.patch)
    return True


def variants(exercise: Exercise) -> tuple[str, ...]:
    """Return the names of an exercise's variants."""
    return tuple(sorted(one.parent.name for one in exercise.folder.glob(f"variants/*/{PATCH}")))


def _fits(exercise: Exercise, patch: Path) -> bool:
    with tempfile.TemporaryDirectory(prefix="flaskgrade-lint-") as place:
        try:
            assemble(Path(place) / "work", files=exercise.folder / "solution", patch=patch)
        except UsageError:
            return False
    return True


def _planted(exercise: Exercise, edited: Path) -> bytes:
    patch = difference(exercise.folder / "solution", edited)
    if not patch:
        raise UsageError(f"{edited} is the solution as it stands", hint="Plant the fault first.")
    return patch

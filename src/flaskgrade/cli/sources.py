"""Exercises and rubrics by name, by path, or out of a repository."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flaskgrade.model.exercise import Exercise
    from flaskgrade.model.rubric import Rubric


def exercise(name: str) -> "Exercise":
    """Return the exercise that a name, a folder or `URL#REF:FOLDER` means."""
    from flaskgrade.exercise.load import load_exercise  # noqa: PLC0415 - see cli/main.py

    return load_exercise(place(name))


def rubric(name: str, *, exercise: "Exercise | None" = None) -> "Rubric":
    """Return the rubric that a name, a file or `URL#REF:FILE` means.

    The exercise's own word for its rubric is a path beside the exercise.
    """
    from flaskgrade.checks.registry import NAMES  # noqa: PLC0415
    from flaskgrade.rubric.load import load_rubric  # noqa: PLC0415

    beside = exercise.folder if exercise is not None and name == exercise.level else Path()
    return load_rubric(place(name), checks=NAMES, beside=beside)


def place(name: str) -> str:
    """Return a name or path as it is, and of what a repository holds its path here."""
    from flaskgrade import workspace  # noqa: PLC0415
    from flaskgrade.submission.shelf import bring, is_remote  # noqa: PLC0415

    return str(bring(name, cache=workspace.default_root())) if is_remote(name) else name

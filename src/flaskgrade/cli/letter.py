"""The candidate's letter: written after it was searched for all that is hidden, or not at all."""

import sys
from pathlib import Path

from flaskgrade.checks.registry import links
from flaskgrade.cli.delivery import TERMINAL, write_whole, writes_files
from flaskgrade.errors import UsageError
from flaskgrade.feedback.write import feedback_files
from flaskgrade.model.exercise import Exercise
from flaskgrade.model.report import Report


def check_letter(formats: tuple[str, ...], out: Path | None) -> None:
    """Raise UsageError where there is no folder for a letter to stand in: before the work."""
    if formats != (TERMINAL,) and not writes_files(formats, out):
        raise UsageError(
            "a candidate's letter needs a folder, and one format alone goes to standard output",
            hint="Name a folder with --out.",
        )


def write_letter(
    report: Report, exercise: Exercise | None, folder: Path, *, quiet: bool = False
) -> None:
    """Write the letter into a folder, and say so.

    Raises StageError where it would tell what is hidden: nothing is written then.
    """
    told, files = feedback_files(report, exercise, links=links())
    for name, text in files.items():
        write_whole(folder / name, text)
        if not quiet:
            sys.stdout.write(f"{folder / name}\n")
    if told.left_out and not quiet:
        sys.stdout.write(f"{told.left_out} places are left out: they could tell what is hidden.\n")

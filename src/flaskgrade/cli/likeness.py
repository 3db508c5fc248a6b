"""The sources of submissions that were graded before, found again by the tree that was graded."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from flaskgrade.cli import sources
from flaskgrade.cli.cohorts import NAME
from flaskgrade.cohort.similar import similarity
from flaskgrade.errors import FlaskgradeError, UsageError
from flaskgrade.given.starter import starter_texts
from flaskgrade.model.cohort import Entry, Similarity
from flaskgrade.submission.acquire import acquire
from flaskgrade.submission.source import ARCHIVES

MOST = 300  # submissions that are compared: the work grows with their square


def likeness(
    entries: Sequence[Entry], folders: Sequence[Path], exercise: str | None = None
) -> Similarity:
    """Return which of the entries share code.

    In `folders` are submissions: each folder under git and each archive directly in one of them, or
    the folder itself. The starter of `exercise`, or of the one that the reports name if it is at
    hand, is set aside. One that is not what was graded (another commit, say) counts as not given.
    Raises UsageError for a folder that is none, and for too many.
    """
    wanted = {entry.tree for entry in entries}
    places = [place for folder in folders for place in _submissions(folder)]
    if len(places) > MOST:
        raise UsageError(
            f"{len(places)} submissions are too many to compare each with each",
            hint=f"Give the sources of {MOST} at most, such as those who passed.",
        )
    found = dict(_read(places, wanted))
    return similarity(found, entries, _starter(entries, exercise))


def _submissions(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder", hint="--sources names folders of submissions.")
    if (folder / ".git").exists():
        yield folder
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir() or path.name.lower().endswith(ARCHIVES):
            yield path


def _read(places: Iterable[Path], wanted: set[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield tree and Python files of each place that was graded; nothing of it is run."""
    for place in places:
        with tempfile.TemporaryDirectory(prefix="flaskgrade-source-") as scratch:
            try:
                submission = acquire(str(place), into=Path(scratch))
            except FlaskgradeError:
                continue  # counted as not given
            if submission.tree in wanted:
                paths = [file.path for file in submission.files if file.path.endswith(".py")]
                yield submission.tree, {path: submission.text(path) for path in paths}


def _starter(entries: Sequence[Entry], name: str | None) -> dict[str, str]:
    """Return the starter's files; without a name, only if the exercise is at hand as it was.

    A report's word does not make us fetch anything.
    """
    if name is not None:
        return starter_texts(sources.exercise(name).starter)
    used = entries[0].candidate.exercise
    if used is None or not NAME.fullmatch(used.name):
        return {}
    try:
        exercise = sources.exercise(used.name)
    except UsageError:
        return {}
    return starter_texts(exercise.starter) if exercise.digest == used.digest else {}

"""A stored report that people add to: opened with its rubric, and written whole, one at a time."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flaskgrade.cli import sources
from flaskgrade.cli.delivery import SEAL_KEY, rendered, write_whole
from flaskgrade.cli.stored import load, text
from flaskgrade.cohort.rescore import differences, rescored, scorecard, versioned
from flaskgrade.errors import UsageError
from flaskgrade.model.report import Report
from flaskgrade.model.rubric import Rubric
from flaskgrade.report import seal
from flaskgrade.report.registry import RENDERERS
from flaskgrade.review.history import faults, reviewed_criteria

INTERVIEW = "+interview"


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other reviewers from writing into this folder meanwhile; they wait."""
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def opened(path: Path, name: str | None) -> tuple[Report, Rubric]:
    """Return a report and the rubric that it is scored by, under the one named if there is one.

    Raises UsageError for a report that `flaskgrade verify` would not let pass: a new seal under it
    would hide what was changed.
    """
    report = load(path)
    _refuse_unsealed(path)
    used = report.provenance.rubric
    rubric = _rubric(name or used.name, path, named=name is not None)
    if versioned(rubric) != used:
        if name is None:
            raise UsageError(
                f"{path} was scored by another rubric {used.name} ({used.digest[:12]})",
                hint="Name it as it was then: --rubric URL#REF:FILE, or its file."
                f" Or take today's, with the score of before kept: --rubric {used.name}.",
            )
        return rescored(report, rubric), rubric
    wrong = [*faults(report.review), *differences(report.scorecard, scorecard(report, rubric))]
    if wrong:
        raise UsageError(
            f"{path}: {wrong[0]}",
            hint="`flaskgrade verify` tells all of it; `flaskgrade rescore --write` scores anew.",
        )
    return report, rubric


def for_interview(path: Path, name: str | None) -> tuple[Report, Rubric]:
    """Return a report and its rubric; where that asks people nothing, with the interview on it.

    `mid` becomes `mid+interview`. Raises UsageError where no such rubric can be made.
    """
    if name is not None:
        asks = reviewed_criteria(sources.rubric(name))
        return opened(path, name if asks else f"{name}{INTERVIEW}")
    report, rubric = opened(path, None)
    if reviewed_criteria(rubric):
        return report, rubric
    interview = sources.rubric(f"{rubric.name}{INTERVIEW}")
    return rescored(report, interview), interview


def save(path: Path, report: Report) -> tuple[Path, ...]:
    """Write a report and anew what lies beside it in other formats; return what was written."""
    beside = {name: path.with_name(renderer.file_name) for name, renderer in RENDERERS.items()}
    files = {name: file for name, file in beside.items() if name != "json" and file.is_file()}
    write_whole(path, rendered(report, "json"))  # first: the others can be made from it
    for name, file in files.items():
        write_whole(file, rendered(report, name))
    return (path, *files.values())


def _refuse_unsealed(path: Path) -> None:
    fit = seal.fit(json.loads(text(path)), os.environ.get(SEAL_KEY, ""))
    if fit is seal.Fit.NO_KEY:
        raise UsageError(
            f"the seal of {path} was made with a key", hint=f"Set {SEAL_KEY} to that key."
        )
    if fit is not seal.Fit.FITS:
        raise UsageError(
            f"the seal of {path} does not fit: it was changed, or sealed without the key",
            hint="See `flaskgrade verify`. Nothing is added to a report that was changed.",
        )


def _rubric(name: str, path: Path, *, named: bool) -> Rubric:
    try:
        return sources.rubric(name)
    except UsageError as error:
        if named:
            raise
        raise UsageError(
            f"{path} was scored by a rubric {name!r}, which is not here",
            hint="Name its file with --rubric.",
        ) from error

"""`flaskgrade verify`: whether a report is what was written, and follows from its evidence."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flaskgrade.errors import EXIT_BELOW, EXIT_NOT_ASSESSED, UsageError

if TYPE_CHECKING:
    from flaskgrade.model.report import Report
    from flaskgrade.model.rubric import Rubric

EPILOG = """
Exits with 0 if nothing was changed, 1 if something was, 5 if that can't be told.

Examples:

  flaskgrade verify flaskgrade-reports/*/report.json

  FLASKGRADE_SEAL_KEY=… flaskgrade verify report.json --rubric ./ours.yaml
"""
NOTHING = "as it was written, and its points follow from its evidence"


def verify(
    reports: Annotated[
        list[Path], typer.Argument(help="JSON reports, as `flaskgrade grade` writes them.")
    ],
    rubric: Annotated[
        str | None,
        typer.Option(help="The rubric that they were scored by. Default: by its name."),
    ] = None,
) -> None:
    """Compute reports again from their evidence, and say whether anything was changed since."""
    codes = [_verified(path, rubric) for path in reports]
    raise typer.Exit(EXIT_BELOW if EXIT_BELOW in codes else max(codes, default=0))


def _verified(path: Path, rubric: str | None) -> int:
    from flaskgrade.cli.stored import text  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.report.document import read  # noqa: PLC0415
    from flaskgrade.report.seal import Fit  # noqa: PLC0415

    content = text(path)
    try:
        report = read(content)
    except UsageError as error:
        return _say(path, EXIT_BELOW, [error.message])
    fit = _fit(content)
    wrong = ["its seal is broken: something was changed since"] if fit is Fit.BROKEN else []
    untold = []
    if fit is Fit.MISSING:
        wrong.append("it has no seal")
    if fit is Fit.NO_KEY:
        untold.append("its seal was made with a key: set FLASKGRADE_SEAL_KEY")
    problems, unknown = _points(report, rubric)
    if wrong or problems:
        return _say(path, EXIT_BELOW, [*wrong, *problems])
    if untold or unknown:
        return _say(path, EXIT_NOT_ASSESSED, [*untold, *unknown])
    return _say(path, 0, [NOTHING])


def _fit(content: str) -> object:
    from flaskgrade.cli.delivery import SEAL_KEY  # noqa: PLC0415
    from flaskgrade.report import seal  # noqa: PLC0415

    return seal.fit(json.loads(content), os.environ.get(SEAL_KEY, ""))


def _points(report: "Report", name: str | None) -> tuple[list[str], list[str]]:
    """Return what is wrong with the points, and why that can't be told."""
    from flaskgrade.cohort.rescore import differences, scorecard, versioned  # noqa: PLC0415
    from flaskgrade.review.history import faults  # noqa: PLC0415

    used = report.provenance.rubric
    rubric = _rubric(name or used.name)
    if rubric is None or versioned(rubric) != used:
        named = f"{used.name} {used.version} ({used.digest[:12]})"
        return [], [
            f"its points can't be computed again without the rubric {named}: name it with --rubric"
        ]
    wrong = [*faults(report.review), *differences(report.scorecard, scorecard(report, rubric))]
    return wrong, []


def _rubric(name: str) -> "Rubric | None":
    from flaskgrade.cli import sources  # noqa: PLC0415

    try:
        return sources.rubric(name)
    except UsageError:
        return None


def _say(path: Path, code: int, lines: list[str]) -> int:
    from flaskgrade.report import plain  # noqa: PLC0415

    mark = {0: "✓", EXIT_BELOW: "✗"}.get(code, "?")
    for line in lines:
        sys.stdout.write(f"{mark} {path}: {plain.line(line, 400)}\n")
    return code

"""`flaskgrade feedback`: what a candidate may read of a report."""

from pathlib import Path
from typing import Annotated

import typer

EPILOG = """
Examples:

  flaskgrade feedback flaskgrade-reports/take-home-1234567890/report.json

  flaskgrade feedback report.json --exercise ./parcel-desk --out ./for-ada
"""


def feedback(
    report: Annotated[Path, typer.Argument(help="A JSON report, as `flaskgrade grade` writes it.")],
    exercise: Annotated[
        str | None,
        typer.Option(help="The exercise that it was graded by. Default: by its name."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for feedback.md and feedback.html. Default: beside.")
    ] = None,
) -> None:
    """Write feedback for a candidate: what went well, what to improve, where; nothing hidden.

    Every file is searched for what is hidden before it is written.
    """
    from flaskgrade.cli import sources  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.cli.letter import write_letter  # noqa: PLC0415
    from flaskgrade.cli.stored import load  # noqa: PLC0415
    from flaskgrade.errors import UsageError  # noqa: PLC0415

    stored = load(report)
    used = stored.provenance.exercise
    task = sources.exercise(exercise or used.name) if used else None
    if task is not None and used is not None and task.digest != used.digest:
        raise UsageError(
            f"the report was made with another {used.name} (version {used.version})",
            hint="Name the exercise as it was then: --exercise URL#REF:FOLDER, or its folder.",
        )
    write_letter(stored, task, out or report.parent)

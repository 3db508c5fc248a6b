"""`flaskgrade compare`: reports side by side."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from flaskgrade.errors import UsageError

EPILOG = """
Example:

  flaskgrade compare flaskgrade-reports/*/report.json
"""


def compare(
    reports: Annotated[
        list[Path], typer.Argument(help="JSON reports, as `flaskgrade grade` writes them.")
    ],
    allow_mixed: Annotated[
        bool,
        typer.Option("--allow-mixed", help="Also where exercises or rubrics differ."),
    ] = False,
) -> None:
    """Print a table of graded submissions, the best first."""
    from flaskgrade.cli.display import console_width, use_colour  # noqa: PLC0415
    from flaskgrade.cohort.compare import compare as compare_reports  # noqa: PLC0415
    from flaskgrade.report import terminal_comparison  # noqa: PLC0415
    from flaskgrade.report.document import read  # noqa: PLC0415

    loaded = []
    for path in reports:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"cannot read {path}: {error}", hint="Give the JSON files that `grade` wrote."
            ) from error
        try:
            loaded.append(read(text))
        except UsageError as error:
            raise UsageError(f"{path}: {error.message}", hint=error.hint) from error
    comparison = compare_reports(loaded, allow_mixed=allow_mixed)
    sys.stdout.write(
        terminal_comparison.render(comparison, width=console_width(), color=use_colour())
    )

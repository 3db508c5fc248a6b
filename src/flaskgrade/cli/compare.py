"""`flaskgrade compare`: reports side by side."""

import sys
from pathlib import Path
from typing import Annotated

import typer

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
    from flaskgrade.cli.stored import load  # noqa: PLC0415
    from flaskgrade.cohort.compare import compare as compare_reports  # noqa: PLC0415
    from flaskgrade.report import terminal_comparison  # noqa: PLC0415

    loaded = [load(path) for path in reports]
    comparison = compare_reports(loaded, allow_mixed=allow_mixed)
    sys.stdout.write(
        terminal_comparison.render(comparison, width=console_width(), color=use_colour())
    )

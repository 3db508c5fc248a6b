"""`flaskgrade rescore`: what stored evidence comes to under another rubric."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

EPILOG = """
Examples:

  flaskgrade rescore flaskgrade-reports/*/report.json --rubric senior

  flaskgrade rescore flaskgrade-reports/*/report.json --rubric ./ours.yaml --write
"""


def rescore(
    reports: Annotated[
        list[Path], typer.Argument(help="JSON reports, as `flaskgrade grade` writes them.")
    ],
    rubric: Annotated[str, typer.Option(help="Rubric name, file, or URL#REF:FILE.")],
    write: Annotated[
        bool,
        typer.Option(
            "--write", help="Write the reports anew, and the HTML and Markdown beside them."
        ),
    ] = False,
) -> None:
    """Score stored evidence by another rubric; show who changes band. Nothing is run again.

    The score of before is kept in the report. Without --write, nothing is written.
    """
    from flaskgrade.cli import sources  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.cli.many import each  # noqa: PLC0415
    from flaskgrade.cli.rescoring import look, rewrite  # noqa: PLC0415

    measure = sources.rubric(rubric)
    moved = 0
    for line, moves in each(partial(look, rubric=measure), reports):
        sys.stdout.write(line)
        moved += moves
    sys.stdout.write(f"{moved} of {len(reports)} change band under {measure.name}.\n")
    if not write:
        sys.stdout.write("Nothing was written; --write does.\n")
        return
    for _ in each(partial(rewrite, rubric=measure), reports):
        pass
    sys.stdout.write(f"{len(reports)} reports were written; each keeps its score of before.\n")

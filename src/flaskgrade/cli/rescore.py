"""`flaskgrade rescore`: what stored evidence comes to under another rubric."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from flaskgrade.model.report import Report

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
    from flaskgrade.cli.delivery import rendered, write_whole  # noqa: PLC0415
    from flaskgrade.cli.stored import load  # noqa: PLC0415
    from flaskgrade.cohort.rescore import rescored  # noqa: PLC0415
    from flaskgrade.report.registry import RENDERERS  # noqa: PLC0415

    measure = sources.rubric(rubric)
    pairs = [(path, one, rescored(one, measure)) for path in reports for one in (load(path),)]
    for _, before, after in pairs:
        sys.stdout.write(_line(before, after))
    moved = sum(_band(before) != _band(after) for _, before, after in pairs)
    sys.stdout.write(f"{moved} of {len(pairs)} change band under {measure.name}.\n")
    if not write:
        sys.stdout.write("Nothing was written; --write does.\n")
        return
    for path, _, after in pairs:
        write_whole(path, rendered(after, "json"))
        for name, renderer in RENDERERS.items():
            beside = path.with_name(renderer.file_name)
            if name != "json" and beside.is_file():
                write_whole(beside, rendered(after, name))
    sys.stdout.write(f"{len(pairs)} reports were written; each keeps its score of before.\n")


def _line(before: "Report", after: "Report") -> str:
    from flaskgrade.report import plain, view  # noqa: PLC0415

    arrow = "→" if _band(before) != _band(after) else " "
    name = plain.line(before.title, 44)
    old, new = (view.total_interval(one.scorecard) for one in (before, after))
    return f"{name:<44} {old:>11} → {new:<11} {_band(before)} {arrow} {_band(after)}\n"


def _band(report: "Report") -> str:
    card = report.scorecard
    return " to ".join(dict.fromkeys((card.band_low, card.band_high)))

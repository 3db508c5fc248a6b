"""`flaskgrade compare`: reports side by side."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flaskgrade.model.cohort import Cohort, Entry, Similarity

EPILOG = """
Examples:

  flaskgrade compare flaskgrade-reports/*/report.json

  flaskgrade compare flaskgrade-reports/*/report.json --html candidates.html

  flaskgrade compare flaskgrade-reports/*/report.json --html candidates.html --sources ./clones

  flaskgrade compare flaskgrade-reports/*/report.json --blind --html blind.html --key key.csv
"""


def compare(
    reports: Annotated[
        list[Path], typer.Argument(help="JSON reports, as `flaskgrade grade` writes them.")
    ],
    allow_mixed: Annotated[
        bool,
        typer.Option("--allow-mixed", help="Also where exercises or rubrics differ."),
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write all of it as one page that works offline.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Write a row per candidate for a spreadsheet.")
    ] = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="Pseudonyms, and nothing that tells whose work it is.")
    ] = False,
    key: Annotated[
        Path | None, typer.Option(help="With --blind: write here who is who, for afterwards.")
    ] = None,
    tie: Annotated[
        float, typer.Option(min=0, max=100, help="Totals that are no further apart are a tie.")
    ] = 1.0,
    sources: Annotated[
        list[Path] | None,
        typer.Option(help="Folder of submissions: say on the page which of them share code."),
    ] = None,
    exercise: Annotated[
        str | None,
        typer.Option(help="With --sources: whose starter is set aside. Default: by its name."),
    ] = None,
    rubric: Annotated[
        str | None,
        typer.Option(help="The rubric that they were scored by. Default: by its name."),
    ] = None,
) -> None:
    """Put graded submissions side by side, the best first: a table, a page, a spreadsheet."""
    from fractions import Fraction  # noqa: PLC0415 - see cli/main.py

    from flaskgrade.cli.cohorts import entries  # noqa: PLC0415
    from flaskgrade.cohort.gather import gather  # noqa: PLC0415
    from flaskgrade.errors import UsageError  # noqa: PLC0415

    if sources and html is None:
        raise UsageError("what --sources finds stands on the page", hint="Add --html FILE.")
    if key is not None and not blind:
        raise UsageError("--key says who is who of --blind", hint="Give both, or neither.")
    known = entries(reports, rubric)
    alike = _likeness(known, sources, exercise) if sources else None
    if blind:
        known = _blinded(known, reports, key)
    width = Fraction(str(tie))
    cohort = gather(known, tie=width, allow_mixed=allow_mixed, blind=blind, similarity=alike)
    if html is None and csv is None:
        _print(cohort)
    _write(cohort, html, csv)


def _likeness(
    known: "Sequence[Entry]", folders: "Sequence[Path]", exercise: str | None
) -> "Similarity":
    from flaskgrade.cli.likeness import likeness  # noqa: PLC0415 - see cli/main.py

    return likeness(known, folders, exercise)


def _blinded(
    known: "Sequence[Entry]", paths: "Sequence[Path]", key: Path | None
) -> "tuple[Entry, ...]":
    """Return the entries under pseudonyms in an order drawn by lot; write who is who to `key`."""
    from random import SystemRandom  # noqa: PLC0415 - see cli/main.py

    from flaskgrade.cohort.blind import blinded  # noqa: PLC0415
    from flaskgrade.report.cohort_csv import pairs  # noqa: PLC0415

    order = list(range(len(known)))
    SystemRandom().shuffle(order)
    hidden = blinded(known, order)
    if key is not None:
        names = [one.candidate.title for one in hidden]
        _deliver(key, pairs(list(zip(names, (str(paths[n]) for n in order), strict=True))))
    return hidden


def _print(cohort: "Cohort") -> None:
    from flaskgrade.cli.display import console_width, use_colour  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.report import terminal_comparison  # noqa: PLC0415

    sys.stdout.write(
        terminal_comparison.render(cohort.comparison, width=console_width(), color=use_colour())
    )


def _write(cohort: "Cohort", html: Path | None, csv: Path | None) -> None:
    from flaskgrade.report import cohort_csv  # noqa: PLC0415 - see cli/main.py

    if html is not None:
        from flaskgrade.report import cohort_html  # noqa: PLC0415

        _deliver(html, cohort_html.render(cohort))
    if csv is not None:
        _deliver(csv, cohort_csv.render(cohort))


def _deliver(path: Path, text: str) -> None:
    """Write a file and say where it is. Raises UsageError where it can't be written."""
    from flaskgrade.cli.delivery import write_whole  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.errors import UsageError  # noqa: PLC0415

    try:
        write_whole(path, text)
    except OSError as error:
        raise UsageError(
            f"cannot write {path}: {error.strerror}", hint="Name a file that you can write to."
        ) from error
    sys.stdout.write(f"{path}\n")

"""`flaskgrade grade`: one submission in, a report out."""

import threading
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flaskgrade.errors import EXIT_BELOW, EXIT_GRADED, EXIT_NOT_ASSESSED, UsageError

if TYPE_CHECKING:
    from fractions import Fraction

    from flaskgrade.model.report import Report

EPILOG = """
Examples:

  flaskgrade grade https://github.com/candidate/take-home --exercise room-bookings

  flaskgrade grade https://github.com/company/take-home/pull/7 --exercise room-bookings --out graded

  flaskgrade grade ./repo --exercise git@host:company/exercises.git#v3:backend

  flaskgrade grade ./submission.zip --rubric senior --format json > report.json

  flaskgrade grade . --exercise room-bookings --fail-under 60 --quiet

  flaskgrade grade . --exercise room-bookings --audience candidate

  flaskgrade grade . --rubric senior --database postgres
"""


class Backend(StrEnum):
    """Which sandbox runs what is untrusted."""

    AUTO = "auto"
    DOCKER = "docker"
    BWRAP = "bwrap"


class Database(StrEnum):
    """Where the submission keeps its rows."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"


class Audience(StrEnum):
    """Who is to read what is written."""

    INTERVIEWER = "interviewer"
    CANDIDATE = "candidate"


def grade(
    source: Annotated[
        str,
        typer.Argument(
            help="A git URL (https, ssh, file), a pull request URL, a local path, or an archive.",
            show_default=False,
        ),
    ],
    ref: Annotated[
        str | None, typer.Option(help="Branch, tag, commit, or refs/pull/N/head.")
    ] = None,
    subdir: Annotated[str | None, typer.Option(help="Grade this folder of the repository.")] = None,
    exercise: Annotated[
        str | None,
        typer.Option(
            help="Exercise name, folder, or URL#REF:FOLDER. Without one, no acceptance tests run."
        ),
    ] = None,
    rubric: Annotated[
        str | None,
        typer.Option(
            help="Rubric name, file, or URL#REF:FILE. Default: the exercise's level, else general."
        ),
    ] = None,
    database: Annotated[
        Database | None,
        typer.Option(help="Which database it is given. Default: the exercise's, else SQLite."),
    ] = None,
    sandbox: Annotated[Backend, typer.Option(help="Where untrusted code runs.")] = Backend.AUTO,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for report files. Default: flaskgrade-reports/<submission>."),
    ] = None,
    output_format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            help="terminal, json, html, markdown, sarif, junit, csv, github, github-summary; "
            "repeat or use commas.  [default: terminal,json,html]",
        ),
    ] = None,
    audience: Annotated[
        list[Audience] | None,
        typer.Option(
            help="Who is to read: interviewer (the report), candidate (also a letter without "
            "anything hidden, feedback.md and .html beside it); repeat.  [default: interviewer]",
        ),
    ] = None,
    fail_under: Annotated[
        float | None,
        typer.Option(help="Exit with 1 if the total is below this.", min=0, max=100),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the result only.")] = False,
) -> None:
    """Grade one submission and report every point with its evidence."""
    # Imported here: `--help` must not wait for the engine.
    from fractions import Fraction  # noqa: PLC0415

    from flaskgrade import workspace  # noqa: PLC0415
    from flaskgrade.cli import sources  # noqa: PLC0415
    from flaskgrade.cli.address_space import check_address_space  # noqa: PLC0415
    from flaskgrade.cli.delivery import check_out, deliver, report_folder  # noqa: PLC0415
    from flaskgrade.cli.display import display  # noqa: PLC0415
    from flaskgrade.cli.letter import check_letter, write_letter  # noqa: PLC0415
    from flaskgrade.cli.sandboxes import open_sandbox, sweep_all  # noqa: PLC0415
    from flaskgrade.model.exercise import DatabaseKind  # noqa: PLC0415
    from flaskgrade.pipeline import grade as grade_job  # noqa: PLC0415
    from flaskgrade.pipeline_job import Job  # noqa: PLC0415
    from flaskgrade.report.registry import prepare  # noqa: PLC0415

    check_address_space()
    formats = chosen(output_format or ["terminal,json,html"])
    check_out(formats, out)
    lettered = Audience.CANDIDATE in (audience or ())
    if lettered:
        check_letter(formats, out)
    task = sources.exercise(exercise) if exercise else None
    level = rubric or (task.level if task else "general")
    measure = sources.rubric(level, exercise=task)
    root = workspace.default_root()
    sweep_all(root)
    # Rendering needs libraries that take their time; it is there when the last check is done.
    threading.Thread(target=prepare, args=(formats,), daemon=True).start()
    with (
        workspace.run_folder(root) as scratch,
        display(quiet=quiet) as progress,
        open_sandbox(sandbox.value, cache=root, scratch=scratch, say=progress.note) as box,
    ):
        report = grade_job(
            Job(
                source=source,
                rubric=measure,
                sandbox=box,
                cache=root,
                scratch=scratch,
                exercise=task,
                ref=ref,
                subdir=subdir,
                database=DatabaseKind(database.value) if database else None,
                progress=progress,
            )
        )
    deliver(report, formats, out, quiet=quiet)
    if lettered:
        write_letter(report, task, report_folder(report, out), quiet=quiet)
    raise typer.Exit(exit_code(report, None if fail_under is None else Fraction(str(fail_under))))


def exit_code(report: "Report", fail_under: "Fraction | None") -> int:
    """Return the exit code of a graded submission.

    1 only where it is certain: a gate failed, or even the high end is below. 5 where something was
    not assessed, which includes a threshold inside the interval. What only awaits review is open
    as well, and no failure: without a threshold, it is graded as far as that can be.
    """
    card = report.scorecard
    if any(gate.holds is False for gate in card.gates):
        return EXIT_BELOW
    if fail_under is not None and card.high < fail_under:
        return EXIT_BELOW
    undecided = fail_under is not None and card.low < fail_under
    if undecided or card.is_unassessed or any(gate.holds is None for gate in card.gates):
        return EXIT_NOT_ASSESSED
    return EXIT_GRADED


def chosen(formats: list[str]) -> tuple[str, ...]:
    """Return the names of formats in what was typed. Raises UsageError for one there is not."""
    from flaskgrade.cli.delivery import TERMINAL  # noqa: PLC0415
    from flaskgrade.report.registry import RENDERERS  # noqa: PLC0415

    names = [name.strip() for text in formats for name in text.split(",")]
    known = (TERMINAL, *RENDERERS)
    for name in names:
        if name not in known:
            raise UsageError(f"unknown format {name!r}", hint=f"Formats are: {', '.join(known)}.")
    return tuple(dict.fromkeys(names))

"""`flaskgrade batch`: many submissions, several at a time."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flaskgrade.cli.grade import Backend, Database
from flaskgrade.errors import (
    EXIT_GRADED,
    EXIT_NOT_ASSESSED,
    FlaskgradeError,
    SubmissionError,
    UsageError,
)

if TYPE_CHECKING:
    from flaskgrade.model.batch import Entry, Outcome
    from flaskgrade.model.exercise import Exercise
    from flaskgrade.model.report import Report
    from flaskgrade.model.rubric import Rubric

EPILOG = """
Examples:

  flaskgrade batch tonight.csv --exercise room-bookings --out graded

  flaskgrade batch ./submissions/ --rubric senior --jobs 4

  flaskgrade batch https://host/ada/task https://host/bob/task --exercise ./our-exercise

  flaskgrade batch --watch --out graded

A list is CSV or YAML (source, ref, subdir, candidate, exercise, rubric), or has one address a line.
What is graded already and has not changed is not graded again; so to go on after an interruption,
type the same command again.
"""


def batch(
    submissions: Annotated[
        list[str] | None,
        typer.Argument(
            help="Lists (.csv, .yaml, .txt), folders of submissions, patterns, or submissions."
        ),
    ] = None,
    exercise: Annotated[
        str | None, typer.Option(help="Exercise of entries that name none, as for `grade`.")
    ] = None,
    rubric: Annotated[
        str | None, typer.Option(help="Rubric of entries that name none, as for `grade`.")
    ] = None,
    database: Annotated[
        Database | None, typer.Option(help="Which database they are given, as for `grade`.")
    ] = None,
    sandbox: Annotated[Backend, typer.Option(help="Where untrusted code runs.")] = Backend.AUTO,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", "-j", help="Gradings at a time. Default: one a processor.", min=1, max=256
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the ledger and a folder for each.")] = Path(
        "flaskgrade-batch"
    ),
    output_format: Annotated[
        list[str] | None,
        typer.Option(
            "--format", help="Of each report's files, as for `grade`.  [default: json,html]"
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume/--fresh", help="Keep what is graded, or grade everything anew."),
    ] = True,
    watch: Annotated[
        bool, typer.Option("--watch", help="Follow the batch that runs in --out.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the summary only.")] = False,
) -> None:
    """Grade many submissions; go on where an interrupted batch stopped.

    Exit codes: 0 all graded, 3 some can't be had, 5 something was not assessed, 70 a bug of ours.
    """
    from flaskgrade.cli.batch_display import follow, summary  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.cli.grade import chosen  # noqa: PLC0415

    if watch:
        outcomes = follow(out)
    elif not submissions:
        raise UsageError("there is nothing to grade", hint="Name a list, a folder or submissions.")
    else:
        outcomes = _graded(
            submissions,
            Measures(exercise=exercise, rubric=rubric),
            sandbox=sandbox.value,
            database=database.value if database else None,
            jobs=jobs,
            out=out,
            formats=chosen(output_format or ["json,html"]),
            fresh=not resume,
            quiet=quiet,
        )
    sys.stdout.write(summary(outcomes, out))
    raise typer.Exit(exit_code(outcomes))


def exit_code(outcomes: "tuple[Outcome, ...]") -> int:
    """Return the exit code of a batch: that of the worst outcome in it."""
    from flaskgrade.model.batch import State  # noqa: PLC0415

    states = {one.state for one in outcomes}
    if State.BROKEN in states:
        return FlaskgradeError.exit_code
    if State.REFUSED in states:
        return SubmissionError.exit_code
    if any(one.result and one.result.unassessed for one in outcomes):
        return EXIT_NOT_ASSESSED
    return EXIT_GRADED


class Measures:
    """The exercise and the rubric of each entry, each read once."""

    def __init__(self, *, exercise: str | None, rubric: str | None) -> None:
        self._exercise = exercise
        self._rubric = rubric
        self._read: dict[tuple[str | None, str | None], tuple[Exercise | None, Rubric]] = {}

    def of(self, entry: "Entry") -> "tuple[Exercise | None, Rubric]":
        """Return what an entry is measured by. Raises UsageError, naming where it is asked for."""
        from flaskgrade.cli import sources  # noqa: PLC0415

        asked = (entry.exercise or self._exercise, entry.rubric or self._rubric)
        if asked not in self._read:
            try:
                task = sources.exercise(asked[0]) if asked[0] else None
                level = asked[1] or (task.level if task else "general")
                self._read[asked] = (task, sources.rubric(level, exercise=task))
            except UsageError as error:
                raise UsageError(f"{entry.where}: {error.message}", hint=error.hint) from error
        return self._read[asked]


def _graded(
    words: list[str],
    measures: Measures,
    *,
    sandbox: str,
    database: str | None,
    jobs: int | None,
    out: Path,
    formats: tuple[str, ...],
    fresh: bool,
    quiet: bool,
) -> "tuple[Outcome, ...]":
    from flaskgrade import workspace  # noqa: PLC0415
    from flaskgrade.cli.address_space import check_address_space  # noqa: PLC0415
    from flaskgrade.cli.batch_display import board  # noqa: PLC0415
    from flaskgrade.cli.batch_files import write  # noqa: PLC0415
    from flaskgrade.cli.batch_lock import alone  # noqa: PLC0415
    from flaskgrade.cli.sandboxes import open_sandbox, sweep_all  # noqa: PLC0415
    from flaskgrade.fleet.admission import at_once  # noqa: PLC0415
    from flaskgrade.fleet.batch import Batch, Place, run  # noqa: PLC0415
    from flaskgrade.fleet.entries import read_entries  # noqa: PLC0415
    from flaskgrade.fleet.ledger import Ledger  # noqa: PLC0415
    from flaskgrade.model.exercise import DatabaseKind  # noqa: PLC0415

    check_address_space()
    entries = read_entries(words)
    for entry in entries:
        measures.of(entry)
    root = workspace.default_root()
    sweep_all(root)
    with alone(out):
        ledger = Ledger.make(out)
        with board(entries, jobs=at_once(jobs), quiet=quiet) as listener:

            @contextmanager
            def place() -> Iterator[Place]:
                with (
                    workspace.run_folder(root) as scratch,
                    open_sandbox(sandbox, cache=root, scratch=scratch, say=listener.note) as box,
                ):
                    yield Place(sandbox=box, cache=root, scratch=scratch)

            with place():
                pass  # where no sandbox can be had, that is said before anything is fetched

            def deliver(entry: "Entry", report: "Report") -> None:
                write(report, formats, out / entry.name)

            return run(
                Batch(
                    entries=entries,
                    ledger=ledger,
                    place=place,
                    task=measures.of,
                    write=deliver,
                    listener=listener,
                    cache=root,
                    jobs=at_once(jobs),
                    fresh=fresh,
                    database=DatabaseKind(database) if database else None,
                )
            )

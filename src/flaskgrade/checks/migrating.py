"""Run a project's migrations in several ways, and have the database read after each step."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flaskgrade.checks.base import Context
from flaskgrade.checks.database import Schema, read_databases, told_databases
from flaskgrade.checks.events import EventStream, text
from flaskgrade.checks.launching import launching
from flaskgrade.database import url
from flaskgrade.flaskapp.facts import Migrations
from flaskgrade.guest import GUEST_PATH
from flaskgrade.model.exercise import DatabaseKind
from flaskgrade.sandbox.base import MIB, Limits, Outcome
from flaskgrade.serving import candidate_command

Step = tuple[str, ...]
SECONDS = 90.0
MODELS = "models"  # the database that the models are made in, where there is a server
PAUSES = 5  # revisions at which rows are put in; a longer history is sampled


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Where a phase was after a step: how the step ended, and the database as it was then."""

    code: int
    schema: Schema | None


@dataclass(frozen=True, kw_only=True)
class Run:
    """What came of each phase, step by step as far as it got; and of the command as a whole."""

    phases: tuple[tuple[Stop, ...], ...]
    outcome: Outcome


@dataclass(frozen=True, kw_only=True)
class Commands:
    """How a project migrates: by `flask db`, or by Alembic's own command."""

    words: Step
    place: str  # what tells env.py apart: the folder, or the path of alembic.ini

    def upgrade(self, target: str = "") -> Step:
        """Return the step to a revision; to the head without one."""
        if self.words[0] == "alembic":
            return (*self.words, "upgrade", target or "head")
        return (*self.words, "upgrade", *([target] if target else []))

    def downgrade(self) -> Step:
        """Return the step to the base."""
        return (*self.words, "downgrade", "base")


def commands(context: Context, found: Migrations) -> Commands:
    """Return how these migrations are run."""
    if found.tool == "alembic" and (ini := _ini(context, found.directory)):
        return Commands(words=("alembic", "-c", ini), place=ini)
    folder = found.directory
    given = () if folder in {"migrations", ""} else ("--directory", folder)
    if not given:
        return Commands(words=("flask", "db"), place=folder or "migrations")
    return Commands(words=("flask", "db"), place=folder)


def _ini(context: Context, directory: str) -> str:
    """Return the path of the alembic.ini that is nearest above a folder, or nothing."""
    parts = directory.split("/")
    for length in range(len(parts), -1, -1):
        path = "/".join((*parts[:length], "alembic.ini"))
        if (context.submission.root / path).is_file():
            return path
    return ""


def history(found: Migrations) -> tuple[str, ...]:
    """Return the revisions from base to head where they make one line, else none."""
    after = {revision.down: revision.id for revision in found.revisions}
    line: list[str] = []
    at: tuple[str, ...] = ()
    while at in after and len(line) <= len(found.revisions):
        line.append(after[at])
        at = (after[at],)
    return tuple(line) if len(line) == len(found.revisions) else ()


def pauses(line: Sequence[str]) -> tuple[str, ...]:
    """Return the revisions before the head at which rows are put in, the first among them."""
    before = line[:-1]
    if len(before) <= PAUSES:
        return tuple(before)
    return tuple(before[index * (len(before) - 1) // (PAUSES - 1)] for index in range(PAUSES))


def migrate(context: Context, phases: Sequence[Sequence[Step]]) -> Run:
    """Run phases in the candidate sandbox. Raises SandboxBroken, or StageError if ours fails."""
    assert context.environment is not None  # noqa: S101 - the pipeline gave what is needed
    stream = EventStream(line_limit=8 * MIB)
    with launching(context, seconds=SECONDS) as launched:
        server = launched.start.database
        models = url([package.name for package in context.environment.packages], MODELS)
        outcome = context.sandbox.run(
            candidate_command(
                f"{GUEST_PATH}/flaskgrade_migrate.py",
                json.dumps([[*phase] for phase in phases]),
                *((server.path, models) if server else ()),
                sandbox=context.sandbox,
                source=context.source,
                environment=context.environment,
                start=launched.start,
                limits=Limits(wall_seconds=SECONDS, output_bytes=48 * MIB, cpu_weight=50),
                label="migrations",
            ),
            on_stdout=lambda piece: _ignore(stream.feed(piece)),
        )
    known = sum(len(phase) for phase in phases)
    events = stream.events[:known]
    if (service := launched.services.get(DatabaseKind.POSTGRES.value)) is not None:
        schemas = told_databases(service.output, [_number(event) for event in events])
    else:
        schemas = read_databases(context, [text(e, "database", 8 * MIB) for e in events])
    told = [
        (_whole(event.get("phase")), Stop(code=_whole(event.get("code")), schema=schema))
        for event, schema in zip(events, schemas, strict=True)
    ]
    return Run(
        phases=tuple(
            tuple(stop for phase, stop in told if phase == number) for number in range(len(phases))
        ),
        outcome=_without_stdout(outcome),
    )


def _number(event: Mapping[str, object]) -> int:
    """Return the number under which a server told of its database; none has 0."""
    number = event.get("number")
    return number if type(number) is int else 0


def _whole(value: object) -> int:
    return value if type(value) is int else 1


def _ignore(_: object) -> None:
    """Take what the stream hands back; it keeps the events itself."""


def _without_stdout(outcome: Outcome) -> Outcome:
    """Return the outcome with its log only: stdout holds databases."""
    return Outcome(
        ended=outcome.ended,
        exit_code=outcome.exit_code,
        signal=outcome.signal,
        stdout=b"",
        stderr=outcome.stderr,
        seconds=outcome.seconds,
        memory_kills=outcome.memory_kills,
    )

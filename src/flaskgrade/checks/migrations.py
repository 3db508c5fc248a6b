"""Migrations (M1): they exist, have one head, and run up, down to base, and up again.

The steps run in the candidate sandbox on a scratch SQLite database. What counts is not the exit
code of the candidate's process but the database after each step, read in the examiner sandbox:
after an upgrade it is at the head that the revision files name and has tables; after the downgrade
no table is left; after the second upgrade the schema is what it was after the first.

A project without a database, graded without an exercise that asks for one, is not concerned.
"""

import json
from dataclasses import dataclass

from flaskgrade.checks.base import (
    TOOLBOX_PATH,
    TOOLBOX_PYTHON,
    Context,
    Need,
    not_built,
    record,
)
from flaskgrade.checks.events import EventStream, text
from flaskgrade.errors import StageError
from flaskgrade.flaskapp.facts import Migrations
from flaskgrade.guest import EXAMINER, GUEST_PATH
from flaskgrade.model.evidence import CommandRecord, Evidence, Finding, Item, Severity, Status
from flaskgrade.sandbox.base import MIB, Command, Limits, Mount, Outcome, Zone
from flaskgrade.serving import candidate_command, plan_start

CRITERION = "M1"
VERSION_TABLE = "alembic_version"
STEPS = (
    ("upgrade", "db upgrade"),
    ("downgrade", "db downgrade base"),
    ("upgrade-again", "db upgrade"),
)
TITLES = {
    "exist": "There are migrations",
    "one-head": "The revisions have exactly one head",
    "upgrade": "Upgrading an empty database reaches the head and creates tables",
    "downgrade": "Downgrading to base removes every table",
    "upgrade-again": "Upgrading again gives the same schema",
}


@dataclass(frozen=True)
class Schema:
    """A database as the examiner read it: tables with their columns, and its revision."""

    tables: dict[str, object]
    revision: tuple[str, ...]

    @property
    def own(self) -> dict[str, object]:
        """The tables other than Alembic's own."""
        return {name: cols for name, cols in self.tables.items() if name != VERSION_TABLE}


@dataclass(frozen=True)
class MigrationsCheck:
    """Runs the migrations and looks at the database."""

    name: str = "migrations"
    title: str = "Database migrations"
    needs: frozenset[Need] = frozenset({Need.ENVIRONMENT, Need.TOOLBOX})

    def run(self, context: Context) -> Evidence:
        """Return five items, one for each thing that must hold."""
        found = max(context.facts.migrations, key=lambda m: len(m.revisions), default=None)
        asked = context.exercise is not None and CRITERION in context.exercise.criteria
        if found is None or not found.revisions:
            if asked or context.facts.database in {"flask-sqlalchemy", "sqlalchemy"}:
                return self._evidence({"exist": "There is no folder of migrations."}, ran=())
            return Evidence(
                check=self.name,
                status=Status.SKIPPED,
                summary="The project has no database that migrations are usual for.",
            )
        problems = {"exist": "", "one-head": _heads(found)}
        findings = _downgrades(found)
        if context.environment is None:
            return not_built(self.name, context)
        steps, outcome = self._migrate(context)
        schemas = self._read(context, steps)
        problems |= _judge(found, schemas, outcome)
        return self._evidence(
            problems,
            ran=(record("flask db upgrade; flask db downgrade base; flask db upgrade", outcome),),
            findings=findings,
            milliseconds=round(outcome.seconds * 1000),
        )

    def _evidence(
        self,
        problems: dict[str, str],
        *,
        ran: tuple[CommandRecord, ...],
        findings: tuple[Finding, ...] = (),
        milliseconds: int = 0,
    ) -> Evidence:
        items = tuple(
            Item(
                id=key,
                title=title,
                status=Status.FAILED if problems.get(key, "Not reached.") else Status.PASSED,
                message=problems.get(key, "Not reached."),
                criteria=(CRITERION,),
            )
            for key, title in TITLES.items()
        )
        bad = [item for item in items if item.status is Status.FAILED]
        summary = (
            "The migrations run up, down and up again."
            if not bad
            else f"{len(items) - len(bad)} of {len(items)} hold. {bad[0].message}"
        )
        return Evidence(
            check=self.name,
            status=Status.FAILED if bad else Status.PASSED,
            summary=summary,
            items=items,
            findings=findings,
            commands=ran,
            milliseconds=milliseconds,
        )

    def _migrate(self, context: Context) -> tuple[list[str], Outcome]:
        assert context.environment is not None  # noqa: S101 - run() returned otherwise
        launch = context.exercise.launch if context.exercise else None
        start = plan_start(context.submission, context.facts, context.declaration, launch)
        stream = EventStream(line_limit=24 * MIB)
        outcome = context.sandbox.run(
            candidate_command(
                f"{GUEST_PATH}/migrate.py",
                json.dumps([step.split() for _, step in STEPS]),
                sandbox=context.sandbox,
                source=context.source,
                environment=context.environment,
                start=start,
                limits=Limits(wall_seconds=90.0, output_bytes=24 * MIB, cpu_weight=50),
                label="migrations",
            ),
            on_stdout=lambda piece: _ignore(stream.feed(piece)),
        )
        databases = [text(e, "database", 8 * MIB) for e in stream.events][: len(STEPS)]
        return databases, _without_stdout(outcome)

    def _read(self, context: Context, databases: list[str]) -> list[Schema | None]:
        """Have the databases read where a hostile file can do no harm."""
        if not databases:
            return []
        assert context.toolbox is not None  # noqa: S101 - the pipeline gave what is needed
        outcome = context.sandbox.run(
            Command(
                argv=(TOOLBOX_PYTHON, "-I", "-S", f"{GUEST_PATH}/schema.py"),
                zone=Zone.EXAMINER,
                mounts=(
                    Mount(folder=context.toolbox, target=TOOLBOX_PATH),
                    Mount(folder=context.sandbox.folder(EXAMINER), target=GUEST_PATH),
                ),
                stdin=json.dumps(databases).encode(),
                limits=Limits(wall_seconds=30.0),
                label="read the databases",
            )
        )
        try:
            told = json.loads(outcome.stdout) if outcome.ok else None
        except ValueError:
            told = None
        if not isinstance(told, list) or len(told) != len(databases):
            raise StageError(f"the databases could not be read: {outcome.ended.value}")
        return [
            Schema(tables=one["tables"], revision=tuple(one["revision"])) if one else None
            for one in told
        ]


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


def _heads(found: Migrations) -> str:
    if len(found.heads) == 1:
        return ""
    return f"There are {len(found.heads)} heads: {', '.join(found.heads[:5]) or 'none'}."


def _downgrades(found: Migrations) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code="migrations:no-downgrade",
            message="The revision has no downgrade"
            if not revision.has_downgrade
            else "The revision's downgrade does nothing",
            severity=Severity.MEDIUM,
            location=revision.location,
        )
        for revision in found.revisions
        if revision.empty_downgrade or not revision.has_downgrade
    )


def _judge(found: Migrations, schemas: list[Schema | None], outcome: Outcome) -> dict[str, str]:
    """Return a problem, or "", for each step that was reached."""
    problems: dict[str, str] = {}
    ended = f"The command {outcome.ended.value}, exit code {outcome.exit_code}."
    for index, (key, command) in enumerate(STEPS):
        if index >= len(schemas):
            problems[key] = f"`flask {command}` did not finish. {ended}"
            break
        schema = schemas[index]
        if schema is None:
            problems[key] = f"There is no readable SQLite database after `flask {command}`."
        elif key == "downgrade":
            left = ", ".join(sorted(schema.own)[:5])
            problems[key] = f"Tables are left: {left}." if left else ""
        elif not schema.own:
            problems[key] = "The database has no tables."
        elif found.heads and set(schema.revision) != set(found.heads):
            at = ", ".join(schema.revision) or "no revision"
            problems[key] = f"The database is at {at}, the head is {', '.join(found.heads[:5])}."
        elif index > 0 and schemas[0] is not None and schema.tables != schemas[0].tables:
            problems[key] = "The schema differs from the first upgrade's."
        else:
            problems[key] = ""
        if problems[key] and key == "upgrade":
            break
    return problems


CHECK = MigrationsCheck()

"""Migrations that run (M1), match the models (M2) and keep rows (M3); constraints (M4).

The steps run in the candidate sandbox on a scratch database: a SQLite file, or a PostgreSQL in a
sandbox of its own where that is asked for. What counts is not the exit code of the candidate's
process but the database after each step, read in the examiner sandbox, or beside the server:

- M1: after an upgrade it is at the head that the revision files name and has tables; after the
  downgrade no table is left; after the second upgrade the schema is what it was after the first;
- M2: a second database is made from the models alone, and compared with that of the migrations;
- M3: from an empty database upwards, rows are put in at each revision, and are there at the next;
- M4: the schema at the head has foreign keys, NOT NULL, UNIQUE and indexes where they belong.

A project without a database, graded without an exercise that asks for one, is not concerned.
Without migrations M4 is judged by the database that the models make.
"""

from dataclasses import dataclass

from flaskgrade.checks import data_layer
from flaskgrade.checks.base import Context, Need, not_built, record
from flaskgrade.checks.migrating import Commands, Run, Stop, commands, history, migrate, pauses
from flaskgrade.flaskapp.facts import Migrations
from flaskgrade.model.evidence import CommandRecord, Evidence, Finding, Item, Severity, Status
from flaskgrade.sandbox.base import Outcome

CRITERION = "M1"
RUNS = ("upgrade", "downgrade", "upgrade-again")
TITLES = {
    "exist": "There are migrations",
    "one-head": "The revisions have exactly one head",
    "upgrade": "Upgrading an empty database reaches the head and creates tables",
    "downgrade": "Downgrading to base removes every table",
    "upgrade-again": "Upgrading again gives the same schema",
}


@dataclass(frozen=True)
class MigrationsCheck:
    """Runs the migrations and looks at the database."""

    name: str = "migrations"
    title: str = "Database migrations"
    needs: frozenset[Need] = frozenset(Need)

    def run(self, context: Context) -> Evidence:
        """Return the items of M1 to M4, as far as they apply."""
        found = max(context.facts.migrations, key=lambda m: len(m.revisions), default=None)
        asked = context.exercise is not None and CRITERION in context.exercise.criteria
        without = found is None or not found.revisions
        if (
            without
            and not asked
            and context.facts.database not in {"flask-sqlalchemy", "sqlalchemy"}
        ):
            return Evidence(
                check=self.name,
                status=Status.SKIPPED,
                summary="The project has no database that migrations are usual for.",
            )
        if context.environment is None:
            return not_built(self.name, context)
        if found is None or not found.revisions:
            return self._of_models(context)
        how, rows = commands(context, found), pauses(history(found))
        run = migrate(
            context,
            (
                (how.upgrade(), how.downgrade(), how.upgrade()),
                (("models", how.place),),
                _with_rows(how, rows),
            ),
        )
        steps, models, filled = run.phases
        problems = {
            "exist": "",
            "one-head": _heads(found),
            **_judge(found, how, steps, run.outcome),
        }
        migrated = steps[0].schema if steps else None
        items = (
            *_items(problems),
            data_layer.drift(migrated, models[0].schema if models else None),
            *data_layer.survival(rows, filled[1:]),
            *data_layer.constraints(migrated),
        )
        return self._evidence(items, run, how, findings=_downgrades(found))

    def _of_models(self, context: Context) -> Evidence:
        """Judge a project without migrations: M1 to M3 fail, M4 by what the models make."""
        run = migrate(context, ((("models",),),))
        schema = run.phases[0][0].schema if run.phases[0] else None
        items = (
            *_items({"exist": "There is no folder of migrations."}),
            data_layer.drift(None, schema),
            *data_layer.constraints(schema),
        )
        return self._evidence(items, run, None)

    def _evidence(
        self,
        items: tuple[Item, ...],
        run: Run,
        how: Commands | None,
        *,
        findings: tuple[Finding, ...] = (),
    ) -> Evidence:
        bad = [item for item in items if item.status is Status.FAILED]
        summary = (
            "The migrations run up, down and up again, and make what the models describe."
            if not bad
            else f"{len(items) - len(bad)} of {len(items)} hold. {bad[0].message}"
        )
        shown = (
            " && ".join(" ".join(step) for step in (how.upgrade(), how.downgrade())) if how else ""
        )
        ran: tuple[CommandRecord, ...] = (record(shown, run.outcome),) if how else ()
        return Evidence(
            check=self.name,
            status=Status.FAILED if bad else Status.PASSED,
            summary=summary,
            items=items,
            findings=findings,
            commands=ran,
            milliseconds=round(run.outcome.seconds * 1000),
        )


def _with_rows(how: Commands, rows: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the phase that puts rows in at each revision; empty where there is but one."""
    if not rows:
        return ()
    pausing = (step for revision in rows for step in (how.upgrade(revision), ("rows",)))
    return (("wipe",), *pausing, how.upgrade())


def _items(problems: dict[str, str]) -> tuple[Item, ...]:
    return tuple(
        Item(
            id=key,
            title=title,
            status=Status.FAILED if problems.get(key, "Not reached.") else Status.PASSED,
            message=problems.get(key, "Not reached."),
            criteria=(CRITERION,),
        )
        for key, title in TITLES.items()
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


def _judge(
    found: Migrations, how: Commands, steps: tuple[Stop, ...], outcome: Outcome
) -> dict[str, str]:
    """Return a problem, or "", for each step that was reached."""
    problems: dict[str, str] = {}
    first = steps[0].schema if steps else None
    for index, key in enumerate(RUNS):
        command = " ".join(how.downgrade() if key == "downgrade" else how.upgrade())
        if index >= len(steps):
            ended = f"The command {outcome.ended.value}, exit code {outcome.exit_code}."
            problems[key] = f"`{command}` did not finish. {ended}"
            break
        schema = steps[index].schema
        if schema is None:
            problems[key] = f"There is no readable database after `{command}`."
        elif key == "downgrade":
            left = ", ".join(sorted(schema.own)[:5])
            problems[key] = f"Tables are left: {left}." if left else ""
        elif not schema.own:
            problems[key] = "The database has no tables."
        elif found.heads and set(schema.revision) != set(found.heads):
            at = ", ".join(schema.revision) or "no revision"
            problems[key] = f"The database is at {at}, the head is {', '.join(found.heads[:5])}."
        elif index > 0 and first is not None and schema.shape != first.shape:
            problems[key] = "The schema differs from the first upgrade's."
        else:
            problems[key] = ""
        if problems[key] and key == "upgrade":
            break
    return problems


CHECK = MigrationsCheck()

"""How checks start a submission: with its settings, and with its database where it has a server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flaskgrade.checks.base import Context
from flaskgrade.database import Service, has_driver, serve, url
from flaskgrade.errors import StageError
from flaskgrade.model.exercise import DatabaseKind
from flaskgrade.serving import Start, plan_start


@dataclass(frozen=True, kw_only=True)
class Launched:
    """How the submission starts, and the server behind its database, if there is one."""

    start: Start
    service: Service | None = None


@contextmanager
def launching(context: Context, *, seconds: float, log: bool = False) -> Iterator[Launched]:
    """Yield how a submission is started for at most `seconds`, its database server running.

    With `log` the server tells of each statement. Raises StageError where PostgreSQL was asked for
    by whoever grades, and the submission has nothing to speak to it with.
    """
    launch = context.exercise.launch if context.exercise else None
    parts = (context.submission, context.facts, context.declaration, launch)
    if context.database is not DatabaseKind.POSTGRES:
        yield Launched(start=plan_start(*parts))
        return
    assert context.postgres is not None  # noqa: S101 - the pipeline gave what is needed
    assert context.environment is not None  # noqa: S101 - nothing starts without one
    packages = tuple(package.name for package in context.environment.packages)
    briefed = launch is not None and launch.database is DatabaseKind.POSTGRES
    if not briefed and not has_driver(packages):
        raise StageError(
            "the submission has no driver for PostgreSQL",
            hint="Grade it with --database sqlite, or add psycopg to its requirements.",
        )
    with serve(context.sandbox, programs=context.postgres, seconds=seconds, log=log) as service:
        yield Launched(
            start=plan_start(*parts, url=url(packages), database=service.endpoint), service=service
        )

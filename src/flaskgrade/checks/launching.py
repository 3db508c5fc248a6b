"""How checks start a submission: its settings, its database's server, and other services."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from flaskgrade.checks.base import Context
from flaskgrade.database import has_driver, serve, url
from flaskgrade.errors import StageError
from flaskgrade.model.exercise import REDIS, DatabaseKind, Launch
from flaskgrade.redis_server import PORT, serve_redis
from flaskgrade.service import Service
from flaskgrade.serving import SQLITE, Door, Start, plan_start


@dataclass(frozen=True, kw_only=True)
class Launched:
    """How the submission starts, and the services that run beside it, by name."""

    start: Start
    services: Mapping[str, Service]


@contextmanager
def launching(context: Context, *, seconds: float, log: bool = False) -> Iterator[Launched]:
    """Yield how a submission is started for at most `seconds`, its services running.

    With `log` the database's server tells of each statement. Raises StageError where PostgreSQL was
    asked for by whoever grades, and the submission has nothing to speak to it with.
    """
    launch = context.exercise.launch if context.exercise else None
    services: dict[str, Service] = {}
    doors: tuple[Door, ...] = ()
    where, database = SQLITE, None
    with ExitStack() as stack:
        if context.database is DatabaseKind.POSTGRES:
            assert context.postgres is not None  # noqa: S101 - the pipeline gave what is needed
            where = _url(context, launch)
            served = serve(context.sandbox, programs=context.postgres, seconds=seconds, log=log)
            service = stack.enter_context(served)
            services[DatabaseKind.POSTGRES.value] = service
            database = service.endpoint
        if launch is not None and REDIS in launch.services:
            assert context.redis is not None  # noqa: S101 - the pipeline gave what is needed
            redis = serve_redis(context.sandbox, programs=context.redis, seconds=seconds)
            services[REDIS] = stack.enter_context(redis)
            doors = (Door(port=PORT, endpoint=services[REDIS].endpoint),)
        start = plan_start(
            *(context.submission, context.facts, context.declaration, launch),
            url=where,
            database=database,
            doors=doors,
        )
        yield Launched(start=start, services=services)


def _url(context: Context, launch: Launch | None) -> str:
    """Return where the submission finds its PostgreSQL, by the driver that it brings."""
    assert context.environment is not None  # noqa: S101 - nothing starts without one
    packages = tuple(package.name for package in context.environment.packages)
    briefed = launch is not None and launch.database is DatabaseKind.POSTGRES
    if not briefed and not has_driver(packages):
        raise StageError(
            "the submission has no driver for PostgreSQL",
            hint="Grade it with --database sqlite, or add psycopg to its requirements.",
        )
    return url(packages)

"""A submission's database: a SQLite file of its own, or a PostgreSQL in a sandbox of its own.

PostgreSQL is started for each use and dies with it: what one part of a grading writes, no other
finds. It is reached by a Unix socket only; see `guest/service/postgres.py`.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from flaskgrade.errors import StageError
from flaskgrade.model.environment import Folder
from flaskgrade.sandbox.base import SCRATCH, Sandbox
from flaskgrade.service import Service, running

PROGRAMS_PATH = "/opt/postgres"
SOCKETS = f"{SCRATCH}/pg"  # in the application's sandbox: where a driver looks for the socket
OWNER = "candidate"
# What PostgreSQL is mostly installed with, and the wheel lacks: that is no fault of a submission's.
# https://www.postgresql.org/docs/16/contrib.html
EXTENSIONS = frozenset(
    {
        *("btree_gin", "btree_gist", "citext", "cube", "dblink", "earthdistance"),
        *("fuzzystrmatch", "hstore", "intarray", "isn", "ltree", "pg_stat_statements", "pg_trgm"),
        *("pgcrypto", "postgis", "postgres_fdw", "tablefunc", "unaccent", "uuid-ossp"),
    }
)
_LACKING = re.compile(r'^\S+ candidate ERROR:  extension "([^"]+)" is not available', re.MULTILINE)

# What a submission brings to speak to PostgreSQL, the likeliest first, and its SQLAlchemy dialect.
DRIVERS = (
    ("psycopg2", "postgresql"),
    ("psycopg2-binary", "postgresql"),
    ("psycopg", "postgresql+psycopg"),
    ("psycopg-binary", "postgresql+psycopg"),
    ("pg8000", "postgresql+pg8000"),
    ("asyncpg", "postgresql+asyncpg"),
)


def url(packages: Iterable[str], database: str = "app") -> str:
    """Return the URL by which a submission reaches a database, by the driver among `packages`.

    SQLAlchemy is told psycopg2 by its name: from 2.1 on, `postgresql://` alone means psycopg.
    libpq, and so psycopg2 by itself, knows no such name.
    https://docs.sqlalchemy.org/en/21/changelog/migration_21.html
    """
    known = frozenset(packages)
    dialect = next((name for package, name in DRIVERS if package in known), "postgresql")
    if dialect == "postgresql" and "sqlalchemy" in known and "psycopg2" in " ".join(known):
        dialect = "postgresql+psycopg2"
    where = f"unix_sock={SOCKETS}/.s.PGSQL.5432" if "pg8000" in dialect else f"host={SOCKETS}"
    return f"{dialect}://{OWNER}:{OWNER}@/{database}?{where}"


def has_driver(packages: Iterable[str]) -> bool:
    """Tell whether packages can speak to PostgreSQL."""
    return not frozenset(packages).isdisjoint(name for name, _ in DRIVERS)


@contextmanager
def serve(
    sandbox: Sandbox, *, programs: Folder, seconds: float, log: bool = False
) -> Iterator[Service]:
    """Yield a PostgreSQL that runs for at most `seconds`; with `log` it tells each statement.

    `programs` is a folder that `environment.postgres` made.
    Raises StageError on leaving if it never came to answer, or lacks what was asked of it.
    """
    with running(
        sandbox,
        title="PostgreSQL",
        script="postgres.py",
        words=(f"{PROGRAMS_PATH}/bin", "log" if log else "quiet"),
        programs=programs,
        programs_path=PROGRAMS_PATH,
        seconds=seconds,
    ) as service:
        yield service
    lacking = EXTENSIONS & set(_LACKING.findall(service.errors))
    if lacking:
        raise StageError(
            f"our PostgreSQL has no extension {', '.join(sorted(lacking))}, which is asked for",
            hint="Run the migrations by hand, and decide on these criteria in a review.",
        )

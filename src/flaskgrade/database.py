"""A submission's database: a SQLite file of its own, or a PostgreSQL in a sandbox of its own.

PostgreSQL is started for each use and dies with it: what one part of a grading writes, no other
finds. It is reached by a Unix socket only; see `guest/service/postgres.py`.
"""

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flaskgrade.errors import StageError
from flaskgrade.guest import CANDIDATE, GUEST_PATH, SERVICE
from flaskgrade.model.environment import POSTGRES_PROGRAMS as PROGRAMS
from flaskgrade.model.environment import Folder
from flaskgrade.sandbox.base import MIB, SCRATCH, Command, Endpoint, Limits, Mount, Sandbox, Zone

PROGRAMS_PATH = "/opt/postgres"
SERVICE_PATH = "/opt/service"
SOCKETS = f"{SCRATCH}/pg"  # in the application's sandbox: where a driver looks for the socket
OWNER = "candidate"
SETUP_SECONDS = 30.0
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


@dataclass(frozen=True, kw_only=True)
class Service:
    """A database that runs: its socket, and what its sandbox prints, piece by piece."""

    endpoint: Endpoint
    pieces: list[bytes] = field(default_factory=list)

    @property
    def output(self) -> bytes:
        """What was printed so far: lines of JSON."""
        return b"".join(self.pieces)


def url(packages: Iterable[str], database: str = "app") -> str:
    """Return the URL by which SQLAlchemy reaches a database, by the driver among `packages`."""
    known = frozenset(packages)
    dialect = next((name for package, name in DRIVERS if package in known), "postgresql")
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
    service = Service(endpoint=sandbox.endpoint(Zone.CANDIDATE))
    over = threading.Event()
    command = Command(
        argv=(
            *(sandbox.interpreters()[0].path, f"{SERVICE_PATH}/postgres.py"),
            *(service.endpoint.bind, f"{PROGRAMS_PATH}/{PROGRAMS}", "log" if log else "quiet"),
        ),
        zone=Zone.CANDIDATE,
        mounts=(
            Mount(folder=programs, target=PROGRAMS_PATH),
            Mount(folder=sandbox.folder(SERVICE), target=SERVICE_PATH),
            Mount(folder=sandbox.folder(CANDIDATE), target=GUEST_PATH),
        ),
        environment=(("PYTHONPATH", GUEST_PATH),),
        limits=Limits(
            wall_seconds=seconds + SETUP_SECONDS,
            tmp_bytes=512 * MIB,
            output_bytes=64 * MIB,
            cpu_weight=200,
        ),
        serves=service.endpoint,
        label="PostgreSQL",
    )
    ended: list[str] = []
    told: list[str] = []

    def run() -> None:
        # The thread that starts a sandbox must live as long as it does.
        try:
            outcome = sandbox.run(command, on_stdout=service.pieces.append, cancelled=over.is_set)
            ended.append(outcome.ended.value)
            told.append(outcome.stderr.decode(errors="replace"))
        except StageError as error:
            ended.append(error.message)

    runner = threading.Thread(target=run, name="postgres")
    runner.start()
    try:
        yield service
    finally:
        over.set()
        runner.join()
    if b'{"ready": true}' not in service.output:
        why = ": ".join((*ended, *(one[-500:].strip() for one in told)))
        raise StageError(f"PostgreSQL did not start: {why or 'no word'}")
    lacking = EXTENSIONS & {name for one in told for name in _LACKING.findall(one)}
    if lacking:
        raise StageError(
            f"our PostgreSQL has no extension {', '.join(sorted(lacking))}, which is asked for",
            hint="Run the migrations by hand, and decide on these criteria in a review.",
        )

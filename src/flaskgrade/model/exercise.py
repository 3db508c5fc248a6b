"""An exercise: the task, how the submission starts, and the hidden tests that examine it."""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path


class DatabaseKind(Enum):
    """Which database a submission is given."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"


REDIS = "redis"  # a service
SERVICES = (REDIS,)
WEB = "web"  # the web application among its processes


@dataclass(frozen=True, kw_only=True)
class AcceptanceTest:
    """A hidden test: a pytest node id without parameters, and the criteria that it bears on."""

    id: str  # "test_rooms.py::test_a_room_can_be_read_back"
    title: str  # first line of its docstring
    criteria: tuple[str, ...]
    brief: tuple[str, ...] = ()  # the words of the brief that it enforces


@dataclass(frozen=True, kw_only=True)
class OwnServer:
    """A server that the submission brings: it listens on a TCP port of the loopback interface."""

    command: tuple[str, ...]  # argv after `python -m`
    port: int


@dataclass(frozen=True, kw_only=True)
class BesideProcess:
    """A process that runs beside the web application, such as a worker."""

    name: str
    command: tuple[str, ...]  # argv after `python -m`


@dataclass(frozen=True, kw_only=True)
class Launch:
    """How the submission is prepared and served."""

    app: str = "auto"  # "auto" is Flask's own discovery; else a FLASK_APP value
    prepare: tuple[tuple[str, ...], ...] = ()  # argv after `python -m`: (("flask","db","upgrade"),)
    # May use {scratch} for a private writable folder, {database}, {redis}, {downstream} for URLs.
    environment: tuple[tuple[str, str], ...] = ()
    workers: int = 2
    threads: int = 4
    start_seconds: float = 20.0
    database: DatabaseKind = DatabaseKind.SQLITE
    own_server: OwnServer | None = None  # None: gunicorn serves the app
    services: tuple[str, ...] = ()  # besides the database: "redis", by {redis} in `environment`
    processes: tuple[BesideProcess, ...] = ()
    downstream: bool = False  # whether hidden tests play a service that the app calls


@dataclass(frozen=True, kw_only=True)
class Ceiling:
    """Points of 100 that work which nobody did may earn under the exercise's own rubric."""

    starter: float = 5.0  # the untouched starter
    empty: float = 5.0  # an app without a route


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """An exercise folder as a value."""

    name: str
    title: str
    version: int
    folder: Path
    digest: str  # of all that bears on a score: exercise.yaml and acceptance/
    launch: Launch = field(default_factory=Launch)
    tests: tuple[AcceptanceTest, ...] = ()
    criteria: tuple[str, ...] = ()  # structural criteria that this exercise asks for, such as M1
    test_seconds: float = 10.0  # one acceptance test
    run_seconds: float = 120.0  # all of them
    level: str = "mid"  # the rubric used where none is named
    use_case: str = ""  # "REST API", in a few words
    time_box_minutes: int | None = None  # what the brief asks of a candidate
    protected: tuple[str, ...] = ()  # files of the starter to leave alone, as globs
    at_most: Ceiling = field(default_factory=Ceiling)

    @property
    def acceptance(self) -> Path:
        """The folder of hidden tests."""
        return self.folder / "acceptance"

    @property
    def brief(self) -> Path:
        """What the candidate reads."""
        return self.folder / "brief.md"

    @property
    def starter(self) -> Path:
        """The folder that the candidate starts from."""
        return self.folder / "starter"

    @property
    def named(self) -> tuple[str, ...]:
        """The criteria that the brief asks for, each once: of the outside, then of the inside."""
        outside = (criterion for test in self.tests for criterion in test.criteria)
        return tuple(dict.fromkeys((*outside, *self.criteria)))

"""How a submission is started: which app, with which environment, as a command for the sandbox."""

import json
from dataclasses import dataclass

from flaskgrade import redis_server
from flaskgrade.database import SOCKETS
from flaskgrade.flaskapp.entry import FACTORY_NAMES, written_apps
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.guest import CANDIDATE, GUEST_PATH
from flaskgrade.model.environment import ENVIRONMENT_PATH, Declaration, Environment, Folder
from flaskgrade.model.exercise import BesideProcess, Launch
from flaskgrade.model.submission import Submission
from flaskgrade.sandbox.base import (
    SCRATCH,
    Access,
    Command,
    Endpoint,
    Limits,
    Mount,
    Sandbox,
    Zone,
)

WORK_PATH = "/app"
SCRATCH_FOLDER = f"{SCRATCH}/scratch"
SQLITE = "sqlite:///{scratch}/app.db"
MOST_APPS = 6
AWAITED = 400  # the examination is the longest chain: what else runs yields to it

# A submission that asks for its settings in the usual ways gets harmless ones, so that an app
# which refuses to start without them can be graded without an exercise that names them.
DEFAULT_SETTINGS = (
    ("DATABASE_URL", "{database}"),
    ("SECRET_KEY", "flaskgrade-scratch-secret-key-0123456789abcdef"),
)


DOWNSTREAM_PORT = 9100


@dataclass(frozen=True, kw_only=True)
class Door:
    """A port of the application's loopback interface that leads to a socket."""

    port: int
    endpoint: Endpoint
    awaited: bool = True  # whether the application waits until the socket is there


@dataclass(frozen=True, kw_only=True)
class Start:
    """How to start the app: FLASK_APP values, likeliest first, and all settings."""

    apps: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    launch: Launch
    database: Endpoint | None = None  # of a server; SQLite needs none
    doors: tuple[Door, ...] = ()

    @property
    def reached(self) -> tuple[Endpoint, ...]:
        """All sockets that the application's sandbox connects to."""
        own = (self.database,) if self.database else ()
        return (*own, *(door.endpoint for door in self.doors))


def plan_start(
    submission: Submission,
    facts: ProjectFacts,
    declaration: Declaration,
    launch: Launch | None,
    *,
    url: str = SQLITE,
    database: Endpoint | None = None,
    doors: tuple[Door, ...] = (),
) -> Start:
    """Decide how to start a submission; `launch` is the exercise's word, None without one.

    `url` is where it finds its database, `database` the socket behind it where there is one.
    `doors` are the ports by which it finds services.
    """
    chosen = launch or Launch()
    apps = (chosen.app,) if chosen.app != "auto" else find_apps(submission, facts)
    settings = chosen.environment if launch else DEFAULT_SETTINGS
    roots = ":".join(
        WORK_PATH if root == "." else f"{WORK_PATH}/{root}" for root in declaration.source_roots
    )
    return Start(
        apps=apps,
        settings=(
            *((key, _filled(value, url)) for key, value in settings),
            ("PYTHONPATH", f"{GUEST_PATH}:{roots}"),
            ("FLASKGRADE_APPS", json.dumps(apps)),
            *((("FLASK_APP", chosen.app),) if chosen.own_server and chosen.app != "auto" else ()),
        ),
        launch=chosen,
        database=database,
        doors=doors,
    )


def _filled(value: str, url: str) -> str:
    for placeholder, text in (
        ("{database}", url),
        ("{scratch}", SCRATCH_FOLDER),
        ("{redis}", redis_server.URL),
        ("{downstream}", f"http://127.0.0.1:{DOWNSTREAM_PORT}"),
    ):
        value = value.replace(placeholder, text)
    return value


def find_apps(submission: Submission, facts: ProjectFacts) -> tuple[str, ...]:
    """Return FLASK_APP values to try, the likeliest first.

    The submission's own word comes before Flask's own search, that before what the source shows.
    """
    written = written_apps((file.path for file in submission.files), submission.text)
    searched = [""] if submission.has("wsgi.py") or submission.has("app.py") else []
    usual = sorted(facts.factories, key=lambda f: (f.name not in FACTORY_NAMES, f.module))
    factories = [f"{factory.module}:{factory.name}" for factory in usual]
    modules = [
        f"{_module(app.location.path)}:{app.variable}"
        for app in facts.apps
        if app.function is None and app.variable
    ]
    unique = tuple(dict.fromkeys([*written, *searched, *factories, *modules]))
    return unique[:MOST_APPS] or ("",)


def _module(path: str) -> str:
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    return ".".join(parts[1:] if parts[0] == "src" else parts)


def candidate_command(
    *argv: str,
    sandbox: Sandbox,
    source: Folder,
    environment: Environment,
    start: Start,
    limits: Limits,
    serves: Endpoint | None = None,
    label: str,
) -> Command:
    """Return a command that runs `python ARGV` on the submission in the candidate sandbox."""
    return Command(
        argv=(
            "/bin/sh",
            "-c",
            _prepared(start, environment.python),
            "sh",
            environment.python,
            *argv,
        ),
        zone=Zone.CANDIDATE,
        mounts=(
            Mount(folder=environment.folder, target=ENVIRONMENT_PATH),
            Mount(folder=sandbox.folder(CANDIDATE), target=GUEST_PATH),
            Mount(folder=source, target=WORK_PATH, access=Access.COPY),
        ),
        environment=start.settings,
        cwd=WORK_PATH,
        limits=limits,
        serves=serves,
        connects=start.reached,
        label=label,
    )


def _prepared(start: Start, python: str) -> str:
    """Return the shell program that prepares the sandbox and becomes what is run in it."""
    steps = f"mkdir -p {SCRATCH_FOLDER}{_way_to_database(start.database)}"
    return f'{steps}{_open_doors(start.doors, python)} && exec "$@"'


def _way_to_database(database: Endpoint | None) -> str:
    """Return what puts a server's socket where drivers look for it, once it is there."""
    if database is None:
        return ""
    return f" {SOCKETS} && ln -s {database.path} {SOCKETS}/.s.PGSQL.5432{_waiting(database)}"


def _open_doors(doors: tuple[Door, ...], python: str) -> str:
    """Return what opens the ports that lead to services, once these are there."""
    if not doors:
        return ""
    words = " ".join(f"{door.port}={door.endpoint.path}" for door in doors)
    waiting = "".join(_waiting(door.endpoint) for door in doors if door.awaited)
    return f"{waiting} && {python} -I -S {GUEST_PATH}/flaskgrade_doors.py {words}"


def _waiting(endpoint: Endpoint) -> str:
    return f" && until [ -S {endpoint.path} ]; do sleep 0.02; done"


def serve_command(
    *,
    sandbox: Sandbox,
    source: Folder,
    environment: Environment,
    start: Start,
    endpoint: Endpoint,
    seconds: float,
) -> Command:
    """Return the command that serves the submission on the endpoint for at most `seconds`."""
    launch = start.launch
    return candidate_command(
        f"{GUEST_PATH}/flaskgrade_serve.py",
        endpoint.bind,
        str(launch.workers),
        str(launch.threads),
        json.dumps(launch.prepare),
        *((str(own.port), *own.command) if (own := launch.own_server) else ()),
        sandbox=sandbox,
        source=source,
        environment=environment,
        start=start,
        limits=Limits(wall_seconds=seconds, cpu_weight=AWAITED),
        serves=endpoint,
        label="serve",
    )


def process_command(
    *,
    sandbox: Sandbox,
    source: Folder,
    environment: Environment,
    start: Start,
    process: BesideProcess,
    seconds: float,
) -> Command:
    """Return the command of a process beside the web application, for at most `seconds`."""
    return candidate_command(
        f"{GUEST_PATH}/flaskgrade_process.py",
        *process.command,
        sandbox=sandbox,
        source=source,
        environment=environment,
        start=start,
        limits=Limits(wall_seconds=seconds, cpu_weight=AWAITED),
        label=process.name,
    )

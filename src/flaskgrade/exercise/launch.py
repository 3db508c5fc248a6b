"""Read how an exercise's submissions are started: `launch` of exercise.yaml."""

import re

from flaskgrade.model.exercise import (
    SERVICES,
    WEB,
    BesideProcess,
    DatabaseKind,
    Launch,
    OwnServer,
)
from flaskgrade.yamlfile import Value

VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"
PROCESS = r"[a-z][a-z0-9-]{0,29}"
MOST_PROCESSES = 8
LAUNCH_KEYS = (
    *("app", "prepare", "environment", "workers", "threads", "start_seconds", "own_server"),
    *("database", "services", "processes", "downstream"),
)
DATABASES = tuple(kind.value for kind in DatabaseKind)
PLACEHOLDERS = frozenset({"{scratch}", "{database}", "{redis}", "{downstream}"})
OWN_SERVER_KEYS = ("command", "port")

_PLACEHOLDER = re.compile(r"\{[A-Za-z_]+\}")  # what could be meant as one; not JSON
_DEFAULT = Launch()


def read_launch(value: Value) -> Launch:
    """Return how submissions are started. Raises FileError with the line of what is wrong."""
    table = value.table().allow(optional=LAUNCH_KEYS)
    app, prepare, environment = table.get("app"), table.get("prepare"), table.get("environment")
    workers, threads = table.get("workers"), table.get("threads")
    own_server, database = table.get("own_server"), table.get("database")
    services, processes = table.get("services"), table.get("processes")
    downstream = table.get("downstream")
    launch = Launch(
        app=app.text() if app else _DEFAULT.app,
        prepare=tuple(_argv(each) for each in prepare.items()) if prepare else (),
        environment=_environment(environment) if environment else (),
        workers=workers.integer(at_least=1, at_most=16) if workers else _DEFAULT.workers,
        threads=threads.integer(at_least=1, at_most=64) if threads else _DEFAULT.threads,
        start_seconds=read_seconds(table.get("start_seconds"), _DEFAULT.start_seconds, longest=600),
        own_server=_own_server(own_server) if own_server else None,
        database=DatabaseKind(database.choice(DATABASES)) if database else _DEFAULT.database,
        services=_services(services) if services else (),
        processes=_processes(processes) if processes else (),
        downstream=downstream.flag() if downstream else False,
    )
    if environment:
        _check_placeholders(environment, launch)
    return launch


def _own_server(value: Value) -> OwnServer:
    table = value.table().allow(required=OWN_SERVER_KEYS)
    return OwnServer(
        command=_argv(table["command"]), port=table["port"].integer(at_least=1, at_most=65535)
    )


def _argv(value: Value) -> tuple[str, ...]:
    words = tuple(word.text() for word in value.items())
    if not words:
        raise value.error("must name a module and its arguments, such as [flask, db, upgrade]")
    return words


def _services(value: Value) -> tuple[str, ...]:
    services: list[str] = []
    for each in value.items():
        if each.text() in DATABASES:
            raise each.error(
                f"{each.text()} is no service beside the database",
                hint=f"Write `database: {each.text()}` under `launch:`.",
            )
        service = each.choice(SERVICES)
        if service in services:
            raise each.error(f"{service} is listed twice")
        services.append(service)
    return tuple(services)


def _processes(value: Value) -> tuple[BesideProcess, ...]:
    named = value.table().named(PROCESS, of="the name of a process, such as worker")
    for name, each in named:
        if name == WEB:
            raise each.error(
                f"{WEB} is the web application itself",
                hint="Processes are what runs beside it, such as `worker`.",
            )
    if len(named) > MOST_PROCESSES:
        raise value.error(f"more than {MOST_PROCESSES} processes")
    return tuple(BesideProcess(name=name, command=_argv(each)) for name, each in named)


def _environment(value: Value) -> tuple[tuple[str, str], ...]:
    pairs = []
    for key, each in value.table().named(VARIABLE, of="the name of an environment variable"):
        text = each.text(longest=2000)
        for placeholder in _PLACEHOLDER.findall(text):
            if placeholder not in PLACEHOLDERS:
                raise each.error(
                    f"unknown placeholder {placeholder}",
                    hint="There is {scratch}, a private folder that the app may write to, "
                    "{database}, the URL of its database, {redis} and {downstream}.",
                )
        pairs.append((key, text))
    return tuple(pairs)


def _check_placeholders(environment: Value, launch: Launch) -> None:
    """Raise FileError for a URL of what is not there, or is not what it seems."""
    shared = not launch.processes or launch.database is DatabaseKind.POSTGRES
    for placeholder, there, message, hint in (
        (
            *("{redis}", "redis" in launch.services, "there is no Redis"),
            "Write `services: [redis]` under `launch:`.",
        ),
        (
            *("{downstream}", launch.downstream, "hidden tests play no downstream"),
            "Write `downstream: true` under `launch:`.",
        ),
        (
            *("{database}", shared, "processes share no file, so no SQLite, with the web app"),
            "Write `database: postgres` under `launch:`.",
        ),
    ):
        for _, each in environment.table().named(VARIABLE, of="the name of a variable"):
            if placeholder in each.text(longest=2000) and not there:
                raise each.error(f"{placeholder}: {message}", hint=hint)


def read_seconds(value: Value | None, otherwise: float, *, longest: int) -> float:
    """Return a number of seconds that is more than 0; without a value, `otherwise`."""
    if value is None:
        return otherwise
    seconds = value.number(at_most=longest)
    if seconds <= 0:
        raise value.error("must be more than 0 seconds")
    return float(seconds)

"""Run the migrations in several ways, and hand the database over after each step.

    flaskgrade_migrate.py PHASES_JSON [SOCKET MODELS_URL]

SOCKET is that of a database server of ours, MODELS_URL a database of it for the models; without
them the database is a SQLite file. PHASES_JSON is a list of phases, each a list of steps, each a
list of words:

    ["flask", "db", "upgrade"]        a command of the application's
    ["alembic", "-c", INI, "upgrade", "head"]   a command of Alembic's own
    ["rows"]                          put rows into every table that there is
    ["models", DIRECTORY or INI]      make a database from the models instead
    ["wipe"]                          drop every table

A step that fails ends its phase. One process runs them all: starting Flask again for each would
cost more than the migrations. After each step one line of JSON tells how it ended. It holds the
SQLite database as it is then, as base64, which the host has read by the examiner; or a number under
which the server's sandbox tells of its database. So what counts is the database and not this
process's word.
"""

import base64
import contextlib
import json
import os
import sqlite3
import sys
import traceback
from pathlib import Path

import flaskgrade_discovery as discovery
import flaskgrade_models as models
import flaskgrade_rows as rows
import flaskgrade_server as server

MAGIC = b"SQLite format 3\x00"
LIMIT = 4 * 1024 * 1024
PLACES = ("/tmp", "/app")  # noqa: S108 - a private tmpfs and the private copy of the submission


def database():
    """Return the path of the newest SQLite file under the writable places, or None."""
    found = []
    for place in PLACES:
        for path in Path(place).rglob("*"):
            with contextlib.suppress(OSError):
                if (
                    path.name != models.NAME
                    and path.is_file()
                    and not path.is_symlink()
                    and path.stat().st_size <= LIMIT
                ):
                    with path.open("rb") as handle:
                        if handle.read(16) == MAGIC:
                            found.append((path.stat().st_mtime_ns, str(path)))
    return max(found)[1] if found else None


def wipe(path):
    """Drop every table of a SQLite database."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for kind in ("view", "table"):
            named = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite_%'",
                (kind,),
            )
            for (name,) in named.fetchall():
                quoted = name.replace('"', '""')
                connection.execute(f'DROP {kind} "{quoted}"')
        connection.commit()


def alembic(_, words):
    """Run a command of Alembic's and return its exit code."""
    from alembic.config import CommandLine

    try:
        CommandLine(prog="alembic").main(argv=words)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    return 0


COMMANDS = {"flask": discovery.invoke, "alembic": alembic}
ORDERS = {"wipe": "WIPE", "rows": "FILL"}


class File:
    """A SQLite database, wherever the application keeps it."""

    def run(self, app, kind, words):
        """Run one step; return its exit code and what to tell of the database."""
        code, path = self.step(app, kind, words)
        content = b""
        with contextlib.suppress(OSError):
            content = Path(path).read_bytes() if path else b""
        return code, {"database": base64.b64encode(content).decode()}

    def step(self, app, kind, words):
        """Run one step; return its exit code and the path of the database."""
        if kind in COMMANDS:
            return COMMANDS[kind](app, words), database()
        if kind == "models":
            return 0, models.file(app, words)
        path = database()
        if path is None:
            return 1, None
        {"wipe": wipe, "rows": rows.insert}[kind](path)
        return 0, path


class Served:
    """The database of a server, which is told what to do with it."""

    def __init__(self, socket, models_url):
        self.socket, self.models_url = socket, models_url
        self.number = 0

    def run(self, app, kind, words):
        """Run one step; return its exit code and the number that the server has for it."""
        self.number += 1
        code, name, order = 0, "app", ORDERS.get(kind, "TELL")
        if kind in COMMANDS:
            code = COMMANDS[kind](app, words)
        elif kind == "models":
            name = "models"
            models.create(app, words, self.models_url)
        amount = [rows.ROWS] if kind == "rows" else []
        server.order(self.socket, order, self.number, name, *amount)
        return code, {"number": self.number}


def main(phases, *given):
    """Run the phases in order."""
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    discovery.runs_main()
    _, app = discovery.load()
    kept = Served(*given) if given else File()
    for number, phase in enumerate(phases):
        for step, (kind, *words) in enumerate(phase):
            print("$ " + " ".join((kind, *words)), file=sys.stderr, flush=True)
            try:
                code, found = kept.run(app, kind, words)
            except BaseException:  # noqa: BLE001 - a submission may raise anything
                traceback.print_exc()
                code, found = 1, {}
            told = {"phase": number, "step": step, "code": code, **found}
            stream.write(json.dumps(told) + "\n")
            stream.flush()
            if code != 0:
                break


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), *sys.argv[2:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)

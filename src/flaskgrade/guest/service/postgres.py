"""Serve a PostgreSQL of a submission's own on a Unix socket, and tell what is in it.

    postgres.py BIND BINARIES LOG

BIND is gunicorn's --bind value for the socket, BINARIES the folder of PostgreSQL's programs, LOG is
`log` where each statement is to be told.

The socket takes PostgreSQL's protocol, and a line in its place:

    TELL NUMBER DATABASE        print what is in a database
    FILL NUMBER DATABASE ROWS   put so many rows into every table, then print
    WIPE NUMBER DATABASE        drop all that is in a database, then print

The gate of it all is shut and opened by signals (see gate.py).

Each order is answered by a line when it is done. Printed are lines of JSON on stdout, of a form
that `schema.py` has for SQLite: {"number": …, "schema": …}; and {"statement": milliseconds since
1970}.

The server runs the submission's SQL, as an owner of its databases who is no superuser, and so do
these orders: a trigger, a cast or a check of the submission's may run in them.
"""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import flaskgrade_relay as relay
import gate

DATA, SOCKETS = Path("/tmp/data"), Path("/tmp/pg")  # noqa: S108 - a private tmpfs
ADMIN, OWNER = "postgres", "candidate"
DATABASES = ("app", "models")
SCRIPTS = Path(__file__).parent
PATIENCE = 30.0  # seconds, for one order
FIRST_BYTE = 0  # of PostgreSQL's protocol: the high byte of a length
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_directories": str(SOCKETS),
    "fsync": "off",  # nothing of it is to outlive the sandbox
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_size": "32MB",
    "min_wal_size": "2MB",
    "autovacuum": "off",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "dynamic_shared_memory_type": "mmap",  # /dev/shm is small
    "log_line_prefix": "%n %u ",
}
STATEMENT = re.compile(rb"(\d+\.\d+) candidate LOG:  (?:statement|execute [^:]*): ")


class Server:
    """A PostgreSQL that was just made."""

    def __init__(self, programs, *, log):
        self._programs = Path(programs)
        self._password = secrets.token_hex(16)
        self._output = threading.Lock()
        self._make()
        settings = {**SETTINGS, "log_statement": "all" if log else "none"}
        self.process = subprocess.Popen(
            [
                self._programs / "postgres",
                *("-D", DATA),
                *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
            ],
            stderr=subprocess.PIPE,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _make(self):
        """Make the files of an empty server."""
        secret = Path("/tmp/password")  # noqa: S108 - a private tmpfs
        secret.write_text(self._password)
        SOCKETS.mkdir(mode=0o700)
        subprocess.run(
            [
                self._programs / "initdb",
                *("-D", DATA, "-U", ADMIN, "--pwfile", secret),
                *("--locale", "C", "--encoding", "UTF8", "--no-sync", "--wal-segsize", "1"),
                *("--auth", "scram-sha-256", "--no-instructions"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        secret.unlink()
        access = f"local all {OWNER} trust\nlocal all all scram-sha-256\n"
        (DATA / "pg_hba.conf").write_text(access)

    def _listen(self):
        """Hand the log on, and tell of statements."""
        for line in self.process.stderr:
            if found := STATEMENT.match(line):
                self.say({"statement": round(float(found[1]) * 1000)})
            elif not line.startswith(b"\t"):
                sys.stderr.buffer.write(line)
                sys.stderr.flush()

    def say(self, event):
        """Print a line, whole."""
        with self._output:
            sys.stdout.write(json.dumps(event) + "\n")
            sys.stdout.flush()

    def ask(self, script, database="postgres", user=OWNER, **values):
        """Run SQL; return what it prints. Raises CalledProcessError, TimeoutExpired."""
        words = [word for name, value in values.items() for word in ("-v", f"{name}={value}")]
        done = subprocess.run(
            [
                *(self._programs / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", *words),
                *("-h", SOCKETS, "-U", user, "-d", database),
            ],
            input=script.encode(),
            capture_output=True,
            check=True,
            timeout=PATIENCE,
            env={**os.environ, "PGPASSWORD": self._password, "PGCLIENTENCODING": "UTF8"},
        )
        return done.stdout.decode("utf-8", "replace")

    def begin(self):
        """Wait until it answers, then make the owner and the databases."""
        while True:
            try:
                self.ask("SELECT 1", user=ADMIN)
                break
            except subprocess.CalledProcessError:
                if self.process.poll() is not None:
                    sys.exit("PostgreSQL did not start")
                time.sleep(0.02)
        self.ask(f"CREATE ROLE {OWNER} LOGIN", user=ADMIN)
        for name in DATABASES:
            self.ask(f"CREATE DATABASE {name} OWNER {OWNER}", user=ADMIN)

    def obey(self, order):
        """Carry out one line."""
        word, number, database, *rest = order.split()
        if database not in DATABASES:
            return
        schema = None
        with suppress(subprocess.SubprocessError, ValueError):
            if word == "WIPE":
                self.ask((SCRIPTS / "wipe.sql").read_text(), database)
            elif word == "FILL":
                self.ask((SCRIPTS / "fill.sql").read_text(), database, rows=int(rest[0]))
            schema = json.loads(self.ask((SCRIPTS / "tell.sql").read_text(), database))
            versions = schema["tables"].get("alembic_version", {"rows": []})["rows"]
            schema["revision"] = sorted(str(row.get("version_num"))[:64] for row in versions)
        self.say({"number": int(number), "schema": schema})


def answer(connection, server):
    """Lead a connection to the server, or carry out the order that it brings."""
    with suppress(OSError, ValueError):
        first = connection.recv(1, socket.MSG_PEEK)
        if first and first[0] != FIRST_BYTE:
            with connection, connection.makefile("rwb") as stream:
                server.obey(stream.readline(200).decode("ascii", "replace"))
                stream.write(b"done\n")
            return
        inside = socket.socket(socket.AF_UNIX)
        inside.connect(str(SOCKETS / ".s.PGSQL.5432"))
        relay.lead(connection, inside)


def main(bind, programs, log):
    """Serve until the server ends."""
    gate.block_signals()
    server = Server(programs, log=log == "log")
    server.begin()
    threading.Thread(target=relay.end_with, args=(server.process,), daemon=True).start()
    gate.serve(bind, lambda connection: answer(connection, server), server.say)


if __name__ == "__main__":
    main(*sys.argv[1:])

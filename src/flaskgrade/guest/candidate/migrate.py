"""Run the migrations up, down and up again, and hand the database over after each step.

    migrate.py STEPS_JSON

STEPS_JSON is a list of argument lists for `flask`, such as [["db", "upgrade"]]. One process runs
them all: starting Flask again for each would cost more than the migrations. After each step one
line of JSON tells how it ended and holds the SQLite database as it is then, as base64: the host
has it read by the examiner, so that what counts is the database and not this process's word.
"""

import base64
import contextlib
import json
import os
import sys
from pathlib import Path

import discovery

MAGIC = b"SQLite format 3\x00"
LIMIT = 4 * 1024 * 1024
PLACES = ("/tmp", "/app")  # noqa: S108 - a private tmpfs and the private copy of the submission


def database():
    """Return the newest SQLite file under the writable places: (path, bytes), or (None, b"")."""
    found = []
    for place in PLACES:
        for path in Path(place).rglob("*"):
            with contextlib.suppress(OSError):
                if path.is_file() and not path.is_symlink() and path.stat().st_size <= LIMIT:
                    with path.open("rb") as handle:
                        if handle.read(16) == MAGIC:
                            found.append((path.stat().st_mtime_ns, str(path)))
    if not found:
        return None, b""
    newest = max(found)[1]
    return newest, Path(newest).read_bytes()


def main(steps):
    """Run the steps in order; a failing step ends them."""
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    discovery.runs_main()
    _, app = discovery.load()
    for step in steps:
        print("$ flask " + " ".join(step), file=sys.stderr, flush=True)
        code = discovery.invoke(app, step)
        path, content = database()
        told = {"step": step, "code": code, "path": path}
        told["database"] = base64.b64encode(content).decode()
        stream.write(json.dumps(told) + "\n")
        stream.flush()
        if code != 0:
            return 1
    return 0


if __name__ == "__main__":
    code = main(json.loads(sys.argv[1]))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)

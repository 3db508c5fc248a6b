"""Ask for pages one after the other and tell when each was asked for and answered.

    python -I pages.py SOCKET START_SECONDS TIMES SPEC

SPEC is a JSON list of paths; or the path of an exercise's `queries.py` and, after a colon, the
numbers of rows to add before each round, such as `/hidden/queries.py:2,10`. Its `grow(http, rows)`
adds rows, its `pages(http)` returns paths with headers.

Waits for the app, then asks for each path TIMES times in each round. Each answer is a line of JSON
on stdout: the round, the path, the status (null for none), the bytes of the body, and when it began
and ended, in milliseconds since 1970, so that what a database server did meanwhile can be told.
"""

from __future__ import annotations

import json
import runpy
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))

from client import Client, Failure  # type: ignore[import-not-found] # noqa: E402 - beside this file

APART = 0.01  # seconds between two answers and questions: whose statement it was must be clear


def now() -> int:
    """Return the time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def ready(client: Client, seconds: float) -> bool:
    """Ask for `/` until there is an answer of whatever kind."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            client.get("/")
        except Failure:
            time.sleep(0.05)
        else:
            return True
    return False


def ask(client: Client, pages: Sequence[tuple[str, Mapping[str, str]]], times: int, turn: int) -> None:
    """Ask for each page so many times."""
    for path, headers in pages:
        for _ in range(times):
            client.journal.clear()
            time.sleep(APART)
            began, status, size = now(), None, 0
            try:
                reply = client.get(path, headers=headers)
                status, size = reply.status, len(reply.body)
            except Failure:
                pass
            told = {"path": path, "status": status, "bytes": size, "began": began, "ended": now()}
            print(json.dumps({"round": turn, **told}), flush=True)  # noqa: T201 - the host listens


def main(socket_path: str, start_seconds: str, times: str, spec: str) -> None:
    """Ask for everything."""
    client = Client(socket_path)
    if not ready(client, float(start_seconds)):
        return
    if spec.startswith("["):
        ask(client, [(path, {}) for path in json.loads(spec)], int(times), 0)
        return
    file, _, amounts = spec.rpartition(":")
    told = runpy.run_path(file)
    for turn, rows in enumerate(map(int, amounts.split(","))):
        told["grow"](client, rows)
        ask(client, told["pages"](client), int(times), turn)


if __name__ == "__main__":
    main(*sys.argv[1:])

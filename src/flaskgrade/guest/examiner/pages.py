"""Ask for pages one after the other and tell when each was asked for and answered.

    python -I pages.py SOCKET START_SECONDS TIMES PATHS_JSON

Waits for the app, then asks for each path TIMES times. Each answer is a line of JSON on stdout:
the path, the status (null for none), the bytes of the body, and when it began and ended, in
milliseconds since 1970, so that what a database server did meanwhile can be told apart.
"""

from __future__ import annotations

import json
import sys
import time
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


def main(socket_path: str, start_seconds: str, times: str, paths: str) -> None:
    """Ask for everything."""
    client = Client(socket_path)
    if not ready(client, float(start_seconds)):
        return
    for path in json.loads(paths):
        for _ in range(int(times)):
            client.journal.clear()
            time.sleep(APART)
            began, status, size = now(), None, 0
            try:
                reply = client.get(path)
                status, size = reply.status, len(reply.body)
            except Failure:
                pass
            told = {"path": path, "status": status, "bytes": size, "began": began, "ended": now()}
            print(json.dumps(told), flush=True)  # noqa: T201 - the host listens


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The examiner as a program by itself: an app on a Unix socket, a folder of hidden tests."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer

import pytest

from flaskgrade.guest import EXAMINER

EXAMINE = EXAMINER / "examine.py"
LIMITS = ("20", "10")  # seconds to start, and for a test
HIDDEN = """
def test_it_greets(http):
    assert http.get("/").json() == {"greeting": "hello"}


def test_it_stands_alone(processes, services):
    assert processes["web"] and not list(services)
"""


class Greeter(BaseHTTPRequestHandler):
    """An app that greets whoever asks."""

    def do_GET(self) -> None:
        """Answer with a greeting."""
        body = json.dumps({"greeting": "hello"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        """Return a name: a Unix socket's client has none."""
        return "client"

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Path]:
    """Serve the greeter."""
    socket = tmp_path / "app.sock"
    with ThreadingUnixStreamServer(str(socket), Greeter) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield socket
        server.shutdown()


def test_without_a_plan_it_examines_one_process_that_needs_nothing(
    door: Path, tmp_path: Path
) -> None:
    """So a script by hand can call it, as benchmarks/by_hand.sh does."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "test_greeting.py").write_text(HIDDEN)
    command = [sys.executable, "-I", str(EXAMINE), str(door), *LIMITS, "by-hand", "written"]

    ended = subprocess.run(
        [*command, str(hidden)], capture_output=True, text=True, check=False, timeout=60
    )

    events = [json.loads(line) for line in ended.stdout.splitlines()]
    tests = [one for one in events if one["event"] == "test"]
    assert ended.returncode == 0, ended.stderr
    assert [(one["outcome"], one.get("message")) for one in tests] == [("passed", "")] * 2

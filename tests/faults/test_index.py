"""A package index in every state but a good one: no point is lost, and what to do is said."""

import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flaskgrade.model.report import Report
from tests.environment.packages import wheel
from tests.faults.bench import WORKS, Bench, assert_ours, is_open, seeded

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

LOGIN = b"<!doctype html><html><h1>Log in to the network</h1><a href='/login'>Log in</a></html>"


def offered(name: str) -> tuple[str, bytes]:
    """Return the file name and the content of a project's one wheel."""
    return wheel(name, "3.1.3" if name == "flask" else "99.0")


class Bad(ThreadingHTTPServer):
    """An index with one fault."""

    daemon_threads = True

    def __init__(self, fault: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.fault = fault


class Handler(BaseHTTPRequestHandler):
    """Answers as the fault will have it."""

    server: Bad

    def do_HEAD(self) -> None:
        """Refuse: an index need not know it."""
        self.answer(405, b"")

    def do_GET(self) -> None:
        """Answer."""
        fault = self.server.fault
        if fault.isdecimal():
            self.answer(int(fault), LOGIN)
        elif fault == "login":
            self.answer(200, LOGIN)
        elif fault == "drips":
            self.drip()
        elif self.path.endswith(".whl"):
            content = offered(self.path.rpartition("/")[2].partition("-")[0])[1]
            cut = len(content) // 2 if fault in {"truncated", "cut off"} else len(content)
            self.answer(200, content[:cut], length=len(content) if fault == "cut off" else cut)
        else:
            self.project(self.path.strip("/").rpartition("/")[2], fault)

    def project(self, name: str, fault: str) -> None:
        """Offer one wheel of any project, by a hash that is right or wrong."""
        file, content = offered(name)
        digest = hashlib.sha256(content if fault != "wrong hash" else b"").hexdigest()
        self.answer(200, f'<a href="/files/{file}#sha256={digest}">{file}</a>'.encode())

    def answer(self, status: int, body: bytes, *, length: int | None = None) -> None:
        """Send an answer, as long as is said or not."""
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.close_connection = True

    def drip(self) -> None:
        """Send a page that never ends."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.2)
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def bad(fault: str) -> Iterator[str]:
    """Serve an index with a fault; yield its address."""
    if fault == "dead":
        yield "http://127.0.0.1:9/simple"
        return
    if fault == "silent":
        with socket.create_server(("127.0.0.1", 0)) as listener:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/simple"
        return
    with Bad(fault) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()
        thread.join()


@pytest.fixture
def seed(bench: Bench, tmp_path: Path) -> Bench:
    """Give a bench whose cache has the tools, and no package."""
    cache = seeded(bench.cache, tmp_path / "seeded", "stored")
    return Bench.in_folder(tmp_path / "seed", cache, WORKS)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("dead", "UV_DEFAULT_INDEX"),
        ("silent", "UV_DEFAULT_INDEX"),
        ("drips", "UV_DEFAULT_INDEX"),
        ("login", "a proxy answers in its place"),
        ("500", "UV_DEFAULT_INDEX"),
        ("403", "UV_DEFAULT_INDEX"),
        ("truncated", "UV_DEFAULT_INDEX"),
        ("cut off", "UV_DEFAULT_INDEX"),
        ("wrong hash", "UV_DEFAULT_INDEX"),
    ],
)
def test_an_index_that_fails_costs_no_points(
    seed: Bench, best: Report, fault: str, says: str
) -> None:
    """What needs the environment is open, all else is assessed: statically, and by the tools."""
    with bad(fault) as address:
        done = seed.grade(
            UV_DEFAULT_INDEX=address, UV_HTTP_TIMEOUT="1", FLASKGRADE_INDEX_SECONDS="4"
        )

    report = assert_ours(seed, done, best, "package index", says)
    assert is_open(report).isdisjoint({"ruff", "mypy", "bandit"})
    assert {"acceptance", "own-tests"} <= is_open(report)


def test_without_tools_there_is_a_report_too(tmp_path: Path, best: Report) -> None:
    """A cold cache and a dead index leave what needs neither."""
    bench = Bench.in_folder(tmp_path / "cold", tmp_path / "cold" / "cache")

    done = bench.grade(UV_DEFAULT_INDEX="http://127.0.0.1:9/simple")

    report = assert_ours(bench, done, best, "package index", "UV_DEFAULT_INDEX")
    assert {"ruff", "mypy", "acceptance"} <= is_open(report)

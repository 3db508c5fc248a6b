"""The examiner's HTTP client against servers that do everything wrong, over a real Unix socket."""

import gzip
import importlib.util
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from flaskgrade.guest import EXAMINER

Handler = Callable[[socket.socket], None]


@pytest.fixture(scope="module", name="module")
def client_module() -> ModuleType:
    """The guest module, loaded by its path as the sandbox does."""
    spec = importlib.util.spec_from_file_location("guest_client", EXAMINER / "client.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def serving(tmp_path: Path, handler: Handler) -> Iterator[str]:
    """Serve each connection with the handler in a thread; yield the socket's path."""
    path = str(tmp_path / "app.sock")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(16)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    def serve(connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65536)
                handler(connection)
            except OSError:
                return

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield path
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


def sends(payload: bytes) -> Handler:
    """A handler that sends these bytes and closes."""
    return lambda connection: connection.sendall(payload)


def response(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A well-formed response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def test_an_honest_answer_is_read_whole(tmp_path: Path, module: ModuleType) -> None:
    """Status, headers in any case, body and JSON come back as sent."""
    handler = sends(response(b'{"a": [1, 2]}', "Content-Type: application/json"))
    with serving(tmp_path, handler) as path:
        reply = module.Client(path).get("/x", query={"page": 2})

    assert reply.status == 200
    assert reply.header("content-type") == "application/json"
    assert reply.json() == {"a": [1, 2]}


def test_the_request_is_one_that_any_server_understands(tmp_path: Path, module: ModuleType) -> None:
    """JSON is sent with its length and type, and nothing names the client's library."""
    heard: list[bytes] = []

    def listen(connection: socket.socket) -> None:
        connection.sendall(response(b""))

    def keep(connection: socket.socket) -> None:
        listen(connection)

    path = str(tmp_path / "app.sock")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(1)

    def once() -> None:
        connection, _ = listener.accept()
        with connection:
            heard.append(connection.recv(65536))
            keep(connection)

    thread = threading.Thread(target=once)
    thread.start()
    module.Client(path).post("/rooms", json={"name": "blue"}, headers={"X-One": "1"})
    thread.join()
    listener.close()

    text = heard[0].decode()
    assert text.startswith("POST /rooms HTTP/1.1\r\n")
    assert "Content-Length: 16\r\n" in text
    assert "X-One: 1\r\n" in text
    assert "python" not in text.lower()


def drip(connection: socket.socket) -> None:
    """Send a body that never ends, a byte now and then."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(200):
        connection.sendall(b" ")
        time.sleep(0.05)


def header_drip(connection: socket.socket) -> None:
    """Send headers for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(200):
        connection.sendall(b"X-%d: y\r\n" % number)
        time.sleep(0.05)


def continues(connection: socket.socket) -> None:
    """Send interim answers for ever."""
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.01)


def endless(connection: socket.socket) -> None:
    """Send chunks for ever, as fast as they are taken."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + b"A" * 65536 + b"\r\n")


def silent(connection: socket.socket) -> None:
    """Say nothing."""
    time.sleep(5)
    connection.sendall(b"")


@pytest.mark.parametrize(
    "handler",
    [
        drip,
        header_drip,
        continues,
        endless,
        silent,
        sends(b""),
        sends(b"SSH-2.0-OpenSSH\r\n"),
        sends(b"HTTP/1.1 2xx Fine\r\n\r\n"),
        sends(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 5_000_000 + b"\r\n\r\n"),
        sends(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 9000 + b"\r\n"),
        sends(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"),
        sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    ],
    ids=lambda handler: getattr(handler, "__name__", "bytes"),
)
def test_a_hostile_server_is_a_failure_in_time(
    tmp_path: Path, module: ModuleType, handler: Handler
) -> None:
    """Whatever a server does, the answer is an ordinary test failure before the deadline."""
    with serving(tmp_path, handler) as path:
        client = module.Client(path, seconds=1.0)
        started = time.monotonic()

        with pytest.raises(module.Failure):
            client.get("/")

        assert time.monotonic() - started < 2.0
        assert client.journal[0]["error"]


def test_nothing_is_decompressed(tmp_path: Path, module: ModuleType) -> None:
    """A bomb stays the few bytes that it was sent as."""
    bomb = gzip.compress(b"\0" * 50_000_000)
    with serving(tmp_path, sends(response(bomb, "Content-Encoding: gzip"))) as path:
        reply = module.Client(path).get("/")

    assert reply.body == bomb


def test_redirects_are_answers(tmp_path: Path, module: ModuleType) -> None:
    """A redirect is handed to the test and not followed."""
    answer = response(b"", "Location: http://192.0.2.1/", status="302 Found")
    with serving(tmp_path, sends(answer)) as path:
        reply = module.Client(path).get("/")

    assert (reply.status, reply.header("location")) == (302, "http://192.0.2.1/")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000 + b"]" * 200_000,
        b'{"id":' + b"9" * 6000 + b"}",
        b'{"total": NaN}',
        b'{"total": Infinity}',
        b'{"ok": false, "ok": true}',
        b"\xff\xfe",
        b"<html>",
        b"",
    ],
    ids=["deep", "huge-int", "nan", "infinity", "twice", "not-utf8", "html", "empty"],
)
def test_json_is_read_strictly(tmp_path: Path, module: ModuleType, body: bytes) -> None:
    """What RFC 8259 forbids or leaves open is a failed test, not a crash."""
    with serving(tmp_path, sends(response(body))) as path:
        reply = module.Client(path).get("/")

        with pytest.raises(module.Failure):
            reply.json()


def test_parallel_calls_run_at_the_same_time(tmp_path: Path, module: ModuleType) -> None:
    """Calls start together, and results come back in the order of the calls."""
    gate = threading.Barrier(4)

    def together(connection: socket.socket) -> None:
        gate.wait(timeout=5)
        connection.sendall(response(b"1"))

    with serving(tmp_path, together) as path:
        client = module.Client(path)
        calls = [partial(lambda n: (n, client.get("/").status), number) for number in range(4)]

        assert client.parallel(calls) == [(0, 200), (1, 200), (2, 200), (3, 200)]


def test_a_server_that_refuses_early_is_heard(tmp_path: Path, module: ModuleType) -> None:
    """A 413 sent before the whole request was read is the answer, not a broken pipe."""
    with serving(tmp_path, sends(response(b"", status="413 Too Large"))) as path:
        reply = module.Client(path).post("/", data=b"x" * 5_000_000)

    assert reply.status == 413


@pytest.mark.parametrize(
    "claim",
    [
        b"Content-Length: 4611686018427387904\r\n\r\n",
        b"Content-Length: 99999999999999999999999999\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n4000000000000000\r\n",
    ],
)
def test_a_claimed_length_takes_no_memory(module: ModuleType, tmp_path: Path, claim: bytes) -> None:
    """An answer that claims more than any memory holds is a failure like any that ends early."""
    with serving(tmp_path, sends(b"HTTP/1.1 200 OK\r\n" + claim + b"x")) as path:
        client = module.Client(path)

        with pytest.raises(module.Failure, match="IncompleteRead"):
            client.get("/")

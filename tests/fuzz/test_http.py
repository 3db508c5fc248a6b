"""The client of the hidden tests: any bytes are a reply or a failure, over a real socket."""
# A test's name is its sentence.
# ruff: noqa: D103, PT017 - that an error is raised is no must, what it says is

import json
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import strategies as st

from flaskgrade.guest.examiner.client import RESPONSE_BYTES, Client, Failure, Reply
from tests.fuzz.cases import fuzz
from tests.fuzz.strategies import any_bytes, chunked, glued, mutated_bytes

SEEDS = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"a": 1}',
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
    b"HTTP/1.0 404 Not Found\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\n<h1>no</h1>",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
)
PIECES = (
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 304\r\n",
    "HTTP/9.9 999 x\r\n",
    "\r\n",
    "\r\n\r\n",
    "Content-Length: ",
    "Content-Length: 9999999999999\r\n",
    "Content-Length: -1\r\n",
    "Content-Length: 99999999999999999999999999\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n",
    "ffffffffffff\r\n",
    "-5\r\n",
    "5\r\nhello\r\n",
    "0\r\n\r\n",
    "Content-Encoding: gzip\r\n",
    " folded\r\n",
    "\n",
    "a: b\r\n",
    "\x00",
    "{}",
    "[" * 2000,
    '{"a": NaN}',
    "a" * 70_000,
)
answers = st.one_of(
    any_bytes, mutated_bytes(SEEDS), glued(PIECES).map(lambda text: text.encode("utf-8", "replace"))
)


class Server:
    """Answers each connection with what was put in its queue, then closes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.next: queue.Queue[tuple[bytes, ...] | None] = queue.Queue()
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listening.bind(str(path))
        self._listening.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with self._listening:
            while (pieces := self.next.get()) is not None:
                with suppress(OSError), self._listening.accept()[0] as connection:
                    connection.recv(65_536)
                    for piece in pieces:
                        connection.sendall(piece)


@pytest.fixture(scope="module")
def server(room: Path) -> Iterator[Server]:
    """Give a server on a Unix socket."""
    serving = Server(room / "app.sock")
    yield serving
    serving.next.put(None)


@fuzz(share=0.5, pieces=chunked(answers), method=st.sampled_from(["GET", "HEAD", "POST"]))
def test_any_answer_is_a_reply_or_a_failure(
    server: Server, pieces: tuple[bytes, ...], method: str
) -> None:
    client = Client(str(server.path), seconds=20)
    server.next.put(pieces)

    try:
        reply = client.request(method, "/")
    except Failure as failure:
        assert len(str(failure)) < 200_000
    else:
        assert len(reply.body) <= RESPONSE_BYTES
    (note,) = client.journal
    assert len(json.dumps(note)) < 200_000


@fuzz(body=any_bytes | glued(PIECES).map(str.encode))
def test_any_body_is_strict_json_or_a_failure(body: bytes) -> None:
    reply = Reply(status=200, headers=(), body=body)

    with suppress(Failure):
        json.dumps(reply.json(), allow_nan=True)
    assert len(reply.text) <= len(body)

"""A service that the app calls, played by hidden tests: the fixture `downstream`.

The app is the one who speaks here, so all is bounded: the time of a request, its size, how many at
once, and how much is kept.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from client import Failure, buffered  # type: ignore[import-not-found]

REQUEST_SECONDS = 15.0
BODY_BYTES = 1024 * 1024
KEPT_BYTES = 32 * 1024 * 1024
KEPT = 5000
AT_ONCE = 48
OK, BUSY, BROKEN = 200, 503, 500

Headers = Mapping[str, str] | Iterable[tuple[str, str]]
Answer = tuple[int, Headers, Any]


@dataclass(frozen=True)
class Received:
    """A request that the app sent. `headers` is a mapping that knows names in any case."""

    method: str
    path: str
    headers: Message
    body: bytes
    at: float  # time.monotonic() of its arrival

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        named = sum(200 + len(name) + len(str(value)) for name, value in self.headers.items())
        return 4096 + len(self.path) + named + len(self.body)

    @property
    def text(self) -> str:
        """The body as UTF-8, undecodable bytes replaced."""
        return self.body.decode("utf-8", "replace")

    def header(self, name: str) -> str | None:
        """Return the first header of that name in any case, or None."""
        value = self.headers.get(name)
        return None if value is None else str(value)

    def json(self) -> Any:
        """Return the body as JSON; fails where it is not."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Failure(f"what the app sent is not valid JSON: {error}") from None


Answering = Callable[[Received], Answer] | Sequence[Answer]


@dataclass
class Downstream:
    """Answers as it is told to, and remembers what it was asked."""

    requests: list[Received] = field(default_factory=list)
    _answering: Answering | None = None
    _given: int = 0
    _bytes: int = 0
    _errors: list[Exception] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, answering: Answering) -> None:
        """Answer from now on with these (status, headers, body), the last one for ever.

        A callable is given each request, in a thread of its own, and returns such a triple; it may
        take its time. A body is bytes, text, or what JSON can say.
        """
        with self._lock:
            self._answering = answering if callable(answering) else tuple(answering)
            self._given = 0

    def reset(self) -> None:
        """Forget all, and answer 200 with {} again."""
        with self._lock:
            self.requests = []
            self._errors = []
            self._bytes = self._given = 0
            self._answering = None

    def check(self) -> None:
        """Raise what the callable of a test raised."""
        for error in self._errors[:1]:
            raise error

    def take(self, request: Received) -> Answer:
        """Keep a request and return its answer."""
        with self._lock:
            size = request.size
            if self._bytes + size > KEPT_BYTES or len(self.requests) >= KEPT:
                return BUSY, {}, b""
            self._bytes += size
            self.requests.append(request)
            answering, number = self._answering, self._given
            self._given += 1
        if not answering:
            return OK, {}, {}
        if not callable(answering):
            return answering[min(number, len(answering) - 1)]
        try:
            return answering(request)
        except Exception as error:  # noqa: BLE001 - the test's own, told when it is over
            self._errors.append(error)
            return BROKEN, {}, b""


def serve(downstream: Downstream, bind: str) -> None:
    """Answer on the socket of gunicorn's --bind value, in threads, as long as we live."""
    kind, _, place = bind.partition(":")
    if kind == "fd":
        listener = socket.socket(fileno=int(place.lstrip("/")))
    else:
        listener = socket.socket(socket.AF_UNIX)
        before = os.umask(0o007)
        listener.bind(place)
        os.umask(before)
        listener.listen(128)
    room = threading.BoundedSemaphore(AT_ONCE)

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            if not room.acquire(blocking=False):
                connection.close()
                continue
            try:
                threading.Thread(target=converse, args=(connection,), daemon=True).start()
            except RuntimeError:  # too many threads, of whoever's making
                connection.close()
                room.release()

    def converse(connection: socket.socket) -> None:
        try:
            with connection:
                _exchange(connection, downstream)
        except (OSError, ValueError, Failure, http.client.HTTPException):
            return  # whoever spoke so badly gets no answer
        finally:
            room.release()

    threading.Thread(target=accept, daemon=True).start()


def _exchange(connection: socket.socket, downstream: Downstream) -> None:
    deadline = time.monotonic() + REQUEST_SECONDS
    stream = buffered(connection, deadline)
    words = stream.readline(65537).decode("latin-1").split()
    at = time.monotonic()
    if len(words) != 3:  # noqa: PLR2004 - a method, a path, a version
        return
    headers = http.client.parse_headers(stream)
    if headers.get("Expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = _body(stream, headers)
    status, more, content = downstream.take(Received(words[0], words[1], headers, body, at))
    connection.settimeout(REQUEST_SECONDS)
    connection.sendall(_answer(words[0], status, more, content))


def _body(stream: Any, headers: Message) -> bytes:
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        body = b""
        while size := int(stream.readline(100).split(b";")[0], 16):
            body += _exactly(stream, size, len(body))
            stream.readline(100)
        return body
    return _exactly(stream, int(headers.get("Content-Length", "0")), 0)


def _exactly(stream: Any, size: int, before: int) -> bytes:
    if not 0 <= size <= BODY_BYTES - before:
        raise ValueError("too long")
    content: bytes = stream.read(size)
    if len(content) != size:
        raise ValueError("cut off")
    return content


def _answer(method: str, status: int, headers: Headers, content: Any) -> bytes:
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    names = {name.lower() for name, _ in pairs}
    if not isinstance(content, str | bytes):
        content = json.dumps(content)
        if "content-type" not in names:
            pairs.append(("Content-Type", "application/json"))
    body = content.encode() if isinstance(content, str) else content
    if "content-length" not in names:
        pairs.append(("Content-Length", str(len(body))))
    pairs.append(("Connection", "close"))
    reason = http.client.responses.get(status, "Unknown")
    head = "".join(f"{name}: {value}\r\n" for name, value in pairs)
    return f"HTTP/1.1 {status} {reason}\r\n{head}\r\n".encode() + (b"" if method == "HEAD" else body)

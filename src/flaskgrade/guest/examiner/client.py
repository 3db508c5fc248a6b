"""An HTTP client that survives every hostile server: the `http` fixture of the hidden tests.

One deadline covers a whole exchange, however the server drips; one cap covers all bytes that it
sends; nothing is decompressed, no redirect is followed, JSON is read strictly. Libraries whose
time-out is per read hang for ever on a server that sends a byte now and then.
"""

from __future__ import annotations

import http.client
import io
import json
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

RESPONSE_BYTES = 2 * 1024 * 1024
REQUEST_SECONDS = 8.0
UNSET = object()
T = TypeVar("T")


class Failure(AssertionError):
    """The server did not give a usable answer: refused, out of time, over the cap, malformed."""


@dataclass(frozen=True)
class Reply:
    """An answer. `body` is as sent; `headers` keeps order and doubles."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the first header of that name in any case, or None."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    @property
    def text(self) -> str:
        """The body as UTF-8, undecodable bytes replaced."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON. Fails for what RFC 8259 forbids or leaves open."""
        try:
            return json.loads(
                self.body.decode("utf-8"),
                object_pairs_hook=_unique_keys,
                parse_constant=_no_constant,
            )
        except (ValueError, RecursionError) as error:
            reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise Failure(f"the body is not valid JSON ({reason})") from None


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has the same key twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


class _Wire(io.RawIOBase):
    """Bytes from a socket under one deadline and one cap."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline
        self._left = RESPONSE_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(_remaining(self._deadline))
        count = self._sock.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise Failure(f"the answer is longer than {RESPONSE_BYTES} bytes")
        return count


class _Connection:
    """What http.client.HTTPResponse asks of a socket: a file to read from."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    def makefile(self, _mode: str) -> io.BufferedReader:
        return _Buffered(self._wire)


class _Buffered(io.BufferedReader):
    """Takes room for no more than the cap, whatever length an answer claims to have."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(size if size is None else min(size, RESPONSE_BYTES + 1))


def buffered(sock: socket.socket, deadline: float) -> io.BufferedReader:
    """Return what reads from a socket under a deadline and a cap."""
    return _Buffered(_Wire(sock, deadline))


def _remaining(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise Failure("no complete answer in time")
    return left


@dataclass
class Client:
    """Talks to the served app through its Unix socket; a new connection for each request.

    `journal` collects every exchange as a JSON-ready mapping. `test_deadline` (monotonic seconds),
    when set, bounds each request beside `seconds`.
    """

    socket_path: str
    seconds: float = REQUEST_SECONDS
    test_deadline: float | None = None
    journal: list[dict[str, Any]] = field(default_factory=list)
    stopped: bool = False  # by a test: nobody is there to answer
    Failure = Failure

    def get(self, path: str, **options: Any) -> Reply:
        """Send GET; options as in `request`."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> Reply:
        """Send POST; options as in `request`."""
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> Reply:
        """Send PUT; options as in `request`."""
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Reply:
        """Send PATCH; options as in `request`."""
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Reply:
        """Send DELETE; options as in `request`."""
        return self.request("DELETE", path, **options)

    def parallel(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """Run the calls at the same moment in threads and return their results in order.

        Raises what the first failing call raised.
        """
        results: list[Any] = [None] * len(calls)
        errors: list[BaseException] = []
        gate = threading.Barrier(len(calls))

        def work(index: int) -> None:
            try:
                gate.wait(timeout=5)
                results[index] = calls[index]()
            except BaseException as error:  # noqa: BLE001 - handed to the caller below
                errors.append(error)

        threads = [threading.Thread(target=work, args=(i,)) for i in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]
        return results

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = UNSET,  # noqa: A002 - the name that HTTP clients use
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Send one request and return its answer; raises Failure where there is no usable one."""
        sent, body = _prepared(json, data, headers)
        target = f"{path}?{urlencode(query, doseq=True)}" if query else path
        started = time.monotonic()
        note: dict[str, Any] = {
            "method": method,
            "path": target,
            "request_headers": [[k, v] for k, v in sent.items()],
            "request_body": _excerpt(body),
        }
        self.journal.append(note)
        try:
            reply = self._exchange(method, target, sent, body, started)
        except Failure as failure:
            note["error"] = str(failure)
            raise
        finally:
            note["milliseconds"] = round((time.monotonic() - started) * 1000)
        note["status"] = reply.status
        note["response_headers"] = [[k, v[:500]] for k, v in reply.headers[:40]]
        note["response_body"] = _excerpt(reply.body)
        return reply

    def _exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes, started: float) -> Reply:
        if self.stopped:
            raise Failure("no usable HTTP answer: the app is stopped")
        deadline = started + self.seconds
        if self.test_deadline is not None:
            deadline = min(deadline, self.test_deadline)
        head = [f"{method} {target} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
                sock.settimeout(_remaining(deadline))
                sock.connect(self.socket_path)
                _send(sock, "\r\n".join(head).encode("latin-1", "replace") + body)
                response = http.client.HTTPResponse(
                    _Connection(_Wire(sock, deadline)),  # type: ignore[arg-type] # duck-typed
                    method=method,
                )
                try:
                    response.begin()
                    return Reply(response.status, tuple(response.getheaders()), response.read())
                finally:
                    response.close()
        except TimeoutError:
            raise Failure("no complete answer in time") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Failure(f"no usable HTTP answer: {type(error).__name__}: {error}") from None


def _send(sock: socket.socket, message: bytes) -> None:
    try:
        sock.sendall(message)
    except (BrokenPipeError, ConnectionResetError):
        # A server may refuse a request before it has read all of it (413); its answer is there.
        return


def _prepared(value: Any, data: bytes | None, headers: Mapping[str, str] | None) -> tuple[dict[str, str], bytes]:
    sent = {
        "Host": "localhost",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    body = data or b""
    if value is not UNSET:
        body = json.dumps(value).encode()
        sent["Content-Type"] = "application/json"
    if body or value is not UNSET or data is not None:
        sent["Content-Length"] = str(len(body))
    sent.update(headers or {})
    return sent, body


def _excerpt(body: bytes, limit: int = 2000) -> str:
    text = body[: limit + 1].decode("utf-8", "replace")
    return text if len(body) <= limit else f"{text[:limit]}… ({len(body)} bytes)"

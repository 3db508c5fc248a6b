"""The stream between us and a container's stdin, stdout and stderr.

Spoken by hand: the SDK's own way has no time limit, and hides the half-close that ends stdin.
https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
"""

import contextlib
import os
import select
import socket
import struct
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from flaskgrade.sandbox.docker_engine import Engine
from flaskgrade.sandbox.feed import Feed

STDOUT, STDERR = 1, 2
HEADER = struct.Struct(">BxxxL")  # of a frame: the stream, and the length of what follows
PIECE = 65536


class Stream:
    """An attached connection. Attach before the container starts, so that nothing is missed."""

    def __init__(self, engine: Engine, container: str, *, stdin: bytes, feed: Feed | None) -> None:
        self._unsent = memoryview(stdin)
        self._feed = feed
        self._unread = bytearray()
        self._socket = engine.dial()
        try:
            self._attach(engine, container)
            self._socket.settimeout(0)
        except BaseException:
            self._socket.close()
            raise
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN | (select.POLLOUT if stdin else 0))
        if feed:
            self._poll.register(feed.fileno(), select.POLLIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; the container goes on."""
        self._socket.close()

    def exchange(self, seconds: float) -> tuple[tuple[int, bytes], ...] | None:
        """Send and receive what is possible now, or wait for some seconds.

        Returns the pieces that came, each with STDOUT or STDERR; None when the container has ended
        or the engine has gone, which asking it tells.
        """
        for fd, happened in self._poll.poll(seconds * 1000):
            if self._feed and fd == self._feed.fileno():
                self._hand_on(self._feed)
                continue
            if happened & select.POLLOUT:
                self._send()
            if happened & ~select.POLLOUT:
                try:
                    received = self._socket.recv(PIECE)
                except BlockingIOError:
                    return ()
                except OSError:
                    return None
                if not received:
                    return None
                self._unread += received
        return tuple(self._frames())

    def _attach(self, engine: Engine, container: str) -> None:
        path = f"/v{engine.client.api_version}/containers/{container}/attach"
        query = f"stream=1&stdout=1&stderr=1&stdin={int(bool(self._unsent or self._feed))}"
        headers = "Host: engine\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0"
        self._socket.sendall(f"POST {path}?{query} HTTP/1.1\r\n{headers}\r\n\r\n".encode())
        answer = bytearray()
        # byte by byte, since what comes after belongs to the container
        while not answer.endswith(b"\r\n\r\n") and (byte := self._socket.recv(1)):
            answer += byte
        if answer.split(b" ", 2)[1:2] not in ([b"101"], [b"200"]):
            raise OSError(f"it refused to attach: {bytes(answer[:200])!r}")

    def _hand_on(self, feed: Feed) -> None:
        """Take what a feed has; no more of it until that is sent."""
        self._unsent = memoryview(os.read(feed.fileno(), PIECE))
        self._poll.unregister(feed.fileno())
        if self._unsent:
            self._poll.modify(self._socket, select.POLLIN | select.POLLOUT)

    def _send(self) -> None:
        """Send some of stdin; after its last byte, or when nobody reads it, end it."""
        try:
            self._unsent = self._unsent[self._socket.send(self._unsent[:PIECE]) :]
        except BlockingIOError:
            return
        except OSError:
            self._unsent = memoryview(b"")
        if not self._unsent and self._feed:
            self._poll.modify(self._socket, select.POLLIN)
            self._poll.register(self._feed.fileno(), select.POLLIN)
        elif not self._unsent:
            self._poll.modify(self._socket, select.POLLIN)
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_WR)

    def _frames(self) -> Iterator[tuple[int, bytes]]:
        """Take the whole frames off what was read."""
        start = 0
        while len(self._unread) >= start + HEADER.size:
            number, length = HEADER.unpack_from(self._unread, start)
            end = start + HEADER.size + length
            if len(self._unread) < end:
                break
            yield (
                STDERR if number == STDERR else STDOUT,
                bytes(self._unread[start + HEADER.size : end]),
            )
            start = end
        del self._unread[:start]

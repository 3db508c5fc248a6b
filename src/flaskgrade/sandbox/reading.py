"""The ends of a sandboxed command's pipes: bounded on the way out, patient on the way in."""

import contextlib
import os
import select
from collections.abc import Callable
from pathlib import Path

PIECE = 1 << 16  # what a pipe holds


class Output:
    """Reads a pipe and keeps no more than a limit of it. `over` says that there was more."""

    def __init__(
        self, fd: int, limit: int, on_piece: Callable[[bytes], None] | None = None
    ) -> None:
        os.set_blocking(fd, False)
        self.fd = fd
        self.over = False
        self._limit = limit
        self._on_piece = on_piece
        self._pieces: list[bytes] = []
        self._size = 0

    def read(self) -> bool:
        """Read what is there; tell whether more may come."""
        try:
            piece = os.read(self.fd, PIECE)
        except BlockingIOError:
            return True
        room = self._limit - self._size
        if len(piece) > room:
            self.over = True
        kept = piece[:room]
        if kept:
            self._pieces.append(kept)
            self._size += len(kept)
            if self._on_piece:
                self._on_piece(kept)
        return bool(piece)

    def drain(self) -> None:
        """Read all that is there, once nobody is left who could write more."""
        more = True
        while more and select.select([self.fd], [], [], 0)[0]:
            more = self.read()

    def value(self) -> bytes:
        """Return what was kept."""
        return b"".join(self._pieces)


class Input:
    """Writes bytes into a pipe as fast as somebody reads them."""

    def __init__(self, fd: int, content: bytes) -> None:
        os.set_blocking(fd, False)
        self.fd = fd
        self._left = memoryview(content)

    def write(self) -> bool:
        """Write what fits; tell whether something is left. A reader that is gone needs nothing."""
        with contextlib.suppress(BlockingIOError):
            try:
                written = os.write(self.fd, self._left)
            except BrokenPipeError:
                return False
            self._left = self._left[written:]
        return bool(self._left)


def pipe() -> tuple[int, int]:
    """Make a pipe of which no other child of ours inherits an end: to read from, to write to."""
    return os.pipe2(os.O_CLOEXEC)


def null() -> int:
    """Open the empty input."""
    return os.open(Path("/dev/null"), os.O_RDONLY | os.O_CLOEXEC)

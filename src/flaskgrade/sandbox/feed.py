"""What a command is told while it runs: a pipe that is its stdin and stays open."""

import os
import select
import threading
import time

from flaskgrade.errors import SandboxBroken

PATIENCE = 10.0  # seconds that a reader may take to make room


class Feed:
    """Bytes for a running command, by `send`. Whoever makes one closes it when the command is over.

    A backend reads `fileno`, or hands it down.
    """

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._writing, False)
        self._sending = threading.Lock()
        self._closed = self._unheard = False

    def fileno(self) -> int:
        """Return the descriptor to read from; it blocks."""
        return self._reading

    def send(self, message: bytes) -> None:
        """Write all of a message. Raises SandboxBroken where nobody reads it in time.

        Never from a command's `on_stdout`: it may be that thread that hands on what is sent.
        """
        deadline = time.monotonic() + PATIENCE
        with self._sending:
            left = memoryview(message)
            while left:
                if self._closed or self._unheard or time.monotonic() > deadline:
                    self._unheard = True  # half a message is not to be followed by another
                    raise SandboxBroken("a command does not hear what it is told")
                if select.select([], [self._writing], [], 0.1)[1]:
                    left = left[os.write(self._writing, left[: select.PIPE_BUF]) :]

    def close(self) -> None:
        """End it; may be called again."""
        with self._sending:
            if not self._closed:
                self._closed = True
                os.close(self._reading)
                os.close(self._writing)

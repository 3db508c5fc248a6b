"""Standard streams that cannot end a grading: a reader may leave, a disk be full, a locale be old.

What is graded is worth more than what is printed. So writing never raises: what a stream refuses is
dropped and remembered, and the command says so at its end.
"""

import codecs
import errno
import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

STDOUT, STDERR = 1, 2
LEFT = frozenset({errno.EPIPE, errno.EIO})  # the reader, or the terminal, is no longer there
STANDS_FOR = {
    **dict.fromkeys("─━–—▒░█·", "-"),
    **dict.fromkeys("✓✔✅", "+"),
    **dict.fromkeys("✗✘❌×", "x"),
    **dict.fromkeys("│├", "|"),
    **dict.fromkeys("“”", '"'),
    "└": "`",
    "…": "...",
    "→": "->",
}


class Outlet(io.FileIO):
    """A descriptor to write to. `refused` is why something was lost that somebody waits for."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self.refused: OSError | None = None

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write what can be written; what can't counts as written."""
        try:
            return super().write(data)
        except OSError as error:
            if error.errno not in LEFT:
                self.refused = self.refused or error
            return memoryview(data).nbytes


def open_streams() -> Outlet:
    """Replace stdout and stderr by streams that take everything; return what is below stdout.

    A descriptor that we were started without is opened on /dev/null first: else the next file that
    is opened would be taken for it.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= STDERR:
        os.set_inheritable(descriptor, True)  # noqa: FBT003 - it takes no keyword
    os.close(descriptor)
    codecs.register_error("plain", plain)
    below = Outlet(STDOUT)
    sys.stdout = _text(below, sys.stdout)
    sys.stderr = _text(Outlet(STDERR), sys.stderr)
    return below


def write_document(text: str) -> None:
    """Write a document to stdout as UTF-8, which is what it says of itself, in any locale."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _text(below: Outlet, before: TextIO | None) -> io.TextIOWrapper:
    return io.TextIOWrapper(
        io.BufferedWriter(below),
        encoding=before.encoding if before else "utf-8",
        errors="plain",
        line_buffering=below.fileno() == STDERR or below.isatty(),
    )


def plain(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for characters that an encoding lacks: a codec's error handler."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(STANDS_FOR.get(one, "?") for one in lost), error.end

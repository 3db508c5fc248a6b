"""Blobs, straight from the object database: one `git cat-file --batch` for all of them."""

import tempfile
from collections.abc import Iterable, Iterator

from flaskgrade.submission.git import GitFailed, Repository
from flaskgrade.submission.tree import PlannedFile

HEADER_BYTES = 128  # more than any header has


def read_blobs(
    repository: Repository, files: tuple[PlannedFile, ...]
) -> Iterator[tuple[PlannedFile, Iterator[bytes]]]:
    """Yield each file with its content, which must be read before the next. Raises GitFailed."""
    if not files:
        return
    room = sum(file.size + HEADER_BYTES for file in files)
    # A file, not a pipe: git would block on its output while we block on its input.
    with tempfile.TemporaryFile(dir=repository.home) as asked:
        asked.write("".join(f"{file.key}\n" for file in files).encode("ascii"))
        asked.seek(0)
        handle = asked.fileno()
        with repository.stream(
            "cat-file", "--batch", "--buffer", stdin=handle, output_bytes=room
        ) as chunks:
            pieces = Pieces(chunks)
            for file in files:
                expected = f"{file.key} blob {file.size}\n".encode("ascii")
                header = b"".join(pieces.exactly(len(expected)))
                if header != expected:
                    raise GitFailed(stderr="fatal: missing blob object", code=128)
                yield file, pieces.exactly(file.size)
                b"".join(pieces.exactly(1))  # the line end after a blob


class Pieces:
    """A stream of chunks, to be read in pieces of known length."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def exactly(self, size: int) -> Iterator[bytes]:
        """Yield `size` bytes in chunks; fewer where the stream ends."""
        while size:
            if not self._rest:
                chunk = next(self._chunks, b"")
                if not chunk:
                    return
                self._rest = memoryview(chunk)
            piece, self._rest = self._rest[:size], self._rest[size:]
            size -= len(piece)
            yield bytes(piece)

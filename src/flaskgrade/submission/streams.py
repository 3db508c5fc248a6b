"""Streams that refuse to give too much: what stands between an archive's claims and our memory."""

import io
import lzma
import os
import zipfile
from typing import IO, Protocol

from flaskgrade.submission.tree import over

CHUNK = 64 * 1024
MOST_AT_ONCE = 4 * 1024 * 1024
XZ_MEMORY = 128 * 1024 * 1024  # `xz -9` needs half of it; the format allows for 4 GB


class Readable(Protocol):
    """Anything with bytes to read."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes; none at the end."""
        ...


class Capped(io.RawIOBase):
    """A stream that ends in SubmissionError once it has given more than `limit` bytes."""

    def __init__(self, stream: Readable, limit: int) -> None:
        super().__init__()
        self._stream = stream
        self._left = limit

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, a chunk for a negative one."""
        data = self._stream.read(size if size >= 0 else CHUNK)
        self._left -= len(data)
        if self._left < 0:
            raise over("an archive that unpacks to more than its files may be together")
        return data


class ModestReads(io.RawIOBase):
    """A file of which no large piece is read at once: zipfile reads a directory of any length."""

    def __init__(self, handle: IO[bytes]) -> None:
        super().__init__()
        self._handle = handle

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes. Raises SubmissionError for more than a directory can be."""
        if size > MOST_AT_ONCE:
            raise over("an archive with a directory longer than its files' names can be")
        return self._handle.read(size if size >= 0 else MOST_AT_ONCE)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move to an offset. Raises BadZipFile for one before the file: a cut archive has such."""
        if whence == os.SEEK_SET and offset < 0:
            raise zipfile.BadZipFile("an offset before the file")
        return self._handle.seek(offset, whence)

    def tell(self) -> int:
        """Return the offset."""
        return self._handle.tell()

    def seekable(self) -> bool:
        """Tell that offsets can be moved to."""
        return True

    def readable(self) -> bool:
        """Tell that there is something to read."""
        return True


class Xz:
    """What an .xz file unpacks to, with a limit on memory that Python's own LZMAFile lacks."""

    def __init__(self, handle: IO[bytes]) -> None:
        self._handle = handle
        self._unpacker = lzma.LZMADecompressor(memlimit=XZ_MEMORY)

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes. Raises EOFError where the file ends too early."""
        while True:
            packed = b""
            if self._unpacker.eof:  # another stream may follow, after zeros
                packed = (self._unpacker.unused_data or self._handle.read(CHUNK)).lstrip(b"\0")
                if not packed:
                    return b""
                self._unpacker = lzma.LZMADecompressor(memlimit=XZ_MEMORY)
            elif self._unpacker.needs_input:
                packed = self._handle.read(CHUNK)
                if not packed:
                    raise EOFError
            if data := self._unpacker.decompress(packed, size if size >= 0 else CHUNK):
                return data

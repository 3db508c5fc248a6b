"""Archives: zip and tar, read under the limits of a tree, declared sizes and actual ones.

No link, device or folder of an archive is ever made; regular files alone are, by `Writer`.
"""

import gzip
import lzma
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Protocol

from flaskgrade.errors import SubmissionError
from flaskgrade.submission.quoting import shown
from flaskgrade.submission.tars import Tar
from flaskgrade.submission.tree import (
    Entry,
    Kind,
    Plan,
    PlannedFile,
    TreeLimits,
    over,
    plan,
    within,
)
from flaskgrade.submission.writer import Writer
from flaskgrade.submission.zips import Zip

CHUNK = 64 * 1024
OVERHEAD = 2048  # bytes of an archive that an entry may cost besides its content
MAC_EXTRAS = b"__MACOSX"  # what Finder adds for itself
DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    lzma.LZMAError,
    zlib.error,
    struct.error,
    EOFError,
    UnicodeError,
    ValueError,
    OverflowError,
    NotImplementedError,
    gzip.BadGzipFile,
)


class Reader(Protocol):
    """A kind of archive: what is in it, and the content of what was planned."""

    def entries(self) -> Iterator[Entry]:
        """Yield what is in it, as it says itself."""
        ...

    def contents(self, wanted: dict[str, PlannedFile]) -> Iterator[tuple[PlannedFile, IO[bytes]]]:
        """Yield the planned files, by key, each with its content."""
        ...


def unpack(path: Path, writer: Writer, *, subdir: str | None, limits: TreeLimits) -> Plan:
    """Write an archive's files, or those of one folder in it, and return what was planned.

    A single folder around everything is left away. Raises SubmissionError for what is no archive,
    is encrypted, damaged or over a limit, and StageError for a full disk.
    """
    with opened(path, limits) as handle, told(path):
        reader = reader_of(path, handle, limits)
        outer = replace(limits, depth=limits.depth + 1)
        found = tuple(within(map(tidied, reader.entries()), outer))
        entries = below(unwrapped(found), subdir)
        if subdir and not entries:
            raise SubmissionError(
                f"the archive has no folder {shown(subdir)}",
                hint=f"At its root there is: {', '.join(roots(unwrapped(found)))}.",
            )
        planned = plan(entries, limits)
        wanted = {file.key: file for file in planned.files}
        for file, content in reader.contents(wanted):
            writer.add(file, iter(lambda: content.read(CHUNK), b""))  # noqa: B023 - used at once
    return planned


@contextmanager
def opened(path: Path, limits: TreeLimits) -> Iterator[IO[bytes]]:
    """Open a regular file that is not longer than any archive within the limits can be."""
    name = shown(str(path), 200)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise SubmissionError(f"there is no {name}", hint="Check the path.") from error
    except OSError as error:
        raise SubmissionError(f"{name} can't be read: {error.strerror}") from error
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise SubmissionError(f"{name} is not a regular file", hint="Pass a file.")
        if about.st_size > longest(limits):
            raise over("an archive longer than its files may be together")
        yield file


def longest(limits: TreeLimits) -> int:
    """Return how long an archive can be, packed or not, with content within the limits."""
    return limits.total_bytes + 2 * limits.entries * OVERHEAD


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what zipfile, tarfile and the decompressors raise into one clear error."""
    try:
        yield
    except DAMAGED as error:
        raise SubmissionError(
            f"{shown(path.name)} is damaged, or not the kind of archive that its name says",
            hint="Pack it again: zip -r submission.zip folder, or tar czf submission.tgz folder.",
        ) from error
    except OSError as error:
        if error.errno is not None and not isinstance(error, gzip.BadGzipFile):
            raise
        raise SubmissionError(  # bz2 has no error class of its own
            f"{shown(path.name)} is damaged, or not the kind of archive that its name says",
            hint="Pack it again.",
        ) from error


def reader_of(path: Path, handle: IO[bytes], limits: TreeLimits) -> Reader:
    """Return the reader for an archive, by its name."""
    if path.name.lower().endswith(".zip"):
        return Zip(handle)
    return Tar(handle, path.name.lower(), longest(limits))


def tidied(entry: Entry) -> Entry:
    """Return an entry without the `./` before its path and the `/` after it."""
    path = entry.path
    while path.startswith(b"./"):
        path = path[2:]
    return replace(entry, path=path.rstrip(b"/") or b".")


def unwrapped(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Leave away a single folder around everything, and what a Mac added for itself."""
    mine = tuple(
        entry for entry in entries if entry.path.split(b"/")[0] != MAC_EXTRAS and entry.path != b"."
    )
    tops = {tuple(entry.path.split(b"/")[:1]) for entry in mine if takeable(entry)}
    loose = any(
        b"/" not in entry.path and entry.kind is not Kind.FOLDER
        for entry in mine
        if takeable(entry)
    )
    if len(tops) != 1 or loose:
        return mine
    return below(mine, tops.pop()[0].decode("utf-8", "surrogateescape"))


def takeable(entry: Entry) -> bool:
    """Tell whether an entry lies where it says it does: its path stays inside."""
    return not {b"", b".", b".."} & set(entry.path.split(b"/"))


def below(entries: tuple[Entry, ...], folder: str | None) -> tuple[Entry, ...]:
    """Return the entries in a folder, by their paths in it; all of them for None.

    Paths that lead outside are kept as they are, for the finding that they become.
    """
    if folder is None:
        return entries
    prefix = folder.encode("utf-8", "surrogateescape") + b"/"
    inside = (
        replace(entry, path=entry.path[len(prefix) :]) if entry.path.startswith(prefix) else entry
        for entry in entries
        if entry.path.startswith(prefix) or not takeable(entry)
    )
    return tuple(inside)


def roots(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """Return the first few names at the root, to name in a hint."""
    names = sorted({entry.path.split(b"/")[0] for entry in entries})
    return tuple(shown(name, 60) for name in names[:8])

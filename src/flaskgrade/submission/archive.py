"""Archives: zip and tar, read under the limits of a tree, declared sizes and actual ones.

No link, device or folder of an archive is ever made; regular files alone are, by `Writer`.
"""

import bz2
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
from tarfile import HeaderError, ReadError
from typing import IO, Protocol, Self

from flaskgrade.errors import SubmissionError
from flaskgrade.submission.quoting import shown
from flaskgrade.submission.streams import Capped, ModestReads, Readable, Xz
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

CHUNK = 64 * 1024
OVERHEAD = 2048  # bytes of an archive that an entry may cost besides its content
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
ENCRYPTED = 0x1
UTF8_NAME = 0x800
MADE_ON_UNIX = 3
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
        found = tuple(within(reader.entries(), outer))
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


class Zip:
    """A zip archive; its directory at the end is believed, as everybody's unzip does."""

    def __init__(self, handle: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(ModestReads(handle))

    def entries(self) -> Iterator[Entry]:
        """Yield what the directory lists. Raises SubmissionError for an encrypted one."""
        for index, info in enumerate(self._zip.infolist()):
            if info.flag_bits & ENCRYPTED:
                raise SubmissionError("the archive is encrypted", hint="Pack it without password.")
            if info.compress_type not in METHODS:
                raise SubmissionError(
                    "the archive uses a compression method that is not supported",
                    hint="Pack it with zip's usual method, deflate.",
                )
            name = zip_name(info)
            yield Entry(
                path=tidy(name), kind=zip_kind(info, name), size=info.file_size, key=str(index)
            )

    def contents(self, wanted: dict[str, PlannedFile]) -> Iterator[tuple[PlannedFile, IO[bytes]]]:
        """Yield the planned files."""
        infos = self._zip.infolist()
        for key, file in wanted.items():
            with self._zip.open(infos[int(key)]) as content:
                yield file, content


def zip_name(info: zipfile.ZipInfo) -> bytes:
    """Return a member's name. Many a packer writes UTF-8 without setting the flag that says so."""
    name = info.orig_filename
    raw = name.encode("utf-8" if info.flag_bits & UTF8_NAME else "cp437")
    try:
        raw.decode()
    except UnicodeDecodeError:
        raw = name.encode()  # it was in the old code page
    return raw if info.create_system == MADE_ON_UNIX else raw.replace(b"\\", b"/")


def zip_kind(info: zipfile.ZipInfo, name: bytes) -> Kind:
    """Return what a member is, by the mode that Unix packers store."""
    if name.endswith(b"/"):
        return Kind.FOLDER
    mode = info.external_attr >> 16
    if info.create_system != MADE_ON_UNIX or stat.S_IFMT(mode) in {0, stat.S_IFREG}:
        return Kind.EXECUTABLE if mode & 0o100 else Kind.FILE
    if stat.S_ISDIR(mode):
        return Kind.FOLDER
    return Kind.SYMLINK if stat.S_ISLNK(mode) else Kind.SPECIAL


class Tar:
    """A tar archive, read twice from its start: once to measure it, once to write it."""

    def __init__(self, handle: IO[bytes], name: str, limit: int) -> None:
        self._handle = handle
        self._name = name
        self._limit = limit

    def entries(self) -> Iterator[Entry]:
        """Yield the members' headers."""
        with self._start() as tar:
            for index, member in enumerate(tar):
                if member.size < 0:
                    raise ValueError(member.size)  # damaged
                yield Entry(
                    path=tidy(member.name.encode("utf-8", "surrogateescape")),
                    kind=tar_kind(member),
                    size=member.size if member.isreg() else 0,
                    key=str(index),
                )

    def contents(self, wanted: dict[str, PlannedFile]) -> Iterator[tuple[PlannedFile, IO[bytes]]]:
        """Yield the planned files, in the archive's order."""
        with self._start() as tar:
            for index, member in enumerate(tar):
                file = wanted.get(str(index))
                content = tar.extractfile(member) if file else None
                if file and content:
                    yield file, content

    def _start(self) -> tarfile.TarFile:
        """Return the archive, at its start, unpacked under a limit."""
        self._handle.seek(0)
        stream: Readable = self._handle
        if self._name.endswith(("gz", "tgz")):
            stream = gzip.GzipFile(fileobj=self._handle)
        elif self._name.endswith(("bz2", "tbz2")):
            stream = bz2.BZ2File(self._handle)
        elif self._name.endswith(("xz", "txz")):
            stream = Xz(self._handle)
        return tarfile.open(
            fileobj=Capped(stream, self._limit),
            mode="r|",
            tarinfo=StrictMember,
            encoding="utf-8",
            errors="surrogateescape",
        )


class StrictMember(tarfile.TarInfo):
    """A header that must be one: tarfile takes garbage, or the end of a cut file, for the end."""

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> Self:
        """Read the next header. Raises ReadError unless it is one, or the archive's end mark."""
        try:
            return super().fromtarfile(tarfile)
        except HeaderError as error:
            if type(error).__name__ == "EOFHeaderError":  # it has no public name
                raise
            raise ReadError("cut off") from error


def tar_kind(member: tarfile.TarInfo) -> Kind:
    """Return what a member is."""
    if member.isdir():
        return Kind.FOLDER
    if member.issym():
        return Kind.SYMLINK
    if member.islnk():
        return Kind.HARD_LINK
    if not member.isreg():
        return Kind.SPECIAL
    return Kind.EXECUTABLE if member.mode & 0o100 else Kind.FILE


def tidy(name: bytes) -> bytes:
    """Return a member's name without the `./` before and the `/` after it."""
    while name.startswith(b"./"):
        name = name[2:]
    return name.rstrip(b"/") or b"."


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

"""Tar archives, packed in one of several ways: their members as entries, and their content."""

import bz2
import gzip
import tarfile
from collections.abc import Iterator
from tarfile import HeaderError, ReadError
from typing import IO, Self

from flaskgrade.submission.streams import Capped, Readable, Xz
from flaskgrade.submission.tree import Entry, Kind, PlannedFile


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
                    path=member.name.encode("utf-8", "surrogateescape"),
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

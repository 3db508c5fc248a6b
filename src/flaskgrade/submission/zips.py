"""Zip archives: their members as entries, and their content."""

import stat
import zipfile
from collections.abc import Iterator
from typing import IO

from flaskgrade.errors import SubmissionError
from flaskgrade.submission.streams import ModestReads
from flaskgrade.submission.tree import Entry, Kind, PlannedFile

METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
ENCRYPTED = 0x1
UTF8_NAME = 0x800
MADE_ON_UNIX = 3


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
            yield Entry(path=name, kind=zip_kind(info, name), size=info.file_size, key=str(index))

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

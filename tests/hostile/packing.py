"""Archives as no packer would make them."""

import io
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.hostile.base import BAD, Files

Members = Iterable[tuple[tarfile.TarInfo, bytes]]
DIRECTORY = b"PK\x01\x02"
SIZE_AT = 24  # of a file unpacked, from the start of its entry in a zip's directory


def zipped(members: Iterable[tuple[str | zipfile.ZipInfo, str | bytes]] = (), *,
           files: Files = BAD) -> bytes:  # fmt: skip
    """Return a zip of files, and of more members."""
    buffer = io.BytesIO()
    with (
        warnings.catch_warnings(),
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        warnings.simplefilter("ignore")  # a name that is there twice
        for name, content in (*files.items(), *members):
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def claiming(archive: bytes, name: bytes, size: int) -> bytes:
    """Return a zip whose directory says another size of a file than there is."""
    changed, place = bytearray(archive), archive.find(DIRECTORY)
    while not changed[place + 46 :].startswith(name):
        place = archive.find(DIRECTORY, place + 1)
    changed[place + SIZE_AT : place + SIZE_AT + 4] = struct.pack("<I", size)
    return bytes(changed)


def overlapping(content: bytes, times: int) -> bytes:
    """Return a zip of which many files are one and the same piece."""
    once = zipped([("a.bin", content)], files={})
    start = once.find(DIRECTORY)
    end = once.find(b"PK\x05\x06")
    entry = once[start:end]
    whole = b"".join(entry.replace(b"a.bin", b"%05d" % number) for number in range(times))
    tail = bytearray(once[end:])
    tail[8:20] = struct.pack("<HHII", times, times, len(whole), start)
    return once[:start] + whole + bytes(tail)


def tarred(members: Members = (), *, mode: str = "w:gz", files: Files = BAD) -> bytes:
    """Return a tar of files, and of more members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload] # a str
        for member, content in (*plain(files), *members):
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def plain(files: Files) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    """Yield the members of ordinary files."""
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        yield member(name, size=len(data)), data


def member(name: str, *, kind: bytes = tarfile.REGTYPE, to: str = "", size: int = 0,
           pax: dict[str, str] | None = None) -> tarfile.TarInfo:  # fmt: skip
    """Return the header of a member."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size, info.pax_headers = kind, to, size, pax or {}
    return info


def beneath(work: Path, name: str, content: bytes) -> None:
    """Put an archive into an attacker's folder."""
    (work / name).write_bytes(content)

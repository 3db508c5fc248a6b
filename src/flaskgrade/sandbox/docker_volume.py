"""Folders in an engine that does not see our files: volumes, filled through its API.

What is stored for good has two volumes. The content's name is random; the record, an empty volume
named after the key, is made when the content is whole and carries the content's name in a label.
An engine makes a volume of a name once and hands the same one out afterwards: so the first writer
wins, and half a folder is never found.
"""

import contextlib
import os
import re
import secrets
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from docker.errors import NotFound
from docker.types import Mount

from flaskgrade.errors import SandboxBroken
from flaskgrade.sandbox.docker_engine import FAILURES, Engine, speaking
from flaskgrade.sandbox.docker_owner import owner_labels
from flaskgrade.sandbox.docker_tree import Entry, room, walk

RECORD = "flaskgrade.record"  # the key, on a record
CONTENT = "flaskgrade.content"  # the key, on a content
NAME = "flaskgrade.volume"  # the content's name, on a record
BYTES = "flaskgrade.bytes"
CACHE = "flaskgrade.cache"  # the cache folder of who stored it, on both

PIECE = 1024 * 1024
INSIDE = "/flaskgrade"  # where a volume is while it is filled
KEY = re.compile(r"[0-9a-f][0-9a-f-]{0,127}")


@dataclass(frozen=True, kw_only=True)
class Volume:
    """A filled volume, and how many bytes a copy of it needs in memory."""

    name: str
    size: int


def make_volume(
    engine: Engine, *, image: str, name: str, path: Path, labels: Mapping[str, str]
) -> Volume:
    """Make a volume with the content of a host folder, readable by everybody, owned by root."""
    with speaking(f"copying {path.name} into a volume"):
        entries = tuple(entry for entry in walk(os.fspath(path)) if entry.is_kept)
        size = room(entries)
        try:
            engine.client.create_volume(name, labels={**labels, BYTES: str(size)})
            _fill(engine, image=image, name=name, entries=entries, labels=labels)
        except BaseException:
            with contextlib.suppress(*FAILURES):
                engine.client.remove_volume(name, force=True)
            raise
    return Volume(name=name, size=size)


def stored_volume(engine: Engine, key: str) -> Volume | None:
    """Return the content stored under a key; forget a record whose content somebody removed."""
    record = _record_name(key)
    with speaking("looking for a stored volume"):
        try:
            name = engine.client.inspect_volume(record)["Labels"][NAME]
        except NotFound:
            return None
        try:
            marks = engine.client.inspect_volume(name)["Labels"]
        except NotFound:
            engine.client.remove_volume(record, force=True)
            return None
    return Volume(name=name, size=int(marks[BYTES]))


def store_volume(engine: Engine, *, image: str, key: str, path: Path, cache: Path) -> Volume:
    """Store a host folder under a key, unless that is done already; `cache` is for `purge`."""
    if (found := stored_volume(engine, key)) is not None:
        return found
    made = make_volume(
        engine,
        image=image,
        name=f"flaskgrade-{key}-{secrets.token_hex(4)}",
        path=path,
        labels={CONTENT: key, CACHE: str(cache.absolute()), **owner_labels()},
    )
    with speaking("storing a volume"):
        engine.client.create_volume(
            _record_name(key),
            labels={RECORD: key, NAME: made.name, CACHE: str(cache.absolute())},
        )
    winner = stored_volume(engine, key)
    if winner is None:
        raise SandboxBroken(
            f"the volume {made.name} vanished while it was being stored",
            hint="Something removes unused volumes (`docker volume prune`); grade again.",
        )
    if winner.name != made.name:
        with speaking("removing a volume that another run stored first"):
            engine.client.remove_volume(made.name, force=True)
    return winner


def checked_key(key: str) -> str:
    """Return a key. Raises ValueError for what is none: a bug of the caller's."""
    if not KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key: hex digits and dashes only")
    return key


def _record_name(key: str) -> str:
    return f"flaskgrade-{checked_key(key)}"


def _fill(
    engine: Engine, *, image: str, name: str, entries: tuple[Entry, ...], labels: Mapping[str, str]
) -> None:
    """Unpack an archive into a volume through a container that is never started."""
    client = engine.client
    helper = client.create_container(
        image,
        ["true"],
        labels=dict(labels),
        host_config=client.create_host_config(
            network_mode="none", mounts=[Mount(INSIDE, name, type="volume", no_copy=True)]
        ),
    )["Id"]
    try:
        if not client.put_archive(helper, INSIDE, _archive(entries)):
            raise OSError("the engine refused the archive")
    finally:
        with contextlib.suppress(*FAILURES):
            client.remove_container(helper, force=True)


def _archive(entries: tuple[Entry, ...]) -> Iterator[bytes]:
    """Yield a tar archive in pieces of about PIECE bytes, so that nothing is held or written."""
    gathered = bytearray()
    for entry in entries:
        for piece in _member(entry):
            gathered += piece
            if len(gathered) >= PIECE:
                yield bytes(gathered)
                gathered.clear()
    yield bytes(gathered) + bytes(2 * tarfile.BLOCKSIZE)


def _member(entry: Entry) -> Iterator[bytes]:
    """Yield one member: its header, its bytes, its padding. Times are kept, as .pyc files need."""
    member = tarfile.TarInfo(entry.name)
    member.mtime = int(entry.info.st_mtime)
    member.mode = entry.mode
    if entry.is_folder:
        member.type = tarfile.DIRTYPE
    elif entry.is_link:
        member.type, member.mode = tarfile.SYMTYPE, 0o777
        member.linkname = os.readlink(entry.path)  # noqa: PTH115 - a name may be no Unicode
    else:
        member.size = entry.info.st_size
    yield member.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")
    if member.isreg() and member.size:
        yield from _content(entry, member.size)
        yield bytes(-member.size % tarfile.BLOCKSIZE)


def _content(entry: Entry, size: int) -> Iterator[bytes]:
    """Yield a file's bytes, as many as its header says."""
    descriptor = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        left = size
        while left:
            piece = file.read(min(PIECE, left))
            if not piece:
                raise OSError(f"{entry.name} became shorter while it was read")
            left -= len(piece)
            yield piece

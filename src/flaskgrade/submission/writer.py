"""Regular files, written below one folder and nowhere else, and their git tree hash.

No checkout takes place: no attributes, filters or hooks are involved. Every step down the tree goes
through a descriptor of a folder made here, and every file is new, so no link can lead astray.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from flaskgrade.errors import StageError, SubmissionError
from flaskgrade.model.evidence import Finding, Severity
from flaskgrade.model.submission import SourceFile
from flaskgrade.submission.tree import PlannedFile, about, over
from flaskgrade.workspace import FULL

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
LEAST_FREE = 256 * 1024  # bytes; below it, whatever fails has failed for that
LFS_POINTER = b"version https://git-lfs.github.com/spec/v"


class Writer:
    """Writes planned files below `root`, which it makes. Raises StageError if the disk is full."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: list[SourceFile] = []
        self.findings: list[Finding] = []
        self._blobs: list[tuple[tuple[str, ...], bool, bytes]] = []
        self._open: list[tuple[str, int]] = []  # the folders on the way to the last file

    def __enter__(self) -> Self:
        with disk():
            self.root.mkdir(mode=0o755)
            self.root.chmod(0o755)
            self._open.append(("", os.open(self.root, FOLDER)))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while self._open:
            os.close(self._open.pop()[1])

    def add(self, file: PlannedFile, chunks: Iterable[bytes]) -> None:
        """Write one file. Raises SubmissionError where its content isn't as long as was said."""
        *folders, name = file.path.split("/")
        hashed = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
        written, start = 0, b""
        with disk():
            handle = os.open(name, NEW_FILE, 0o600, dir_fd=self._enter(folders))
        try:
            for chunk in chunks:
                written += len(chunk)
                if written > file.size:
                    raise over("a file that is longer than it claims to be", file.path.encode())
                hashed.update(chunk)
                start += chunk[: len(LFS_POINTER) - len(start)]
                with disk():
                    write_all(handle, chunk)
            if written != file.size:
                raise SubmissionError("the submission is damaged: a file ends before its end")
            os.fchmod(handle, 0o755 if file.executable else 0o644)  # whatever our umask is
        finally:
            os.close(handle)
        if start == LFS_POINTER:
            message = "a Git LFS pointer, graded as the text that it is: its content isn't fetched"
            self.findings.append(about(file.path, "tree:lfs-pointer", message, Severity.MEDIUM))
        self.files.append(SourceFile(path=file.path, size=file.size))
        self._blobs.append(((*folders, name), file.executable, hashed.digest()))

    def tree(self) -> str:
        """Return the hash that git would give the tree of what was written."""
        return tree_hash(self._blobs).hex()

    def _enter(self, folders: list[str]) -> int:
        """Return a descriptor of a folder, made where it is not there yet."""
        depth = 0
        while depth < len(folders) and depth + 1 < len(self._open):
            if self._open[depth + 1][0] != folders[depth]:
                break
            depth += 1
        while len(self._open) > depth + 1:
            os.close(self._open.pop()[1])
        for folder in folders[depth:]:
            parent = self._open[-1][1]
            with suppress(FileExistsError):  # made for an earlier file; a link is not opened
                os.mkdir(folder, 0o755, dir_fd=parent)
            descriptor = os.open(folder, FOLDER, dir_fd=parent)
            self._open.append((folder, descriptor))
            os.fchmod(descriptor, 0o755)
        return self._open[-1][1]


@contextmanager
def disk() -> Iterator[None]:
    """Turn a full disk into a StageError: it is ours, and says nothing about the candidate."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise full() from error


def full() -> StageError:
    """Return the error of a full scratch disk."""
    return StageError(
        "our disk is full: the submission could not be written",
        hint="Free some space, or set FLASKGRADE_CACHE to a folder on a larger disk.",
    )


def is_full(folder: Path) -> bool:
    """Tell whether the disk of a folder has no room left, for us."""
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize < LEAST_FREE or (room.f_files > 0 and not room.f_favail)


def write_all(handle: int, data: bytes) -> None:
    """Write all of `data`."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def tree_hash(blobs: list[tuple[tuple[str, ...], bool, bytes]]) -> bytes:
    """Return git's hash of a tree of (path, executable, blob hash)."""
    entries: list[tuple[bytes, bytes, bytes]] = []  # sorting key, mode and name, hash
    inner: dict[str, list[tuple[tuple[str, ...], bool, bytes]]] = {}
    for path, executable, digest in blobs:
        if len(path) == 1:
            name = path[0].encode()
            entries.append((name, (b"100755 " if executable else b"100644 ") + name, digest))
        else:
            inner.setdefault(path[0], []).append((path[1:], executable, digest))
    for folder, below in inner.items():
        name = folder.encode()
        entries.append((name + b"/", b"40000 " + name, tree_hash(below)))  # git sorts it so
    body = b"".join(name + b"\0" + digest for _, name, digest in sorted(entries))
    return hashlib.sha1(b"tree %d\0" % len(body) + body, usedforsecurity=False).digest()

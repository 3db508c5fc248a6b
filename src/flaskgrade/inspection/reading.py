"""A folder's files, read without trusting one of them. Nothing is imported, run or followed."""

import io
import os
import stat
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from flaskgrade.errors import UsageError

FILE_BYTES = 1_000_000  # of one file; what is larger is generated, or an attack
MOST_FILES = 100_000

_SKIPPED = frozenset(
    {
        *(".git", ".hg", ".svn", ".tox", ".nox", ".eggs"),
        *("__pycache__", "node_modules", "site-packages", "dist-packages"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Tree:
    """The files of a project by POSIX path from its root, and those that could not be read."""

    root: Path
    files: tuple[str, ...]  # regular files, readable or not
    texts: dict[str, str]  # the Python files
    unread: tuple[tuple[str, str], ...]  # path, reason

    def has(self, path: str) -> bool:
        """Tell whether there is a regular file of exactly that path."""
        return path in self._listed

    @cached_property
    def _listed(self) -> frozenset[str]:
        return frozenset(self.files)

    def text(self, path: str) -> str:
        """Return a file's text, cut after a megabyte, undecodable bytes replaced.

        It is empty where there is no such regular file, or where it cannot be read any more.
        """
        try:
            return _bytes(self.root / path)[:FILE_BYTES].decode("utf-8", "replace")
        except OSError:
            return ""


def read_tree(root: Path) -> Tree:
    """Return the files of a folder and the text of its Python files.

    Raises UsageError where the folder is missing, is none, or holds no Python file.
    """
    if not root.exists():
        raise UsageError(f"{root} does not exist", hint="Give the folder of a Flask project.")
    if not root.is_dir():
        raise UsageError(
            f"{root} is a file", hint=f"Give the folder that it lies in: {root.parent}"
        )
    unread: list[tuple[str, str]] = []
    files: list[str] = []
    texts: dict[str, str] = {}
    for path, reason in _walk(root):
        if reason:
            unread.append((_shown(path), reason))
            continue
        files.append(path)
        if path.endswith(".py"):
            outcome = _python(root / path)
            if isinstance(outcome, str):
                texts[_shown(path)] = outcome
            else:
                unread.append((_shown(path), str(outcome)))
        if len(files) >= MOST_FILES:
            unread.append((".", f"more than {MOST_FILES:,} files: the rest was not looked at"))
            break
    if not any(path.endswith(".py") for path in (*files, *(path for path, _ in unread))):
        raise UsageError(
            f"{root} holds no Python file", hint="Give the folder of a Flask project's source."
        )
    return Tree(root=root, files=tuple(files), texts=texts, unread=tuple(unread))


def _walk(root: Path) -> Iterator[tuple[str, str]]:
    """Yield each file's path and why it is not to be read, if so; folders that cannot be, too."""
    failed: list[OSError] = []
    for at, folders, names in os.walk(root, onerror=failed.append):
        here = Path(at).relative_to(root)
        links = [name for name in folders if (Path(at) / name).is_symlink()]
        folders[:] = sorted(
            name
            for name in folders
            if name not in _SKIPPED
            and name not in links
            and not (Path(at) / name / "pyvenv.cfg").exists()
        )
        for name in sorted(names):
            yield PurePosixPath(here, name).as_posix(), _refusal(Path(at) / name)
        for name in sorted(links):
            yield PurePosixPath(here, name).as_posix(), "a symbolic link, not followed"
    for error in failed:
        where = Path(str(error.filename)).relative_to(root)
        yield where.as_posix(), f"cannot be listed: {error.strerror}"


def _refusal(path: Path) -> str:
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if stat.S_ISLNK(mode):
        return "a symbolic link, not followed"
    return "" if stat.S_ISREG(mode) else "not a regular file"


def _python(path: Path) -> str | Exception:
    """Return the text of a Python file, by the encoding that it declares (PEP 263)."""
    try:
        raw = _bytes(path)
    except OSError as error:
        return ValueError(f"cannot be read: {error.strerror}")
    if len(raw) > FILE_BYTES:
        return ValueError(f"larger than {FILE_BYTES // 1_000_000} MB")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        return raw.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        return ValueError("not text in the encoding that it declares (UTF-8 where it is silent)")


def _bytes(path: Path) -> bytes:
    """Return a file's bytes, one more than the limit at most; a FIFO put in its place is empty."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as handle:  # noqa: PTH123 - of a descriptor
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return b""
        return handle.read(FILE_BYTES + 1)


def _shown(path: str) -> str:
    """Return a path that can be printed: names may be any bytes."""
    return os.fsencode(path).decode("utf-8", "replace")

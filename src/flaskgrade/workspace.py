"""Where flaskgrade keeps things: a cache that lasts, and a scratch folder per run that does not.

Both lie under one root, on one file system, so that cached wheels can be hard-linked.
A run holds a lock on its scratch folder for as long as it lives: a folder without a holder is what
an interrupted run left, and `sweep` removes it.
"""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs

from flaskgrade.errors import UsageError

LOCK_NAME = ".lock"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})  # what a disk without room answers


def default_root() -> Path:
    """Return the root: FLASKGRADE_CACHE, or root's system cache, or the user's.

    Root's lies outside its home, which the unprivileged users of the sandboxes cannot enter.
    """
    if chosen := os.environ.get("FLASKGRADE_CACHE"):
        return Path(chosen).absolute()
    if os.geteuid() == 0:
        return Path("/var/cache/flaskgrade")
    return platformdirs.user_cache_path("flaskgrade")


@contextmanager
def run_folder(root: Path) -> Iterator[Path]:
    """Yield a new scratch folder that is gone afterwards. Raises UsageError if none can be made."""
    try:
        runs = root / "runs"
        runs.mkdir(parents=True, exist_ok=True)
        with gate(runs):
            folder = Path(tempfile.mkdtemp(prefix="run-", dir=runs))
            folder.chmod(0o711)
            lock = open_lock(folder)
            fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError as error:
        raise UsageError(
            f"cannot write to the cache folder {root}: {error.strerror} ({free_space(root)})",
            hint="Set FLASKGRADE_CACHE to a folder that you can write to, with some free space.",
        ) from error
    try:
        yield folder
    finally:
        remove(folder)
        os.close(lock)


def sweep(root: Path) -> tuple[str, ...]:
    """Remove the scratch folders of runs that are no more; return their names."""
    swept = []
    for folder in sorted((root / "runs").glob("run-*")):
        if (lock := abandoned(folder)) is not None:
            remove(folder)
            swept.append(folder.name)
            os.close(lock)
    return tuple(swept)


def abandoned(folder: Path) -> int | None:
    """Return the lock of a folder whose run is no more, now held; None if it is alive or gone."""
    lock = None
    try:
        with gate(folder.parent):
            lock = open_lock(folder)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if lock is not None:
            os.close(lock)
        return None
    return lock


def open_lock(folder: Path) -> int:
    """Open the file whose lock says that a folder's run is alive."""
    return os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def gate(runs: Path) -> Iterator[None]:
    """Let one in at a time: a folder that is made, but not yet locked, must not look abandoned."""
    lock = os.open(runs, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def remove(folder: Path) -> None:
    """Remove a folder of ours, read-only parts included; what resists is left for `sweep`."""
    for parent, _, _ in os.walk(folder):
        # Another thread may be removing a part of it.
        with suppress(OSError):
            if not os.path.islink(parent):  # noqa: PTH114 - os.walk speaks in strings
                os.chmod(parent, 0o700)  # noqa: PTH101
    shutil.rmtree(folder, ignore_errors=True)


def existing(folder: Path) -> Path:
    """Return the nearest of a folder and those above it that is there."""
    folder = folder.absolute()
    return next((one for one in (folder, *folder.parents) if one.exists()), Path("/"))


def free_space(folder: Path) -> str:
    """Return in words how much room is left where a folder is, or would be."""
    try:
        free = shutil.disk_usage(existing(folder)).free
    except OSError:
        return "its free space is unknown"
    return f"{free / 1_000_000:.1f} MB free"

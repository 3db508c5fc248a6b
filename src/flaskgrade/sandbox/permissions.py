"""Which users may read a folder, all the way down.

Where flaskgrade runs as root, the users of the sandboxes are others: what root alone may read has
to be made readable for them. Links are never followed: their targets mean nothing out here.
"""

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

READ = stat.S_IROTH
ENTER = stat.S_IROTH | stat.S_IXOTH
FOREIGN_WRITE = stat.S_IWGRP | stat.S_IWOTH


def entries(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """Give a folder and all in it but links, each with its status; folders before their content."""
    yield folder, os.lstat(folder)
    with os.scandir(folder) as found:
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                yield from entries(entry.path)
            elif not entry.is_symlink():
                yield entry.path, entry.stat(follow_symlinks=False)


def readable(folder: Path) -> bool:
    """Tell whether every user can read everything in a folder."""
    return all(
        status.st_mode & (wanted := ENTER if stat.S_ISDIR(status.st_mode) else READ) == wanted
        for _, status in entries(str(folder))
    )


def publish(folder: Path) -> None:
    """Make everything in a folder ours, readable by all, and writable by nobody else."""
    us = os.geteuid()
    for path, status in entries(str(folder)):
        if status.st_uid != us:
            os.chown(path, us, os.getegid(), follow_symlinks=False)
        mode = stat.S_IMODE(status.st_mode)
        wanted = mode | READ | stat.S_IRUSR
        if stat.S_ISDIR(status.st_mode):
            wanted |= ENTER | stat.S_IRWXU
        elif mode & stat.S_IXUSR:
            wanted |= stat.S_IXOTH
        wanted &= ~(FOREIGN_WRITE | stat.S_ISUID | stat.S_ISGID)
        if wanted != mode:
            os.chmod(path, wanted)  # noqa: PTH101 - the walk speaks in strings


def readable_copy(folder: Path, copy: Path) -> Path:
    """Copy a folder so that every user can read it, links as they are. Raises OSError."""
    done = subprocess.run(
        ["cp", "-R", "--preserve=mode,timestamps,links", "--", f"{folder}/.", str(copy)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise OSError(done.stderr.decode(errors="replace").strip())
    publish(copy)
    return copy

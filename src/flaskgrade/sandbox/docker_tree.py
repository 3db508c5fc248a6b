"""A folder as it is in every container: readable by everybody, plain files, folders and links."""

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = 4096
FOLDER, FILE, PROGRAM = 0o755, 0o644, 0o755


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One path of a folder."""

    path: str  # on the host
    name: str  # below the folder
    info: os.stat_result

    @property
    def is_folder(self) -> bool:
        """Tell a folder."""
        return stat.S_ISDIR(self.info.st_mode)

    @property
    def is_link(self) -> bool:
        """Tell a symbolic link."""
        return stat.S_ISLNK(self.info.st_mode)

    @property
    def is_kept(self) -> bool:
        """Tell what arrives from devices, pipes and sockets, which do not."""
        return self.is_folder or self.is_link or stat.S_ISREG(self.info.st_mode)

    @property
    def mode(self) -> int:
        """The permissions that it arrives with."""
        if self.is_folder:
            return FOLDER
        return PROGRAM if self.info.st_mode & stat.S_IXUSR else FILE

    @property
    def is_ready(self) -> bool:
        """Tell whether it is as it is to arrive."""
        return self.is_link or (self.is_kept and stat.S_IMODE(self.info.st_mode) == self.mode)


def walk(folder: str, prefix: str = "") -> Iterator[Entry]:
    """Yield all that is in a folder, parents first and in order. Raises OSError."""
    with os.scandir(folder) as found:
        children = sorted(found, key=lambda child: child.name)
    for child in children:
        entry = Entry(
            path=child.path,
            name=f"{prefix}{child.name}",
            info=child.stat(follow_symlinks=False),
        )
        yield entry
        if entry.is_folder:
            yield from walk(child.path, f"{entry.name}/")


def room(entries: tuple[Entry, ...]) -> int:
    """Return how many bytes a copy needs in memory."""
    return sum(-(-entry.info.st_size // PAGE) * PAGE for entry in entries)


def is_ready(folder: Path, entries: tuple[Entry, ...]) -> bool:
    """Tell whether a folder is as it is to arrive, and all of it on one file system."""
    top = folder.lstat()
    return stat.S_IMODE(top.st_mode) == FOLDER and all(
        entry.is_ready and entry.info.st_dev == top.st_dev for entry in entries
    )


def copy(entries: tuple[Entry, ...], target: Path) -> None:
    """Make a folder of what is to arrive. Times are kept, as .pyc files need. Raises OSError."""
    target.mkdir()
    target.chmod(FOLDER)
    for entry in entries:
        there = os.path.join(target, entry.name)  # noqa: PTH118 - the walk speaks in strings
        if entry.is_folder:
            os.mkdir(there)  # noqa: PTH102
            os.chmod(there, entry.mode)  # noqa: PTH101
        elif entry.is_link:
            os.symlink(os.readlink(entry.path), there)  # noqa: PTH115, PTH211
        elif entry.is_kept:
            shutil.copyfile(entry.path, there, follow_symlinks=False)
            os.chmod(there, entry.mode)  # noqa: PTH101
            os.utime(there, ns=(entry.info.st_atime_ns, entry.info.st_mtime_ns))

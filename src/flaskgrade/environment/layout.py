"""An environment as a folder: the skeleton of a virtual environment, filled with hard links.

The interpreter is named by its path inside the sandbox; it need not exist on the host.
https://docs.python.org/3/library/venv.html#how-venvs-work
"""

import errno
import os
import posixpath
import shutil
from pathlib import Path

from flaskgrade.model.environment import Interpreter

LAYOUT = "1"  # part of every digest: raise it when the layout changes


def skeleton(folder: Path, interpreter: Interpreter) -> Path:
    """Make an empty environment and return its site-packages."""
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    for name in ("python", "python3"):
        (folder / "bin" / name).symlink_to(interpreter.path)
    (folder / "pyvenv.cfg").write_text(
        f"home = {posixpath.dirname(interpreter.path)}\n"
        "include-system-site-packages = false\n"
        f"version = {interpreter.version}\n",
        encoding="utf-8",
    )
    site = folder / "lib" / f"python{interpreter.short}" / "site-packages"
    site.mkdir(parents=True)
    readable(folder)
    return site


def readable(folder: Path) -> None:
    """Let the users of the sandboxes enter the folders, whatever the umask is."""
    for parent, _, _ in os.walk(folder):
        os.chmod(parent, 0o755)  # noqa: PTH101, S103 - os.walk speaks in strings


def link_tree(source: Path, target: Path) -> None:
    """Fill `target` with hard links to the files of `source`; what is there already stays.

    Falls back to copies across file systems.
    """
    _link(str(source), str(target))


def _link(source: str, target: str) -> None:
    # os.scandir and strings: an environment has thousands of files, and this runs for each grading
    # with a new set of packages.
    if not os.path.isdir(target):  # noqa: PTH112
        os.mkdir(target)  # noqa: PTH102
        os.chmod(target, 0o755)  # noqa: PTH101, S103
    with os.scandir(source) as entries:
        for entry in entries:
            there = f"{target}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                _link(entry.path, there)
            else:
                link(entry.path, there)


def link(source: str, target: str) -> None:
    """Make a hard link (or a copy, where that cannot be); leave a file that is there alone."""
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        pass
    except OSError as error:
        if error.errno not in {errno.EXDEV, errno.EMLINK, errno.EPERM}:
            raise
        shutil.copy2(source, target, follow_symlinks=False)

"""Folders kept for good under a key, beside each other on the cache's file system."""

import re
import shutil
from pathlib import Path

from flaskgrade.sandbox.permissions import publish

KEY = re.compile(r"[0-9a-f-]+")


class Store:
    """A folder of folders. What is in it is whole, and never changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Path | None:
        """Return the folder that is stored under a key, if any."""
        path = self._folder / checked(key)
        return path if path.is_dir() else None

    def put(self, key: str, path: Path) -> Path:
        """Take a folder over, readable by all and writable by none but us; the first writer wins.

        It must lie on the store's file system. Raises OSError.
        """
        target = self._folder / checked(key)
        self._folder.mkdir(parents=True, exist_ok=True)
        publish(path)
        try:
            path.rename(target)
        except OSError:
            if not target.is_dir():
                raise
            shutil.rmtree(path)
        return target


def checked(key: str) -> str:
    """Return a key of the store. Raises ValueError for one that is none: a bug of the caller's."""
    if not KEY.fullmatch(key):
        raise ValueError(f"not a key of the store: {key!r}")
    return key

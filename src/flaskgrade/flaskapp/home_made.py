"""Migrations without Alembic: numbered or dated scripts in a folder of that name.

peewee-migrate, yoyo, sqlalchemy-migrate, dbmate and home-made runners share that shape and little
else, so the folder is known by its files' names.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

from flaskgrade.flaskapp.layout import in_test_folder

_FOLDER = re.compile(r"^(db_?)?migrations?$|^(migrate|db)_repo(sitory)?$", re.IGNORECASE)
_SCRIPT = re.compile(r"^[vV]?_?\d+[\w.-]*\.(sql|py)$")
_ELSEWHERE = frozenset({"docs", "doc", "node_modules", "static", "frontend"})


def home_made(paths: Iterable[str]) -> str | None:
    """Return the folder of a project's home-made migrations: the one that holds most scripts."""
    scripts: dict[str, int] = defaultdict(int)
    for path in paths:
        *folders, name = PurePosixPath(path).parts
        if not _SCRIPT.match(name) or in_test_folder(path) or not _ELSEWHERE.isdisjoint(folders):
            continue
        for depth, folder in enumerate(folders, start=1):
            if _FOLDER.match(folder):
                scripts["/".join(folders[:depth])] += 1
                break
    return max(scripts, key=lambda folder: scripts[folder], default=None)

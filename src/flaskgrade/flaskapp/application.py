"""Which files are the application and what launches it, and which are made for other ends."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from flaskgrade.flaskapp.layout import is_aside
from flaskgrade.flaskapp.migrations import migration_files
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Scanned

# Run by packaging, documentation and test tools, never by a server.
_TOOLS = frozenset({"setup.py", "noxfile.py", "fabfile.py", "versioneer.py", "conftest.py"})
_TESTING = re.compile(r"Test|TEST|(?:^|_)test")  # as a word: not in "latest"
_LAUNCHERS = frozenset({"wsgi", "asgi", "manage", "run", "runserver", "autoapp", "__main__"})


def application_files(project: Project) -> Iterator[Scanned]:
    """Return the files that may run when the application is served.

    Left out are tests, packaging, documentation, migrations, and examples or scripts where the
    project has code beside them.
    """
    revisions = migration_files(project)
    files = [
        file
        for file in project.files
        if file.source.path not in revisions
        and PurePosixPath(file.source.path).name not in _TOOLS
        and not _documentation(file.source.path)
    ]
    central = [file for file in files if not is_aside(file.source.path)]
    yield from central or files


def is_launcher(path: str) -> bool:
    """Tell whether a file is by its name what a server or a shell is pointed at."""
    stem = PurePosixPath(path).stem
    return stem in _LAUNCHERS or stem.startswith("gunicorn")


def is_testing(name: str) -> bool:
    """Tell whether a class, a function, or a module's path, is by its name for testing."""
    return bool(_TESTING.search(PurePosixPath(name).stem if name.endswith(".py") else name))


def _documentation(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return parts[-1] == "conf.py" and any(part in {"doc", "docs", "source"} for part in parts[:-1])

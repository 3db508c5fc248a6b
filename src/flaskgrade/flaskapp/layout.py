"""What a path says about a file: whether it is test code, installed code, a revision."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

_TEST_FOLDERS = frozenset({"test", "tests", "testing"})
_ASIDE = frozenset(
    {"examples", "example", "docs", "doc", "demo", "demos", "samples", "scripts", "contrib"}
)
_TEST_FILE = re.compile(r"^(test_.*|.*_test|tests|conftest)\.py$")
_COLLECTED = re.compile(r"^(test_.*|.*_test)\.py$")
INSTALLED = frozenset({"site-packages", "dist-packages", "node_modules", "__pycache__"})

# pytest's default `norecursedirs`:
# https://docs.pytest.org/en/stable/reference/reference.html#confval-norecursedirs
_NOT_RECURSED = re.compile(r"^(.*\.egg|\..*|_darcs|build|CVS|dist|node_modules|venv|\{arch\})$")


def is_test(path: str) -> bool:
    """Tell whether a file belongs to the tests: by its name, or by a folder that it lies in."""
    return bool(_TEST_FILE.match(PurePosixPath(path).name)) or in_test_folder(path)


def in_test_folder(path: str) -> bool:
    """Tell whether a file lies in a folder of tests."""
    return not _TEST_FOLDERS.isdisjoint(PurePosixPath(path).parts[:-1])


def is_aside(path: str) -> bool:
    """Tell whether a file lies among examples or documentation."""
    return not _ASIDE.isdisjoint(PurePosixPath(path).parts[:-1])


def is_collected(path: str) -> bool:
    """Tell whether pytest would look into the file, run at the root without configuration."""
    *folders, name = PurePosixPath(path).parts
    return bool(_COLLECTED.match(name)) and not any(map(_NOT_RECURSED.match, folders))


def own_python(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the Python files among `paths` that are the project's own, shallow ones first.

    Code in a committed virtual environment or another folder of installed packages is somebody
    else's. Everything else counts, whatever its folder is called: `.hidden` and `build` as well.
    """
    known = tuple(paths)
    environments = tuple(
        str(PurePosixPath(path).parent) + "/" for path in known if path.endswith("/pyvenv.cfg")
    )
    own = (
        path
        for path in known
        if path.endswith(".py")
        and not path.startswith(environments)
        and INSTALLED.isdisjoint(PurePosixPath(path).parts[:-1])
    )
    return tuple(sorted(own, key=lambda path: (path.count("/"), path)))

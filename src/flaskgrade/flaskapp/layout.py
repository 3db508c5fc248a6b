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

# Folders of copied packages, and names of packages that are copied there; and how many of them
# side by side tell that it is done: one alone may be the package's own repository.
_VENDORED = frozenset(
    {
        *("lib", "libs", "vendor", "vendored", "_vendor", "third_party", "thirdparty", "packages"),
        *("ext", "external", "deps"),
    }
)
_KNOWN = frozenset(
    {
        *("flask", "werkzeug", "jinja2", "markupsafe", "click", "itsdangerous", "blinker", "six"),
        *("wtforms", "sqlalchemy", "requests", "simplejson", "urllib3", "httplib2", "yaml", "pytz"),
        *("babel", "redis", "pymongo", "bs4", "dateutil", "setuptools", "pip", "pkg_resources"),
    }
)
TOGETHER = 2

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


def vendored(paths: Iterable[str]) -> tuple[str, ...]:
    """Return where well-known packages were copied into the project: folders, each with a slash.

    That is a whole `lib` or `vendor`, and elsewhere the packages alone, with extensions of Flask.
    """
    packages: dict[PurePosixPath, set[str]] = {}
    for path in map(PurePosixPath, paths):
        if path.name == "__init__.py":
            packages.setdefault(path.parent.parent, set()).add(path.parent.name)
    found: set[str] = set()
    for folder, names in packages.items():
        if len(names & _KNOWN) >= TOGETHER:
            whole = folder.name in _VENDORED
            inner = (name for name in names if name in _KNOWN or name.startswith("flask"))
            found.update(
                [f"{folder}/"] if whole else [(folder / name).as_posix() + "/" for name in inner]
            )
    return tuple(sorted(found))


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

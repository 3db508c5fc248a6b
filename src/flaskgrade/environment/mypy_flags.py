"""How mypy is run, by the check and by the toolbox, which warms its cache.

A cache is used only by a run with the same flags, so both ask here. The cache lies in the
toolbox, read-only; that rules out mypy's default SQLite store, which wants to write, and in files
mypy simply does not keep what it cannot write.
"""

from collections.abc import Iterable

TOOLBOX = "/opt/toolbox"  # where the toolbox is mounted
MYPY_CACHE = f"{TOOLBOX}/mypy-cache"


def mypy_command(*, cache: str = MYPY_CACHE) -> tuple[str, ...]:
    """Return the argv of mypy but for the files, which are named one by one.

    Each line of its output is a JSON object with file, line, column, message, hint, code and
    severity. It exits with 0 or 1 when it did its work, with 2 when it could not.
    """
    return (
        *(f"{TOOLBOX}/bin/python", "-I", "-m", "mypy"),
        # An empty name means no configuration file at all; a submission's could load plugins.
        "--config-file=",
        # Our own interpreter: a submission's would run the .pth files of its environment.
        *("--python-executable", f"{TOOLBOX}/bin/python"),
        *("--cache-dir", cache, "--no-sqlite-cache", "--skip-cache-mtime-checks"),
        # Two folders may hold a models.py each, with or without an __init__.py.
        *("--namespace-packages", "--explicit-package-bases"),
        # What the toolbox does not know is not the submission's error.
        *("--ignore-missing-imports", "--check-untyped-defs"),
        *("--output", "json", "--no-error-summary", "--hide-error-context", "--no-pretty"),
    )


def mypy_environment(source: str, source_roots: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the variables that tell mypy where imports start: roots below the folder `source`."""
    roots = (source if root == "." else f"{source}/{root}" for root in source_roots)
    return (("MYPYPATH", ":".join(roots)),)

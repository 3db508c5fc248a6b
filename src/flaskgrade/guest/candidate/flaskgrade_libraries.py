"""Import the libraries that a submission names, once, before its processes are forked.

Importing Flask, SQLAlchemy and the like takes most of an app's start, and every process of it (the
preparing one, each gunicorn worker) would do it again. Only installed packages are imported here;
the submission's own modules are left to each process, as without this.
"""

import ast
import contextlib
import importlib
import importlib.util
import sys
import threading
from pathlib import Path

# These change the standard library and must come before all else, at the app's own moment.
PATCHING = {"gevent", "eventlet"}
# Test tools, and what the app is started by.
LEFT_OUT = {"pytest", "_pytest", "unittest", "gunicorn", "celery"}
MOST_FILES = 400
MOST_BYTES = 200_000


def named(folder):
    """Return the dotted names of all modules that the Python files below a folder import."""
    names = set()
    for number, path in enumerate(sorted(Path(folder).rglob("*.py"))):
        if number >= MOST_FILES:
            break
        with contextlib.suppress(OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            if path.stat().st_size > MOST_BYTES or path.is_symlink():
                continue
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.Import):
                    names.update(alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names.add(node.module)
    return names


def installed(name, prefix):
    """Tell whether a module's top-level package lies in the environment."""
    top = name.split(".")[0]
    if top in sys.stdlib_module_names or top in LEFT_OUT:
        return False
    with contextlib.suppress(ImportError, ValueError, AttributeError):
        spec = importlib.util.find_spec(top)
        places = [spec.origin or "", *(spec.submodule_search_locations or ())] if spec else []
        return any(place.startswith(prefix) for place in places)
    return False


def import_all(folder):
    """Import what can be; tell whether the process may still be forked as if it were fresh."""
    names = named(folder)
    if PATCHING & {name.split(".")[0] for name in names}:
        return False
    prefix = f"{sys.prefix}/lib/"
    for name in sorted(names):
        if installed(name, prefix):
            # A library that cannot be imported is the app's to complain about, when it tries.
            with contextlib.suppress(BaseException):
                importlib.import_module(name)
    return threading.active_count() == 1

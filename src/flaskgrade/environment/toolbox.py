"""Our own tools for the examiner sandbox: pinned, with hashes, and the same for every submission.

Made once for each interpreter, from a lock that is shipped; then found in the backend's store.
"""

import hashlib
import io
import re
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from packaging.markers import Marker

from flaskgrade.environment.bytecode import cache_name, compiled
from flaskgrade.environment.index import Index
from flaskgrade.environment.inside import script
from flaskgrade.environment.installer import Installer, Unresolvable
from flaskgrade.environment.layout import LAYOUT, link, readable, skeleton
from flaskgrade.environment.mypy_flags import MYPY_CACHE, TOOLBOX, mypy_command
from flaskgrade.errors import IndexUnavailable, StageError
from flaskgrade.model.environment import Folder, Interpreter, Package
from flaskgrade.sandbox.base import MIB, Command, Limits, Mount, Sandbox, Zone
from flaskgrade.workspace import remove

VERSIONS = frozenset({"3.11", "3.12", "3.13", "3.14"})  # that the lock is made for
_LOCK = Path(__file__).parent / "toolbox.txt"
_IMPORTS = Path(__file__).parent / "mypy_imports.txt"  # modules that submissions import
_WARMING = "/tmp/mypy-cache"  # noqa: S108 - inside the sandbox
_LINE = re.compile(
    r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$", re.MULTILINE
)


@dataclass(frozen=True, kw_only=True)
class Toolbox:
    """Our tools as a folder, to be mounted at /opt/toolbox."""

    folder: Folder
    interpreter: Interpreter
    packages: tuple[Package, ...]
    digest: str


def toolbox(
    *,
    sandbox: Sandbox,
    cache: Path,
    scratch: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> Toolbox:
    """Return the toolbox, made now if the backend has none of this version.

    Raises StageError (IndexUnavailable, SandboxBroken among them) if it can't be made.
    """
    interpreter = next((one for one in sandbox.interpreters() if one.short in VERSIONS), None)
    if interpreter is None:
        raise StageError(
            f"the tools need a Python of {', '.join(sorted(VERSIONS))} in the sandbox",
            hint="Use a sandbox with such a Python, such as a Docker image of that version.",
        )
    lock = _LOCK.read_text(encoding="utf-8")
    digest = _digest(lock, interpreter)
    if (folder := sandbox.stored(digest)) is None:
        progress("installing")
        maker = _Maker(sandbox=sandbox, cache=cache, scratch=scratch, interpreter=interpreter)
        folder = sandbox.store(digest, maker.make(lock))
    return Toolbox(
        folder=folder, interpreter=interpreter, packages=_packages(lock, interpreter), digest=digest
    )


def _digest(lock: str, interpreter: Interpreter) -> str:
    parts = ("toolbox", LAYOUT, interpreter.path, interpreter.version, interpreter.platform)
    warm = (*mypy_command(), _imports(), script("warm_mypy"))
    return hashlib.sha256("\n".join((*parts, *warm, lock)).encode()).hexdigest()


def _imports() -> str:
    names = _IMPORTS.read_text(encoding="utf-8").split()
    return "".join(f"import {name}\n" for name in names)


def _packages(lock: str, interpreter: Interpreter) -> tuple[Package, ...]:
    """Return what the lock installs for that interpreter on Linux."""
    facts = {
        "python_version": interpreter.short,
        "python_full_version": interpreter.version,
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": interpreter.platform.rpartition("-manylinux")[0],
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    return tuple(
        Package(name=name, version=version)
        for name, version, marker in _LINE.findall(lock)
        if not marker or Marker(marker).evaluate(facts)
    )


@dataclass(frozen=True, kw_only=True)
class _Maker:
    sandbox: Sandbox
    cache: Path
    scratch: Path
    interpreter: Interpreter

    def make(self, lock: str) -> Path:
        """Return a folder with the tools, their bytecode and a warm mypy cache."""
        root = Path(tempfile.mkdtemp(dir=self.scratch, prefix="toolbox-"))
        installed, whole = root / "installed", root / "whole"
        site = skeleton(installed, self.interpreter)
        installer = Installer(cache=self.cache, scratch=self.scratch, index=Index.chosen())
        try:
            installer.install(lock, self.interpreter, site)
        except Unresolvable as error:
            raise IndexUnavailable(
                f"the package index lacks a tool of ours: {error.message}",
                hint="Check UV_DEFAULT_INDEX, and whether a proxy answers in its place.",
            ) from error
        (site / ".lock").unlink(missing_ok=True)
        link(str(site / "bin" / "ruff"), str(installed / "bin" / "ruff"))
        remove(site / "bin")
        readable(installed)
        with ThreadPoolExecutor(max_workers=1) as pool:
            warming = pool.submit(self._warm, installed)
            code = self._code(installed)
            mypy_cache = warming.result()
        # What is mounted must not change, so what the runs gave goes into a second tree. One of
        # copies: the installer links from its cache, as for candidates, and a hole in the kernel
        # by which one zone alters a file that it only reads must not reach the other zone.
        shutil.copytree(installed, whole, symlinks=True)
        for path, content in (code | mypy_cache).items():
            place = whole / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            place.chmod(0o644)
        readable(whole)
        return whole

    def _code(self, installed: Path) -> dict[str, bytes]:
        paths = [str(path.relative_to(installed)) for path in installed.rglob("*.py")]
        code = compiled(
            installed,
            paths,
            interpreter=self.interpreter,
            sandbox=self.sandbox,
            zone=Zone.EXAMINER,
        )
        return {cache_name(path, self.interpreter): content for path, content in code.items()}

    def _warm(self, installed: Path) -> dict[str, bytes]:
        """Return the files of a mypy cache that knows what submissions import."""
        python = f"{TOOLBOX}/bin/python"
        command = mypy_command(cache=_WARMING)
        outcome = self.sandbox.run(
            Command(
                argv=(python, "-I", "-c", script("warm_mypy"), _WARMING, *command),
                zone=Zone.EXAMINER,
                mounts=(Mount(folder=self.sandbox.folder(installed), target=TOOLBOX),),
                cwd="/tmp",  # noqa: S108 - inside the sandbox
                stdin=_imports().encode(),
                limits=Limits(
                    wall_seconds=300.0,
                    memory_bytes=2048 * MIB,
                    tmp_bytes=256 * MIB,
                    output_bytes=256 * MIB,
                ),
                label="warming mypy",
            )
        )
        if not outcome.ok:
            said = outcome.stderr.decode("utf-8", "replace").strip()[-500:]
            raise StageError(f"mypy does not work here ({outcome.ended.value}): {said}")
        return dict(_files(outcome.stdout, PurePosixPath(MYPY_CACHE).name))


def _files(archive: bytes, folder: str) -> list[tuple[str, bytes]]:
    """Return the plain files of a tar, placed below `folder`."""
    found = []
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            content = tar.extractfile(member) if member.isreg() else None
            if content is not None and not path.is_absolute() and ".." not in path.parts:
                found.append((str(folder / path), content.read()))
    return found

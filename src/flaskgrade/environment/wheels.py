"""A store of unpacked, byte-compiled packages, from which environments are linked together.

Packages are compiled once, not once an environment: with their wheels known, a new set of twenty
takes the time to make some thousand hard links. The store is ours: a sandbox sees the environments
made of it, read-only, and one zone's packages are never used in the other.
"""

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from flaskgrade.environment.bytecode import cache_name, compiled
from flaskgrade.environment.installer import Installer, Unresolvable
from flaskgrade.environment.layout import LAYOUT, readable
from flaskgrade.model.environment import Interpreter
from flaskgrade.sandbox.base import Sandbox, Zone
from flaskgrade.workspace import remove

_AT_ONCE = 8  # downloads


class Broken(Unresolvable):
    """A package that was found cannot be installed, whatever else is wanted."""

    def __init__(self, message: str, *, name: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A package at an exact version; `wheel` is set for one that was built here."""

    name: str
    version: str
    wheel: Path | None = None

    @property
    def built(self) -> str:
        """What tells a built wheel from another of its version: the folder of its recipe."""
        return self.wheel.parent.name if self.wheel else ""

    @property
    def line(self) -> str:
        """The requirement that asks for exactly this."""
        return f"{self.name}=={self.version}"


@dataclass(frozen=True, kw_only=True)
class WheelStore:
    """Unpacked packages for one interpreter, from one index."""

    folder: Path
    scratch: Path
    installer: Installer
    sandbox: Sandbox
    interpreter: Interpreter

    def unpacked(self, pins: tuple[Pin, ...]) -> tuple[Path, ...]:
        """Return a folder for each pin, after having fetched and compiled those not yet there.

        Raises Unresolvable, IndexUnavailable, SandboxBroken.
        """
        places = {pin: self._place(pin) for pin in pins}
        missing = tuple(pin for pin, place in places.items() if not place.is_dir())
        if missing:
            self._add(missing)
        return tuple(places.values())

    def _place(self, pin: Pin) -> Path:
        parts = (
            *(LAYOUT, pin.name, pin.version, pin.built),
            *(self.interpreter.short, self.interpreter.platform, self.installer.index.identity),
        )
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        return self.folder / f"{pin.name}-{digest[:32]}"

    def _add(self, pins: tuple[Pin, ...]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=self.scratch, prefix="wheels-"))
        parts = [staging / str(number) for number in range(len(pins))]
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            tuple(pool.map(self._unpack, pins, parts))
        readable(staging)
        for number, code in self._code(staging):
            cached = staging / cache_name(number, self.interpreter)
            cached.parent.mkdir(exist_ok=True)
            cached.write_bytes(code)
            cached.chmod(0o644)
        readable(staging)
        for pin, part in zip(pins, parts, strict=True):
            with contextlib.suppress(OSError):  # another run was first; its copy is as good
                part.rename(self._place(pin))
        remove(staging)

    def _unpack(self, pin: Pin, part: Path) -> None:
        """Unpack one package into a folder of its own.

        In a shared one, a package could bring files of another, and they would be kept as its.
        """
        part.mkdir()
        links = (pin.wheel.parent,) if pin.wheel else ()
        try:
            self.installer.install(f"{pin.line}\n", self.interpreter, part, links=links)
        except Unresolvable as error:
            raise Broken(error.message, name=pin.name) from error
        (part / ".lock").unlink(missing_ok=True)
        if not (part / "bin" / "__init__.py").exists():
            remove(part / "bin")  # scripts, which name an interpreter of the host

    def _code(self, staging: Path) -> Iterator[tuple[str, bytes]]:
        """Yield the path of each source file that compiles, below `staging`, and its bytecode."""
        paths = tuple(
            str(path.relative_to(staging))
            for path in staging.rglob("*.py")
            if path.is_file() and not path.is_symlink() and path.parent.name != "__pycache__"
        )
        yield from compiled(
            staging,
            paths,
            interpreter=self.interpreter,
            sandbox=self.sandbox,
            zone=Zone.CANDIDATE,
        ).items()

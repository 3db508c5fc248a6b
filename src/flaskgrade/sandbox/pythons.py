"""The Pythons of this host that a sandbox can mount: the harness's own first, then others."""

import contextlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

from flaskgrade.model.environment import Interpreter
from flaskgrade.sandbox.base import Command

OLDEST = (3, 9)
USR = Path("/usr")
MANYLINUX = (17, 28, *range(31, 41))  # the minor versions of glibc 2 that uv knows by name
ASK = "import sys; print(sys.implementation.name, *sys.version_info[:3])"


class Pythons:
    """Finds interpreters. A prefix is where one is installed; those below /usr need no mount."""

    def __init__(self, base: Path | None = None) -> None:
        self._given = base is not None
        self._base = Path(base or sys.base_prefix).resolve()
        self._homes: dict[str, str] = {}

    @cached_property
    def prefixes(self) -> tuple[Path, ...]:
        """The installations outside /usr that may be mounted: ours first, then its siblings."""
        if self._base.is_relative_to(USR):
            return ()
        others = sorted(
            folder
            for folder in self._base.parent.iterdir()
            if folder != self._base and not folder.is_symlink() and any(binaries(folder))
        )
        return (self._base, *others)

    @cached_property
    def interpreters(self) -> tuple[Interpreter, ...]:
        """CPython 3.9 and later; ours first, then the newest first."""
        own = [path for path in binaries(self._base) if path.name == own_name()]
        paths = own or [Path(sys.executable).resolve()]
        for prefix in self.prefixes[1:]:
            paths += binaries(prefix)
        paths += binaries(USR)
        unique = dict.fromkeys(path for path in paths if path.name != "python3" or path in own)
        with ThreadPoolExecutor(4) as pool:
            found = [found for found in pool.map(asked, unique) if found]
        first, *rest = found
        rest = [one for one in rest if one.path != first.path]
        return (first, *sorted(rest, key=order))

    def needed(self, command: Command) -> Iterator[tuple[Path, str]]:
        """Give the installations that a command needs, and where it looks for each.

        Ours always; another where the arguments, the environment or a mounted virtual environment
        name it.
        """
        if not self.prefixes:
            return
        ours, *others = self.prefixes
        yield ours, str(ours)
        if sys.base_prefix != str(ours) and not self._given:
            yield ours, sys.base_prefix
        named = [*command.argv, *(value for _, value in command.environment)]
        named += [self._home(mount.folder.reference) for mount in command.mounts]
        for prefix in others:
            if any(f"{prefix}/" in text for text in named):
                yield prefix, str(prefix)

    def _home(self, folder: str) -> str:
        """Return what the virtual environment in a folder says of its Python; empty if none."""
        if folder not in self._homes:
            said = ""
            with contextlib.suppress(OSError):
                said = (Path(folder) / "pyvenv.cfg").read_text(errors="replace")[:4096]
            with contextlib.suppress(OSError):
                said += f"\n{(Path(folder) / 'bin' / 'python').readlink()}"
            self._homes[folder] = said
        return self._homes[folder]


def own_name() -> str:
    """Return what this Python's binary is called: python3.13."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def binaries(prefix: Path) -> list[Path]:
    """Return the versioned interpreters of an installation, as python3.13."""
    return [
        path
        for path in (prefix / "bin").glob("python3.[0-9]*")
        if path.name.removeprefix("python3.").isdecimal() and os.access(path, os.X_OK)
    ]


def asked(path: Path) -> Interpreter | None:
    """Ask an interpreter for its version; None for one that is too old, or no CPython."""
    try:
        done = subprocess.run(
            [path, "-I", "-S", "-c", ASK], capture_output=True, timeout=10, check=True, text=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    name, *numbers = done.stdout.split()
    if name != "cpython" or tuple(map(int, numbers)) < OLDEST:
        return None
    return Interpreter(path=str(path), version=".".join(numbers), platform=manylinux())


def order(interpreter: Interpreter) -> tuple[int, ...]:
    """Order interpreters by version, the newest first."""
    return tuple(-int(part) for part in interpreter.version.split("."))


def manylinux() -> str:
    """Return uv's --python-platform for this host: its machine, and its glibc at most."""
    minor = int(platform.libc_ver()[1].split(".")[1])
    known = max((one for one in MANYLINUX if one <= minor), default=MANYLINUX[0])
    return f"{platform.machine()}-manylinux_2_{known}"

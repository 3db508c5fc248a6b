"""A small sandbox for these tests: real bubblewrap and real folders, none of the hardening.

It keeps to the contract as far as environments need it: run, folder, stored, store.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from flaskgrade.model.environment import Folder, Interpreter
from flaskgrade.sandbox.base import Command, Ended, Endpoint, Outcome, Process, Zone
from flaskgrade.sandbox.program import find_program

BASE = Path(sys.base_prefix)
HERE = Interpreter(
    path=str(BASE / "bin" / "python3"),
    version=".".join(map(str, sys.version_info[:3])),
    platform="x86_64-manylinux_2_28",
)
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin")


@dataclass(kw_only=True)
class PlainSandbox:
    """Runs commands under bubblewrap, without a network, and counts them."""

    root: Path
    pythons: tuple[Interpreter, ...] = (HERE,)
    name: str = "plain"
    version: str = "1"
    digest: str = ""
    ran: list[Command] = field(default_factory=list)

    def interpreters(self) -> tuple[Interpreter, ...]:
        """Return what the test chose."""
        return self.pythons

    def folder(self, path: Path) -> Folder:
        """Name a folder by its path."""
        return Folder(backend=self.name, reference=str(path))

    def stored(self, key: str) -> Folder | None:
        """Find a stored folder."""
        place = self.root / key
        return self.folder(place) if place.is_dir() else None

    def store(self, key: str, path: Path) -> Folder:
        """Take a folder over."""
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            path.rename(self.root / key)
        except OSError:
            shutil.rmtree(path)
        return self.folder(self.root / key)

    def run(
        self,
        command: Command,
        *,
        on_stdout: Callable[[bytes], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Outcome:
        """Run to the end."""
        assert on_stdout is None
        assert cancelled is None
        self.ran.append(command)
        began = time.monotonic()
        done = subprocess.run(
            [*_bwrap(command), *command.argv],
            input=command.stdin,
            capture_output=True,
            check=False,
            timeout=command.limits.wall_seconds,
            env={"PATH": os.defpath, "HOME": "/tmp", "TMPDIR": "/tmp"} | dict(command.environment),
        )
        return Outcome(
            ended=Ended.EXITED,
            exit_code=done.returncode,
            signal=None,
            stdout=done.stdout,
            stderr=done.stderr,
            seconds=time.monotonic() - began,
        )

    def endpoint(self, connecting: Zone = Zone.EXAMINER) -> Endpoint:
        """Refuse: no environment needs one."""
        raise NotImplementedError

    def start(
        self,
        command: Command,
        *,
        on_stdout: Callable[[bytes], None] | None = None,
        on_stderr: Callable[[bytes], None] | None = None,
    ) -> AbstractContextManager[Process]:
        """Refuse: no environment needs it."""
        raise NotImplementedError

    def close(self) -> None:
        """Have nothing to close."""


def _bwrap(command: Command) -> list[str]:
    system = [part for path in _SYSTEM if Path(path).exists() for part in ("--ro-bind", path, path)]
    mounts = [
        part
        for mount in command.mounts
        for part in ("--ro-bind", mount.folder.reference, mount.target)
    ]
    return [
        *(
            str(find_program()[0]),
            "--unshare-all",
            "--die-with-parent",
            "--tmpfs",
            "/tmp",
            "--dev",
            "/dev",
        ),
        *("--proc", "/proc", *system, "--ro-bind-try", str(BASE), str(BASE), *mounts),
        *("--chdir", command.cwd),
    ]

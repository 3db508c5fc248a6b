"""Small real implementations of our own contracts, for tests of what uses them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from flaskgrade.errors import SandboxBroken
from flaskgrade.model.environment import Folder, Interpreter
from flaskgrade.sandbox.base import Command, Endpoint, Outcome, Process, Sandbox, Zone


@dataclass
class BreakingSandbox:
    """A sandbox that hands everything to a real one until it breaks.

    `breaks` is asked before each command, and each "store", "folder" or "endpoint"; what it
    answers True to raises SandboxBroken.
    """

    real: Sandbox
    breaks: Callable[[str], bool]
    labels: list[str] = field(default_factory=list)

    def _reach(self, label: str) -> None:
        self.labels.append(label)
        if self.breaks(label):
            raise SandboxBroken(f"the sandbox went away at {label}")

    @property
    def name(self) -> str:
        """The real one's name."""
        return self.real.name

    @property
    def version(self) -> str:
        """The real one's version."""
        return self.real.version

    @property
    def digest(self) -> str:
        """The real one's digest."""
        return self.real.digest

    def interpreters(self) -> tuple[Interpreter, ...]:
        """Return the real one's Pythons."""
        self._reach("interpreters")
        return self.real.interpreters()

    def folder(self, path: Path) -> Folder:
        """Make a folder mountable."""
        return self.real.folder(path)

    def stored(self, key: str) -> Folder | None:
        """Look into the real one's store."""
        self._reach("stored")
        return self.real.stored(key)

    def store(self, key: str, path: Path) -> Folder:
        """Store a folder in the real one."""
        self._reach("store")
        return self.real.store(key, path)

    def endpoint(self, connecting: Zone = Zone.EXAMINER) -> Endpoint:
        """Make a socket."""
        self._reach("endpoint")
        return self.real.endpoint(connecting)

    def run(
        self,
        command: Command,
        *,
        on_stdout: Callable[[bytes], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Outcome:
        """Run a command in the real one."""
        self._reach(command.label)
        return self.real.run(command, on_stdout=on_stdout, cancelled=cancelled)

    def start(
        self,
        command: Command,
        *,
        on_stdout: Callable[[bytes], None] | None = None,
        on_stderr: Callable[[bytes], None] | None = None,
    ) -> AbstractContextManager[Process]:
        """Start a command in the real one."""
        self._reach(command.label)
        return self.real.start(command, on_stdout=on_stdout, on_stderr=on_stderr)

    def close(self) -> None:
        """Leave the real one open: it is the session's."""

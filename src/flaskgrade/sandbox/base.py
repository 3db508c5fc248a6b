"""The contract of a sandbox: command in, facts out. The conformance suite is its definition.

Whatever runs in a sandbox has no network beyond its own loopback, sees no file that is not mounted
for it, inherits no descriptor and no environment variable of ours, runs as an unprivileged user, is
limited in everything, and is dead with all its descendants when `run` returns or `stop` is called.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Protocol

from flaskgrade.model.environment import Folder, Interpreter
from flaskgrade.sandbox.feed import Feed

MIB = 1024 * 1024
SCRATCH = "/tmp"  # noqa: S108 - inside the sandbox: a private tmpfs that dies with it


class Zone(Enum):
    """Whose code runs. The two never share a user, a process, or a writable file."""

    EXAMINER = "examiner"
    CANDIDATE = "candidate"


class Access(Enum):
    """How a folder is mounted."""

    READ_ONLY = "read-only"
    COPY = "copy"  # a private writable copy in memory, gone with the sandbox; counts as tmp_bytes


@dataclass(frozen=True, kw_only=True)
class Mount:
    """A folder at an absolute path inside the sandbox."""

    folder: Folder
    target: str
    access: Access = Access.READ_ONLY


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a command may use. A limit that is hit ends the command, and the outcome names it."""

    wall_seconds: float = 60.0
    memory_bytes: int = 1024 * MIB  # of all its processes together
    processes: int = 128  # threads count
    file_bytes: int = 64 * MIB  # one file
    open_files: int = 512  # one process
    tmp_bytes: int = 128 * MIB  # each of SCRATCH and the copies
    output_bytes: int = 8 * MIB  # stdout, and stderr, each; more ends the command
    # No limit: the share of the processors when they are all busy, against other commands' (1 to
    # 10,000). A wish, for what others wait for; a backend that cannot ignores it.
    cpu_weight: int = 100


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A Unix socket that one sandbox serves and another connects to; made by `Sandbox.endpoint`.

    `bind` is gunicorn's --bind value in the serving sandbox, `path` the socket's path in the
    connecting one. `reference` means something to the backend only.
    """

    bind: str
    path: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class Command:
    """What to run. `environment` is all it gets besides PATH, HOME, TMPDIR, LANG and LC_ALL."""

    argv: tuple[str, ...]
    zone: Zone
    mounts: tuple[Mount, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    cwd: str = "/"
    stdin: bytes = b""
    feed: Feed | None = None  # in the place of `stdin`: one that stays open
    limits: Limits = field(default_factory=Limits)
    serves: Endpoint | None = None
    connects: tuple[Endpoint, ...] = ()
    label: str = ""  # for people: error messages, `docker ps`


class Ended(Enum):
    """Why a command is no longer running."""

    EXITED = "exited"  # by itself; exit_code is set
    KILLED = "killed by a signal"  # by itself or by the kernel; signal is set
    NOT_FOUND = "command not found"
    TIMED_OUT = "ran out of time"
    OUT_OF_MEMORY = "ran out of memory"
    TOO_MUCH_OUTPUT = "wrote too much output"
    STOPPED = "stopped by us"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a command ended. `stdout` and `stderr` are cut at the limit, never decoded here."""

    ended: Ended
    exit_code: int | None
    signal: int | None
    stdout: bytes
    stderr: bytes
    seconds: float
    memory_kills: int = 0  # processes that the memory limit killed, also where the command lived on

    @property
    def ok(self) -> bool:
        """Tell whether the command exited by itself with 0."""
        return self.ended is Ended.EXITED and self.exit_code == 0


class Process(Protocol):
    """A command that is running. Leaving the `with` block stops it."""

    def alive(self) -> bool:
        """Tell whether the main process still runs."""
        ...

    def send_signal(self, number: int) -> None:
        """Send a signal to the main process; to one that has ended it does nothing."""
        ...

    def stop(self, *, grace_seconds: float = 0.0) -> Outcome:
        """End it and every descendant; SIGTERM first where a grace is given. May be called again.

        A command that had already ended keeps the reason for which it ended.
        """
        ...


class Sandbox(Protocol):
    """A backend. Every method may raise SandboxBroken: our fault, never the command's.

    Methods may be called from several threads at once; the thread that calls `run` or `start`
    must live as long as the command does (a parent's death signal is per thread).
    """

    @property
    def name(self) -> str:
        """`bwrap` or `docker`."""
        ...

    @property
    def version(self) -> str:
        """The backend's version, for the report."""
        ...

    @property
    def digest(self) -> str:
        """What identifies the root file system: an image id, or empty."""
        ...

    def interpreters(self) -> tuple[Interpreter, ...]:
        """Return the Pythons that commands can use, the default one first."""
        ...

    def folder(self, path: Path) -> Folder:
        """Make a host folder mountable for as long as this sandbox object is open.

        Its content must not change afterwards. Symbolic links in it are kept as they are.
        """
        ...

    def stored(self, key: str) -> Folder | None:
        """Return the folder stored for good under `key` (hex digits and dashes), if any."""
        ...

    def store(self, key: str, path: Path) -> Folder:
        """Store a host folder for good under `key`, whole or not at all; the first writer wins.

        The backend takes the folder over: `path` is gone afterwards.
        """
        ...

    def endpoint(self, connecting: Zone = Zone.EXAMINER) -> Endpoint:
        """Make a socket for one serving and any number of connecting commands, these of one zone.

        A command may serve one socket and connect to others.
        """
        ...

    def run(
        self,
        command: Command,
        *,
        on_stdout: Callable[[bytes], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Outcome:
        """Run to its end. `on_stdout` is given each piece of stdout as it comes, in this thread.

        `cancelled` is asked at least every 100 ms; once it says True, the command is STOPPED.
        A limit that rings is in the Outcome. KeyboardInterrupt stops the command and goes on.
        """
        ...

    def start(
        self,
        command: Command,
        *,
        on_stdout: Callable[[bytes], None] | None = None,
        on_stderr: Callable[[bytes], None] | None = None,
    ) -> AbstractContextManager[Process]:
        """Start a command that is to run beside others, such as a server.

        `on_stdout` and `on_stderr` are given each piece as it comes, in a thread of the backend's.
        """
        ...

    def close(self) -> None:
        """Stop whatever still runs, and remove all that this object made, except what is stored."""
        ...

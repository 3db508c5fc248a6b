"""The bwrap backend: bubblewrap on this Linux host, without a daemon and without an image.

Commands see the host's /usr and the installation of flaskgrade's own Python, read-only, and what is
mounted for them. Run by root, each zone is a host user of its own and limits are the kernel's; run
by an ordinary user, the zones are one host user in separate namespaces, and a watchdog limits the
memory unless a control group is delegated.
"""

import itertools
import os
import platform
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from flaskgrade.errors import SandboxBroken, SandboxUnavailable
from flaskgrade.model.environment import Folder, Interpreter
from flaskgrade.sandbox import rootfs, seccomp
from flaskgrade.sandbox.base import Command, Endpoint, Limits, Outcome, Process, Zone
from flaskgrade.sandbox.cgroup import ControlGroup, ControlGroups, sweep_groups
from flaskgrade.sandbox.diagnosis import OTHERWISE, unavailable
from flaskgrade.sandbox.ownership import mark, sweep_strays
from flaskgrade.sandbox.permissions import readable, readable_copy
from flaskgrade.sandbox.program import check_host, find_program
from flaskgrade.sandbox.pythons import Pythons
from flaskgrade.sandbox.spawn import launch
from flaskgrade.sandbox.staging import Staging
from flaskgrade.sandbox.store import Store
from flaskgrade.sandbox.supervision import Supervision
from flaskgrade.workspace import free_space

BACKLOG = 128
NAME = "bwrap"


class BwrapSandbox:
    """A sandbox by bubblewrap. `open` makes one; it is a context manager, too."""

    def __init__(self, *, cache: Path, scratch: Path, program: Path, version: str) -> None:
        self._store = Store(cache.resolve() / "stored")
        self._scratch = scratch.resolve() / NAME
        self._program = program
        self._version = version
        self._mark = mark()
        self._root = os.geteuid() == 0
        self._groups = ControlGroups.found()
        self._filter = seccomp.program(platform.machine(), watched=self._groups is None)
        self._staging = Staging()
        self._pythons = Pythons()
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._endpoints: dict[str, socket.socket] = {}
        self._running: set[Supervision] = set()
        self._closed = False

    @classmethod
    def open(cls, *, cache: Path, scratch: Path) -> Self:
        """Open the backend after a trial run. Raises SandboxUnavailable, saying what is missing."""
        program, version = find_program()
        check_host()
        try:
            sandbox = cls(cache=cache, scratch=scratch, program=program, version=version)
            sandbox._prepare()
        except OSError as error:
            raise SandboxUnavailable(
                f"bwrap's folders cannot be made in {scratch}: "
                f"{error.strerror or error} ({free_space(scratch)})",
                hint="Set FLASKGRADE_CACHE to a folder that you can write to, with some room.",
            ) from error
        try:
            sandbox._try_out()
        except BaseException:
            sandbox.close()
            raise
        return sandbox

    def _prepare(self) -> None:
        self._scratch.mkdir(mode=0o711)
        rootfs.make_etc(self._scratch / "etc")

    def _try_out(self) -> None:
        """Run a trivial command with all that a real one has."""
        if self._filter is None:
            raise SandboxUnavailable(
                f"there is no system call filter for this machine ({platform.machine()})",
                hint=f"bwrap is supported on {' and '.join(seccomp.MACHINES)}. {OTHERWISE}",
            )
        try:
            outcome = self.run(Command(argv=("/bin/sh", "-c", ":"), zone=Zone.CANDIDATE))
        except SandboxBroken as error:
            raise unavailable(error.message, str(self._program)) from error
        if not outcome.ok:
            said = outcome.stderr.decode(errors="replace").strip()
            raise unavailable(f"{outcome.ended.value}: {said}", str(self._program))

    # What it is

    @property
    def name(self) -> str:
        """The backend's name."""
        return NAME

    @property
    def version(self) -> str:
        """The version of bubblewrap."""
        return self._version

    @property
    def digest(self) -> str:
        """Empty: the root file system is the host's."""
        return ""

    def interpreters(self) -> tuple[Interpreter, ...]:
        """Return the Pythons of this host, flaskgrade's own first.

        One outside /usr is mounted where a command names it: in its arguments, its environment, or
        by a mounted virtual environment that was made with it. flaskgrade's own always is.
        """
        return self._pythons.interpreters

    # Folders

    def folder(self, path: Path) -> Folder:
        """Make a host folder mountable: where it is, unless only root can read all of it."""
        path = path.resolve()
        try:
            if self._root and not readable(path):
                copy = self._scratch / f"folder-{next(self._numbers)}"
                copy.mkdir()
                path = readable_copy(path, copy)
            elif not path.is_dir():
                raise NotADirectoryError(f"{path} is not a folder")
        except OSError as error:
            raise SandboxBroken(f"cannot mount {path}: {error}") from error
        return Folder(backend=NAME, reference=str(path))

    def stored(self, key: str) -> Folder | None:
        """Return what is stored under a key."""
        path = self._store.get(key)
        return Folder(backend=NAME, reference=str(path)) if path else None

    def store(self, key: str, path: Path) -> Folder:
        """Move a folder of the cache's file system to the store; the first writer wins."""
        try:
            stored = self._store.put(key, path)
        except OSError as error:
            raise SandboxBroken(f"cannot store {path}: {error}") from error
        return Folder(backend=NAME, reference=str(stored))

    # Endpoints

    def endpoint(self, connecting: Zone = Zone.EXAMINER) -> Endpoint:
        """Make a listening socket: the server inherits it, clients get its folder read-only."""
        number = next(self._numbers)
        folder = self._scratch / f"gateway-{number}"
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            folder.mkdir(mode=0o700)
            entrance = os.open(folder, os.O_PATH | os.O_CLOEXEC)
            try:  # the path itself may be too long for a socket's address (108 bytes)
                listener.bind(f"/proc/self/fd/{entrance}/{rootfs.SOCKET}")
            finally:
                os.close(entrance)
            listener.listen(BACKLOG)
            if self._root:
                for path, mode in ((folder / rootfs.SOCKET, 0o600), (folder, 0o500)):
                    path.chmod(mode)
                    os.chown(path, rootfs.USERS[connecting], rootfs.GROUP)
        except OSError as error:
            listener.close()
            raise SandboxBroken(f"cannot make a socket in {folder}: {error}") from error
        with self._lock:
            self._endpoints[str(folder)] = listener
        return Endpoint(
            bind=f"fd://{rootfs.LISTEN}",
            path=f"{rootfs.GATEWAY}/{number}/{rootfs.SOCKET}",
            reference=str(folder),
        )

    # Commands

    def run(
        self,
        command: Command,
        *,
        on_stdout: Callable[[bytes], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Outcome:
        """Run a command to its end, in this thread."""
        with self._supervised(command, on_stdout, cancelled) as supervision:
            return supervision.finish()

    def start(
        self,
        command: Command,
        *,
        on_stdout: Callable[[bytes], None] | None = None,
        on_stderr: Callable[[bytes], None] | None = None,
    ) -> AbstractContextManager[Process]:
        """Start a command, and watch over it in a thread."""
        return self._started(command, on_stdout, on_stderr)

    @contextmanager
    def _started(
        self,
        command: Command,
        on_stdout: Callable[[bytes], None] | None,
        on_stderr: Callable[[bytes], None] | None,
    ) -> Iterator[Process]:
        with self._supervised(command, on_stdout, on_stderr=on_stderr) as supervision:
            process = BwrapProcess(supervision)
            try:
                yield process
            finally:
                process.stop()

    @contextmanager
    def _supervised(
        self,
        command: Command,
        on_stdout: Callable[[bytes], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        on_stderr: Callable[[bytes], None] | None = None,
    ) -> Iterator[Supervision]:
        """Start a command and give what watches over it; nothing of it is left afterwards."""
        with ExitStack() as stack:
            try:
                line = self._command_line(command)
                ends = launch(
                    self._argv(command, line),
                    options=line.options,
                    stdin=command.stdin,
                    feed=command.feed,
                    program=self._filter or b"",
                    listener=self._endpoints[command.serves.reference] if command.serves else None,
                )
                group = self._group(command.limits)  # made while bwrap starts
                if group:
                    stack.callback(group.remove)
            except OSError as error:
                raise SandboxBroken(f"cannot start a sandbox: {error}") from error
            supervision = Supervision(
                ends,
                command.limits,
                stdin=command.stdin,
                group=group,
                on_stdout=on_stdout,
                on_stderr=on_stderr,
                cancelled=cancelled,
            )
            try:
                self._admit(supervision)
                supervision.begin()
                yield supervision
            except BaseException:
                supervision.abandon()
                raise
            finally:
                with self._lock:
                    self._running.discard(supervision)

    def _admit(self, supervision: Supervision) -> None:
        with self._lock:
            if self._closed:
                raise SandboxBroken("the sandbox is closed")
            self._running.add(supervision)

    def _group(self, limits: Limits) -> ControlGroup | None:
        return self._groups.make(limits) if self._groups else None

    def _command_line(self, command: Command) -> rootfs.CommandLine:
        sources = [
            rootfs.Source(
                path=self._visible(Path(mount.folder.reference)),
                target=mount.target,
                access=mount.access,
            )
            for mount in command.mounts
        ]
        for endpoint in command.connects:
            gateway = self._visible(Path(endpoint.reference))
            target = endpoint.path.removesuffix(f"/{rootfs.SOCKET}")
            sources.append(rootfs.Source(path=gateway, target=target))
        host = rootfs.host_arguments(
            self._visible(self._scratch / "etc"),
            [
                rootfs.Source(path=self._visible(prefix), target=target)
                for prefix, target in self._pythons.needed(command)
            ],
        )
        return rootfs.command_line(command, host, sources, self._mark)

    def _argv(self, command: Command, line: rootfs.CommandLine) -> list[str]:
        argv = [self._program_path(), "--args", str(rootfs.OPTIONS), "--", *line.command]
        if self._root:
            user = str(rootfs.USERS[command.zone])
            argv = [
                *("setpriv", "--reuid", user, "--regid", str(rootfs.GROUP), "--clear-groups"),
                *("--no-new-privs", "--", *argv),
            ]
        return [*self._staging.entrance(), *argv]

    def _program_path(self) -> str:
        """Return where bwrap's user can reach bwrap, the wheel's own library beside it."""
        base = self._program.parents[:3][-1]
        return f"{self._visible(base)}/{self._program.relative_to(base)}"

    def _visible(self, path: Path) -> str:
        """Return where bwrap's user can reach a folder."""
        return self._staging.path(path) if self._root else str(path)

    # The end

    def close(self) -> None:
        """Stop what runs, and remove what this object made, except what is stored."""
        with self._lock:
            running = tuple(self._running)
            endpoints = tuple(self._endpoints.values())
            self._closed = True
            self._endpoints.clear()
        for supervision in running:
            supervision.request_stop()
        for supervision in running:
            supervision.wait()
        for listener in endpoints:
            listener.close()
        self._staging.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class BwrapProcess:
    """A command that runs beside others, watched by a thread."""

    def __init__(self, supervision: Supervision) -> None:
        self._supervision = supervision
        self._outcome: Outcome | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._watch, name="sandbox", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        try:
            self._outcome = self._supervision.finish()
        except Exception as error:  # noqa: BLE001 - handed on to whoever stops the command
            self._error = error

    def alive(self) -> bool:
        """Tell whether the main process still runs."""
        return self._supervision.running()

    def send_signal(self, number: int) -> None:
        """Send a signal to the main process."""
        self._supervision.send_signal(number)

    def stop(self, *, grace_seconds: float = 0.0) -> Outcome:
        """End it and every descendant; SIGTERM first where a grace is given."""
        self._supervision.request_stop(grace_seconds)
        self._thread.join()
        if self._outcome is None:
            raise self._error or SandboxBroken("the sandbox's watcher ended early")
        return self._outcome


def sweep_bwrap(scratch_root: Path) -> tuple[str, ...]:  # noqa: ARG001 - the contract of a sweep
    """Remove what killed runs left: bwraps that never began, control groups. Return their names.

    All else dies with the run, however it ends; the folders in `scratch_root` are the workspace's
    to sweep. What is a live run's carries the mark of its process and stays.
    """
    return (*sweep_strays(), *sweep_groups())

"""One running sandbox: started, watched, ended with all its processes, and told about.

The command waits for our word before it begins: until then nothing of it runs, and should we die or
be interrupted in between, it reads the end of the socket and goes. So there is no moment at which
the command runs and we do not hold its namespace's init.

Ending means SIGKILL to that init, with which the kernel kills all else in the namespace, through a
descriptor of the process, so that no number is ever taken for another's. Killing bwrap alone would
leave survivors in its first milliseconds.
"""

import contextlib
import os
import re
import select
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from flaskgrade.errors import SandboxBroken
from flaskgrade.sandbox.base import Ended, Limits, Outcome
from flaskgrade.sandbox.cgroup import ControlGroup
from flaskgrade.sandbox.handshake import (
    CREDENTIALS,
    GO,
    NOT_FOUND,
    READY,
    Ends,
    explained,
    give_way,
    speaker,
)
from flaskgrade.sandbox.reading import Input, Output
from flaskgrade.sandbox.watchdog import Watchdog

SIGNAL_BASE = 128  # how bwrap, like a shell, says that a signal killed the command
CHILD = re.compile(rb'"child-pid":\s*(\d+)\D')
EXIT = re.compile(rb'"exit-code":\s*(\d+)\D')

QUESTION_SECONDS = 0.05  # between two looks whether we are to stop
SETUP_SECONDS = 60.0  # for the sandbox itself; a command's time begins with the command
TEARDOWN_SECONDS = 15.0
CANCEL_INTERVAL = 0.05  # how often the owner is asked whether it still wants the command


class Supervision:
    """Watches over one sandbox. One thread calls `begin` and `finish`; any may call the others."""

    def __init__(
        self,
        ends: Ends,
        limits: Limits,
        *,
        stdin: bytes,
        group: ControlGroup | None,
        on_stdout: Callable[[bytes], None] | None,
        on_stderr: Callable[[bytes], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self._limits = limits
        self._group = group
        self._cancelled = cancelled
        self._watchdog: Watchdog | None = None
        self._pid = ends.pid
        self._monitor: int | None = os.pidfd_open(ends.pid)
        self._init: int | None = None
        self._init_lives = False
        self._main: int | None = None
        self._control = ends.control
        self._said = b""
        self._status = Output(ends.status, 1 << 16)
        self._stdout = Output(ends.stdout, limits.output_bytes, on_stdout)
        self._stderr = Output(ends.stderr, limits.output_bytes, on_stderr)
        self._stdin = None if ends.stdin is None else Input(ends.stdin, stdin)
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._grace: float | None = None
        self._reason: Ended | None = None
        self._watchdog_kills = 0
        self._begun = self._ended = 0.0
        self._deadline = time.monotonic() + SETUP_SECONDS
        self._killed = False
        self._closed = False
        self._closing = threading.Lock()
        self._over = threading.Event()
        self._watcher = threading.get_ident()
        self._poll = select.poll()
        self._handlers: dict[int, Callable[[], bool]] = {}
        self._listen(self._status.fd, self._status.read)
        self._listen(self._stdout.fd, self._stdout.read)
        self._listen(self._stderr.fd, self._stderr.read)
        self._listen(self._control.fileno(), self._hear)
        self._listen(self._monitor, self._monitor_ended)
        self._listen(self._wake, self._woken)

    # What the owner calls

    def begin(self) -> None:
        """Wait until the command runs, or is known not to. Raises SandboxBroken."""
        while not self._begun and self._reason is None and self._monitor is not None:
            self._step()
        if self._begun or self._reason is not None:
            return
        self._drain()
        self._close_all()
        raise SandboxBroken(
            f"the sandbox did not start: {explained(self._said, self._stderr.value())}",
            hint="Run `flaskgrade doctor` to see what this host lets bwrap do.",
        )

    def finish(self) -> Outcome:
        """Wait until the command has ended, all its processes with it. Raises SandboxBroken."""
        self._watcher = threading.get_ident()
        self._drain()
        return self._outcome()

    def running(self) -> bool:
        """Tell whether the command's main process still runs."""
        return self._monitor is not None

    def send_signal(self, number: int) -> None:
        """Send a signal to the command's main process, if it still runs."""
        with self._closing:
            if not self._closed and self._main is not None:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._main, number)

    def request_stop(self, grace_seconds: float = 0.0) -> None:
        """Ask the watching thread to end the command; it had better be called from another."""
        with self._closing:
            if not self._closed:
                self._grace = grace_seconds
                os.eventfd_write(self._wake, 1)

    def abandon(self) -> None:
        """End everything at once, whatever state it is in, and wait for it: after an exception."""
        if self._watcher != threading.get_ident():  # it is still watched, or was to its end
            self.request_stop()
            self.wait()
        if self._closed:
            return
        self._reason = self._reason or Ended.STOPPED
        self._stdout = Output(self._stdout.fd, 0)  # nobody listens any more
        if self._stdout.fd in self._handlers:
            self._handlers[self._stdout.fd] = self._stdout.read
        self._kill()
        self._drain()
        self._close_all()

    def wait(self) -> None:
        """Wait until it is over, watched by another thread."""
        self._over.wait(2 * TEARDOWN_SECONDS)

    # The loop

    def _drain(self) -> None:
        """Wait until bwrap and init have ended, and with init all; then take what they said."""
        lives = True
        while lives:
            while self._monitor is not None or self._init_lives:
                self._step()
            for output in (self._status, self._stdout, self._stderr):
                output.drain()
            self._find_init()
            lives = self._init_lives
        if (self._stdout.over or self._stderr.over) and self._reason is None:
            self._reason = Ended.TOO_MUCH_OUTPUT

    def _listen(self, fd: int, handler: Callable[[], bool], events: int = select.POLLIN) -> None:
        self._poll.register(fd, events)
        self._handlers[fd] = handler

    def _ignore(self, fd: int) -> None:
        if self._handlers.pop(fd, None):
            self._poll.unregister(fd)

    def _step(self) -> None:
        """Wait for the next thing to happen and deal with it."""
        wait = max(0.0, self._deadline - time.monotonic())
        if self._watchdog and self._reason is None:
            wait = min(wait, self._watchdog.interval)
        if self._cancelled and self._reason is None:
            wait = min(wait, QUESTION_SECONDS)
        if self._cancelled and self._reason is None:
            wait = min(wait, CANCEL_INTERVAL)
        ready = {fd for fd, _ in self._poll.poll(wait * 1000)}
        # In the order of registration: an end that has happened is seen before a wish to stop.
        for fd, handler in tuple(self._handlers.items()):
            if fd in ready and fd in self._handlers and not handler():
                self._ignore(fd)
        self._find_init()
        self._check_limits()

    def _check_limits(self) -> None:
        if (self._stdout.over or self._stderr.over) and self._reason is None:
            self._end(Ended.TOO_MUCH_OUTPUT)
        if self._watchdog and self._reason is None and self._monitor and self._watchdog.rings():
            self._watchdog_kills += 1
            self._end(Ended.OUT_OF_MEMORY)
        if self._begun and self._reason is None and self._monitor and self._is_cancelled():
            self._end(Ended.STOPPED)
        if self._cancelled and self._reason is None and self._monitor and self._cancelled():
            self._end(Ended.STOPPED)
        if time.monotonic() < self._deadline:
            return
        if self._killed:
            self._close_all()
            raise SandboxBroken(
                f"processes of the sandbox (bwrap {self._pid}) survive SIGKILL",
                hint="A process in an uninterruptible wait: look at `ps -eo pid,stat,wchan,args`.",
            )
        if self._reason is None and self._monitor is not None:
            self._reason = Ended.TIMED_OUT if self._begun else None
        self._kill()

    def _is_cancelled(self) -> bool:
        return self._cancelled is not None and self._cancelled()

    def _end(self, reason: Ended) -> None:
        self._reason = reason
        self._kill()

    def _kill(self) -> None:
        """Kill init, and with it all; then bwrap. What was killed is still waited for."""
        self._killed = True
        self._deadline = time.monotonic() + TEARDOWN_SECONDS
        self._stop_speaking()
        self._await_init()
        if self._group:
            self._group.kill()
        for pidfd in (self._init, self._monitor):
            if pidfd is not None:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(pidfd, signal.SIGKILL)

    def _stop_speaking(self) -> None:
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)  # a command that waits for our word goes

    def _await_init(self) -> None:
        """Read the status until init is known: bwrap killed before it says so would leave it."""
        deadline = time.monotonic() + 2.0
        self._find_init()
        while self._init is None and self._status.fd in self._handlers:
            waiter = select.poll()
            waiter.register(self._status.fd, select.POLLIN)
            if not waiter.poll(max(0.0, deadline - time.monotonic()) * 1000):
                return
            if not self._status.read():
                self._ignore(self._status.fd)
            self._find_init()

    # What happens

    def _find_init(self) -> None:
        if self._init is not None or not (match := CHILD.search(self._status.value())):
            return
        pid = int(match[1])
        with contextlib.suppress(OSError):
            pidfd = os.pidfd_open(pid)
            if not is_namespace_init(pid):  # it has ended, and its number is another's
                os.close(pidfd)
                return
            self._init = pidfd
            self._init_lives = True
            self._listen(pidfd, self._init_ended)
            if self._group is None:
                self._watchdog = Watchdog(pid, self._limits.memory_bytes)

    def _hear(self) -> bool:
        """Listen to the prologue, which is ours: it says how far it came, and waits for `GO`."""
        try:
            said, ancillary, _, _ = self._control.recvmsg(4096, socket.CMSG_SPACE(CREDENTIALS.size))
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._said += said
        if self._said == READY and not self._begun and self._reason is None:
            self._await_init()
            self._admit(speaker(ancillary))
            self._begun = time.monotonic()
            self._deadline = self._begun + self._limits.wall_seconds
            if self._stdin:
                self._listen(self._stdin.fd, self._feed, select.POLLOUT)
            with contextlib.suppress(OSError):  # killed at its very start
                self._control.send(GO)
        elif self._said == NOT_FOUND:
            self._reason = Ended.NOT_FOUND
        return bool(said)

    def _admit(self, pid: int | None) -> None:
        """Put the process that is to become the command into its group; it waits for us."""
        if pid is None:
            raise SandboxBroken("the kernel does not say who speaks in a sandbox")
        try:
            self._main = os.pidfd_open(pid)
            if self._group:
                self._group.add(pid)
            give_way(pid)
        except OSError as error:
            raise SandboxBroken(f"a sandboxed process cannot be limited: {error}") from error

    def _feed(self) -> bool:
        assert self._stdin  # noqa: S101 - it is registered only then
        if self._stdin.write():
            return True
        self._ignore(self._stdin.fd)
        os.close(self._stdin.fd)
        self._stdin = None
        return False

    def _monitor_ended(self) -> bool:
        assert self._monitor is not None  # noqa: S101 - it is registered only then
        self._ended = time.monotonic()
        os.waitid(os.P_PIDFD, self._monitor, os.WEXITED)
        self._ignore(self._monitor)
        os.close(self._monitor)
        self._monitor = None
        if self._stdin:
            self._ignore(self._stdin.fd)
        if not self._killed:  # what it left is dying with its init
            self._deadline = time.monotonic() + TEARDOWN_SECONDS
        return False

    def _init_ended(self) -> bool:
        self._init_lives = False
        return False

    def _woken(self) -> bool:
        os.eventfd_read(self._wake)
        if self._reason is None and self._monitor is not None:
            self._reason = Ended.STOPPED
            if self._grace and self._main is not None:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._main, signal.SIGTERM)
                self._deadline = min(self._deadline, time.monotonic() + self._grace)
            else:
                self._kill()
        return True

    # The end

    def _outcome(self) -> Outcome:
        match = EXIT.search(self._status.value())
        code = int(match[1]) if match else None
        kills = self._watchdog_kills + (self._group.memory_kills() if self._group else 0)
        starved = self._group is not None and self._group.starved()
        self._close_all()
        reason = self._reason
        if starved:
            raise SandboxBroken(
                "this host had no memory left for the sandbox",
                hint="Grade again with more memory, or with fewer gradings at once.",
            )
        number = None
        if reason is None and code is None:
            if not kills:
                raise SandboxBroken(
                    "the sandbox was killed from outside",
                    hint="Was the host out of memory? Look at `dmesg`.",
                )
            reason = Ended.OUT_OF_MEMORY
        elif reason is None and code is not None:
            number = died_of(code)
            if kills and number == signal.SIGKILL:
                reason, number = Ended.OUT_OF_MEMORY, None
            else:
                reason = Ended.KILLED if number else Ended.EXITED
        return Outcome(
            ended=reason or Ended.EXITED,
            exit_code=code if reason is Ended.EXITED else None,
            signal=number,
            stdout=self._stdout.value(),
            stderr=self._stderr.value(),
            seconds=max(0.0, self._ended - self._begun) if self._begun else 0.0,
            memory_kills=kills,
        )

    def _close_all(self) -> None:
        fds = [self._status.fd, self._stdout.fd, self._stderr.fd, self._wake]
        fds += [fd for fd in (self._init, self._main, self._monitor) if fd is not None]
        if self._stdin:
            fds.append(self._stdin.fd)
        with self._closing:
            if self._closed:
                return
            self._closed = True
            for fd in fds:
                os.close(fd)
            self._control.close()
        self._over.set()


def died_of(code: int) -> int | None:
    """Return the signal that an exit code stands for, if any.

    bwrap reports the death by signal n as 128 + n; a command that exits with such a code by itself
    looks the same, and is taken for killed.
    """
    number = code - SIGNAL_BASE
    return number if number in signal.valid_signals() else None


def is_namespace_init(pid: int) -> bool:
    """Tell whether a process is the first one of a pid namespace below ours."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("NSpid:"):
            numbers = line.split()[1:]
            return len(numbers) > 1 and numbers[-1] == "1"
    return False

"""One command in one container, from its creation to its removal."""

import contextlib
import json
import signal
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from docker.errors import APIError

from flaskgrade.errors import SandboxBroken
from flaskgrade.sandbox.base import Command, Ended, Outcome
from flaskgrade.sandbox.docker_engine import FAILURES, Engine, speaking
from flaskgrade.sandbox.docker_recipe import NOT_FOUND, READY
from flaskgrade.sandbox.docker_stream import STDERR, STDOUT, Stream

LOOK_SECONDS = 0.08  # how often a command without output is looked after
DYING_SECONDS = 20.0  # after a kill, until an engine counts as broken
SIGNALLED = 128  # an exit code above it is a signal's, as shells have it
CONFLICT = 409
GONE = (404, CONFLICT)


class Container:
    """A command in a container: `run` it, or enter it as a Process."""

    def __init__(
        self,
        engine: Engine,
        command: Command,
        name: str,
        options: dict[str, Any],
        listeners: Mapping[int, Callable[[bytes], None] | None],
    ) -> None:
        self._engine = engine
        self._command = command
        self._name = name
        self._options = options
        self._listeners = listeners
        self._output = {STDOUT: bytearray(), STDERR: bytearray()}
        self._ready = False
        self._reason: Ended | None = None  # why we ended it
        self._killed: float | None = None  # when we did
        self._over = False  # it has ended: too late for a reason
        self._killer: threading.Thread | None = None
        self._kill_failure: SandboxBroken | None = None
        self._signals = 0  # that we sent, and that did not end it for a reason
        self._lock = threading.Lock()
        self._begun = 0.0
        self._silent = threading.Event()  # the command has ended, or so it seems
        self._done = threading.Event()  # and all is known about it
        self._outcome: Outcome | None = None
        self._failure: BaseException | None = None

    def run(self, *, cancelled: Callable[[], bool] | None = None) -> Outcome:
        """Run the command to its end, in this thread."""
        try:
            with self._launch() as stream:
                self._pump(stream, cancelled)
            return self._settle()
        finally:
            self.remove()

    def __enter__(self) -> Self:
        try:
            stream = self._launch()
        except BaseException:
            self.remove()
            raise
        threading.Thread(target=self._follow, args=(stream,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.stop()
        except SandboxBroken:
            if kind is None:
                raise
        finally:
            self.remove()

    def alive(self) -> bool:
        """Tell whether the main process still runs."""
        return not self._silent.is_set()

    def send_signal(self, number: int) -> None:
        """Send a signal to the main process, by way of the container's init.

        Before the command has begun, it would end the prologue.
        """
        deadline = time.monotonic() + DYING_SECONDS
        while not self._ready and self.alive() and time.monotonic() < deadline:
            time.sleep(0.005)
        with speaking(f"speaking to {self._what()}"):
            self._signals += 1
            try:
                self._engine.client.kill(self._name, int(number))
            except APIError as error:
                if error.status_code not in GONE:
                    raise

    def stop(self, *, grace_seconds: float = 0.0) -> Outcome:
        """End the command and every descendant; see Process."""
        if grace_seconds > 0 and not self._done.is_set():
            self._end(Ended.STOPPED, signal.SIGTERM)
            self._done.wait(grace_seconds)
        if not self._done.is_set():
            self._end(Ended.STOPPED)
        if not self._done.wait(DYING_SECONDS):
            raise self._undead()
        if self._failure is not None:
            raise self._failure
        if self._outcome is None:
            raise SandboxBroken(f"the container {self._name} ended without an outcome")
        return self._outcome

    def remove(self) -> None:
        """Remove the container with all that runs in it; what resists is left for the sweep."""
        with contextlib.suppress(*FAILURES):
            self._engine.client.remove_container(self._name, force=True, v=True)

    def _launch(self) -> Stream:
        """Create, attach, start, in this order, so that nothing is missed."""
        client = self._engine.client
        with speaking(f"starting {self._what()}"):
            client.create_container(name=self._name, **self._options)
            feed = self._command.feed
            stream = Stream(self._engine, self._name, stdin=self._command.stdin, feed=feed)
            try:
                client.start(self._name)
            except BaseException:
                stream.close()
                raise
        self._begun = time.monotonic()
        return stream

    def _follow(self, stream: Stream) -> None:
        try:
            with stream:
                self._pump(stream)
            self._silent.set()
            self._outcome = self._settle()
        except BaseException as error:  # noqa: BLE001 - handed to the thread that calls stop
            self._failure = error
        finally:
            self.remove()
            self._silent.set()
            self._done.set()

    def _pump(
        self,
        stream: Stream,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Deliver stdin and collect output until the stream ends, as it does with the container."""
        deadline = self._begun + self._command.limits.wall_seconds
        while True:
            now = time.monotonic()
            if self._killed is None and now >= deadline:
                self._end_and_read_on(Ended.TIMED_OUT)
            if self._kill_failure is not None:
                raise self._kill_failure
            if self._killed is not None and now > self._killed + DYING_SECONDS:
                raise self._undead()
            if self._killed is None and cancelled is not None and cancelled():
                self._end_and_read_on(Ended.STOPPED)
            pieces = stream.exchange(
                min(max(deadline - now, 0.02), LOOK_SECONDS if cancelled else 1.0)
            )
            if pieces is None:
                if self._killer is not None:
                    self._killer.join(DYING_SECONDS)  # it knows the reason
                return
            for number, piece in pieces:
                self._keep(number, piece)

    def _keep(self, number: int, piece: bytes) -> None:
        kept = self._output[number]
        if number == STDERR and not self._ready:
            before, mark, piece = piece.partition(READY)
            if not mark:
                kept += before[: self._command.limits.output_bytes - len(kept)]
                return
            self._ready = True
        room = self._command.limits.output_bytes - len(kept)
        if piece[:room]:
            kept += piece[:room]
            if (listener := self._listeners[number]) is not None:
                listener(piece[:room])
        if len(piece) > room:
            self._end_and_read_on(Ended.TOO_MUCH_OUTPUT)

    def _end_and_read_on(self, reason: Ended) -> None:
        """End the command from the thread that reads its output.

        The engine may answer only when all output is read: asked in this thread, while a flood
        waits to be read, it would not answer at all. That the command ends is seen by the reader.
        """
        if self._killer is None:
            self._killed = time.monotonic()
            self._killer = threading.Thread(target=self._end_quietly, args=(reason,), daemon=True)
            self._killer.start()

    def _end_quietly(self, reason: Ended) -> None:
        try:
            self._end(reason)
        except SandboxBroken as error:
            self._kill_failure = error  # for the reader, which does not wait for us

    def _end(self, reason: Ended, number: int = signal.SIGKILL) -> None:
        """Send a signal for a reason; the first reason counts."""
        with self._lock, speaking(f"ending {self._what()}"):
            if self._over:
                return
            before, self._reason = self._reason, self._reason or reason
            try:
                self._engine.client.kill(self._name, int(number))
            except APIError as error:
                if error.status_code != CONFLICT:
                    raise
                # It had ended by itself already. Output that was cut stays too much.
                if reason is not Ended.TOO_MUCH_OUTPUT:
                    self._reason = before
            if number == signal.SIGKILL:
                self._killed = time.monotonic()

    def _settle(self) -> Outcome:
        """Read from the engine how the command ended."""
        with speaking(f"asking how {self._what()} ended"):
            state = self._ended_state()
            kills, strangers = self._kills(state)
        code = int(state["ExitCode"])
        seconds = time.monotonic() - self._begun
        if strangers > self._signals and self._reason is None:
            raise SandboxBroken(
                f"the container of {self._what()} was killed from outside",
                hint="Somebody ended it through the engine (`docker kill`, `docker rm`); grade "
                "again.",
            )
        ended, exit_code, number = self._judge(code, kills)
        return Outcome(
            ended=ended,
            exit_code=exit_code,
            signal=number,
            stdout=bytes(self._output[STDOUT]),
            stderr=bytes(self._output[STDERR]),
            seconds=seconds,
            memory_kills=kills,
        )

    def _judge(self, code: int, kills: int) -> tuple[Ended, int | None, int | None]:
        if self._reason is not None:
            return self._reason, None, None
        if code == SIGNALLED + signal.SIGKILL and kills:
            return Ended.OUT_OF_MEMORY, None, signal.SIGKILL
        if not self._ready and code == NOT_FOUND:
            return Ended.NOT_FOUND, None, None
        if not self._ready:
            words = bytes(self._output[STDERR][:300]).decode(errors="replace").strip()
            raise SandboxBroken(
                f"{self._what()} could not be set up in its container: {words or f'exit {code}'}"
            )
        if SIGNALLED < code < SIGNALLED + signal.NSIG:
            return Ended.KILLED, None, code - SIGNALLED
        return Ended.EXITED, code, None

    def _ended_state(self) -> dict[str, Any]:
        """Return the engine's record of the end, which it writes a moment after the stream's."""
        pause = 0.002
        deadline = time.monotonic() + DYING_SECONDS
        while True:
            state: dict[str, Any] = self._engine.client.inspect_container(self._name)["State"]
            if not state["Running"] and state["Status"] != "created":
                with self._lock:
                    self._over = True
                return state
            if time.monotonic() > deadline:
                raise self._undead()
            time.sleep(pause)
            pause = min(2 * pause, 0.1)

    def _kills(self, state: dict[str, Any]) -> tuple[int, int]:
        """Count what was killed: processes by the memory limit, the container by somebody's wish.

        From the engine's own events, since no exit code tells: 137 is also that of a command that
        kills itself. Where none of the wishes was ours, somebody else ended the container.
        """
        # in the engine's time, which may differ from ours
        begun, over = (
            datetime.fromisoformat(state[name]).timestamp() for name in ("StartedAt", "FinishedAt")
        )
        client = self._engine.client
        answer = client.get(  # the SDK's own call has no time limit, and whole seconds only
            f"{client.base_url}/v{client.api_version}/events",
            params={
                "since": f"{begun - 1:.6f}",
                "until": f"{over + 0.001:.6f}",
                "filters": json.dumps({"container": [self._name], "event": ["oom", "kill"]}),
            },
            timeout=client.timeout,
        )
        answer.raise_for_status()
        events = [json.loads(line).get("Action") for line in answer.content.splitlines()]
        memory = max(events.count("oom"), int(bool(state.get("OOMKilled"))))
        return memory, events.count("kill")

    def _what(self) -> str:
        return self._command.label or self._command.argv[0]

    def _undead(self) -> SandboxBroken:
        return SandboxBroken(
            f"the container {self._name} could not be ended in {DYING_SECONDS:.0f} s",
            hint="The container engine hangs or is overloaded; look at `docker ps` and its log.",
        )

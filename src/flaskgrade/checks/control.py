"""What hidden tests may do to a submission's processes and services while they examine it.

They ask on the examiner's stdout, as events; the host does it and answers on the examiner's stdin.
Each process is a sandbox of its own, so that nothing of the submission takes part: whether it
lives, how long it took to end and whether it had to be killed is what the host saw.
"""

import json
import queue
import signal
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from flaskgrade.checks.events import Event, text
from flaskgrade.errors import SandboxBroken, StageError
from flaskgrade.model.exercise import WEB
from flaskgrade.sandbox.base import Command, Outcome, Process, Sandbox
from flaskgrade.sandbox.feed import Feed
from flaskgrade.service import Service

LOG_BYTES = 512 * 1024  # of a process, the latest
MOST_WAITING = 100  # questions
LONGEST = 600.0  # seconds, until a process is killed
LOOK_SECONDS = 0.005
QUESTIONS = frozenset({"alive", "log"})


@dataclass(kw_only=True)
class Life:
    """A process of the submission, through all its starts."""

    sandbox: Sandbox
    command: Command
    again: Command  # after the first time
    outcome: Outcome | None = None  # the latest
    stopped: bool = False  # by us
    _process: Process | None = None
    _stack: ExitStack = field(default_factory=ExitStack)
    _log: bytearray = field(default_factory=bytearray)

    def start(self) -> None:
        """Start it, where it does not run. The calling thread must live as long as it does."""
        if self.alive():
            return
        self.end()
        command = self.command if self.outcome is None else self.again
        started = self.sandbox.start(command, on_stdout=self._hear, on_stderr=self._hear)
        self._process = self._stack.enter_context(started)
        self.stopped = False

    def alive(self) -> bool:
        """Tell whether it runs."""
        process = self._process
        return process is not None and process.alive()

    def gone(self) -> bool:
        """Tell whether it has ended by itself."""
        return not self.stopped and not self.alive()

    def stop(self, seconds: float) -> float | None:
        """Ask it to end, and wait; return how long it took, None where it had to be killed."""
        process = self._process
        assert process is not None  # noqa: S101 - it was alive
        self.stopped = True
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        while process.alive():
            if time.monotonic() - begun > seconds:
                self.end()
                return None
            time.sleep(LOOK_SECONDS)
        took = time.monotonic() - begun
        self.end()
        return took

    def kill(self) -> None:
        """End it at once, and all that it has started."""
        self.stopped = True
        self.end()

    def end(self) -> None:
        """End what runs, and keep how it ended. Raises SandboxBroken."""
        process, self._process = self._process, None
        try:
            if process is not None:
                self.outcome = process.stop()
        finally:
            self._stack.close()

    def log(self) -> str:
        """Return the latest of what it wrote, in all its lives."""
        return bytes(self._log[-LOG_BYTES:]).decode("utf-8", "replace")

    def _hear(self, piece: bytes) -> None:
        self._log += piece
        if len(self._log) > 2 * LOG_BYTES:
            del self._log[:-LOG_BYTES]


class Control:
    """Does what the examiner asks for, one thing after the other, in a thread of its own.

    Another thread says what can be said at once, even while something else is done.
    """

    def __init__(self, lives: Mapping[str, Life], services: Mapping[str, Service]) -> None:
        self.feed = Feed()
        self._lives = lives
        self._services = services
        self._questions: queue.Queue[Event | None] = queue.Queue(MOST_WAITING)
        self._orders: queue.Queue[Event | None] = queue.Queue(MOST_WAITING)
        self._broken: StageError | None = None
        self._threads = (
            threading.Thread(target=self._work, name="control"),
            threading.Thread(target=self._tell, name="control-tells"),
        )
        for thread in self._threads:
            thread.start()

    def hear(self, event: Event) -> None:
        """Take in a question or an order, at once; beyond MOST_WAITING it is not answered."""
        with suppress(queue.Full):
            asked = text(event, "do") in QUESTIONS
            (self._questions if asked else self._orders).put_nowait(event)

    def close(self) -> None:
        """End all processes. Raises StageError where one of them ended by a fault of ours."""
        for waiting in (self._questions, self._orders):
            with suppress(queue.Empty):  # what was asked before is not worth doing any more
                while True:
                    waiting.get_nowait()
            waiting.put(None)
        for thread in self._threads:
            thread.join()
        self.feed.close()
        if self._broken is not None:
            raise self._broken

    def _tell(self) -> None:
        while (event := self._questions.get()) is not None:
            self._answer(event)

    def _work(self) -> None:
        while (event := self._orders.get()) is not None:
            self._answer(event)
        for life in self._lives.values():
            try:
                life.end()
            except StageError as error:
                self._broken = self._broken or error

    def _answer(self, event: Event) -> None:
        try:
            answer = self._obey(text(event, "do"), text(event, "name"), event.get("seconds"))
        except StageError as error:
            answer = {"broken": error.advice}
        self._say(event, answer)

    def _say(self, event: Event, answer: Mapping[str, object]) -> None:
        number = event.get("number")
        line = json.dumps({"number": number if type(number) is int else 0, **answer})
        try:
            self.feed.send(line.encode() + b"\n")
        except SandboxBroken:
            return  # the examiner has ended, or will have to

    def _obey(self, do: str, name: str, seconds: object) -> Mapping[str, object]:
        """Do one thing and return what came of it. Raises StageError."""
        if do == "restore":
            return {"started": self._restore()}
        if do in {"pause", "resume"} and (service := self._services.get(name)) is not None:
            service.pause() if do == "pause" else service.resume()
            return {}
        life = self._lives.get(name)
        if life is None or do not in {*QUESTIONS, "start", "stop", "kill"}:
            return {"broken": f"there is no '{name}' that could {do}"}
        if do == "stop":
            if not isinstance(seconds, int | float) or not 0 <= seconds <= LONGEST:
                return {"broken": f"a time to stop in is 0 to {LONGEST:.0f} seconds"}
            return {"seconds": life.stop(seconds)} if life.alive() else {"gone": True}
        if do in {"start", "kill"}:
            life.start() if do == "start" else life.kill()
        return {"log": life.log()} if do == "log" else {"alive": life.alive()}

    def _restore(self) -> list[str]:
        """Have everything run again; return what was started. A web server that fell stays down."""
        for service in self._services.values():
            if service.paused:
                service.resume()
        fallen = [
            name
            for name, life in self._lives.items()
            if not life.alive() and (name != WEB or life.stopped)
        ]
        for name in fallen:
            self._lives[name].start()
        return fallen

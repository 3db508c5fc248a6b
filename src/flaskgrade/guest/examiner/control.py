"""What a hidden test may do to the app's processes and services: fixtures that ask the host.

`processes["web"]` is the web application, `processes[NAME]` each of `launch.processes`;
`services["redis"]` and `services["postgres"]` are what the exercise gives the app. What a test
stops or pauses is made to run again after it.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from client import Client, Failure  # type: ignore[import-not-found]

PATIENCE = 60.0  # seconds for the host, beside what it is to wait for
POLITE = 0.005  # seconds between two questions that cost nothing
T = TypeVar("T")


class Broken(Exception):
    """The host, or the test itself, is at fault; never the app."""


class Control:
    """Asks the host, and waits for its answer. Threads may ask at the same time."""

    def __init__(self, send: Callable[..., None], client: Client, start_seconds: float) -> None:
        self._send = send
        self._stdin = os.fdopen(os.dup(0), "rb")  # pytest puts nothing in its place
        self._numbers = itertools.count(1)
        self._waiting: dict[int, queue.SimpleQueue[dict[str, Any]]] = {}
        self._reader: threading.Thread | None = None
        self._client = client
        self._start_seconds = start_seconds
        self.touched = False

    def ask(self, do: str, name: str = "", seconds: float = 0.0) -> dict[str, Any]:
        """Return the host's answer. Raises Broken."""
        if self._reader is None:
            self._reader = threading.Thread(target=self._read, daemon=True)
            self._reader.start()
        number = next(self._numbers)
        answers = self._waiting[number] = queue.SimpleQueue()
        self._send("control", number=number, do=do, name=name, seconds=seconds)
        try:
            answer = answers.get(timeout=PATIENCE + seconds)
        except queue.Empty:
            raise Broken(f"the host did not {do} {name} in time") from None
        finally:
            del self._waiting[number]
        if "broken" in answer:
            raise Broken(answer["broken"])
        return answer

    def change(self, do: str, name: str, seconds: float = 0.0) -> dict[str, Any]:
        """Ask for what `restore` has to take back."""
        self.touched = True
        return self.ask(do, name, seconds)

    def restore(self) -> None:
        """Have all run that is to run. Raises Broken, and Failure where the app doesn't answer."""
        self.touched = False
        if "web" in self.ask("restore")["started"]:
            self.await_web()

    def web_stopped(self) -> None:
        """Note that no request can be answered."""
        self._client.stopped = True

    def await_web(self) -> None:
        """Wait until the web application answers anything at all. Raises Failure."""
        self._client.stopped = False
        deadline = time.monotonic() + self._start_seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                Client(self._client.socket_path, seconds=left).get("/")
            except Failure:
                time.sleep(0.02)
            else:
                return
        raise Failure("the app gave no HTTP answer in time when it was started again")

    def _read(self) -> None:
        for line in self._stdin:
            answer = json.loads(line)
            waiting = self._waiting.get(answer["number"])
            if waiting is not None:  # else the test's time was over
                waiting.put(answer)


class Process:
    """A process of the app. The host starts it, ends it and sees how it ends."""

    def __init__(self, control: Control, name: str) -> None:
        self._control = control
        self._name = name

    def stop(self, seconds: float) -> float | None:
        """Send SIGTERM and wait for the end; return the seconds that it took.

        None says that it was still there after `seconds` and had to be killed. Fails where it had
        ended before.
        """
        answer = self._control.change("stop", self._name, float(seconds))
        self._ended()
        if "gone" in answer:
            raise Failure(f"{self._name} was to be stopped, and had ended before")
        took = answer["seconds"]
        return None if took is None else float(took)

    def kill(self) -> None:
        """Send SIGKILL, to what it has started, too."""
        self._control.change("kill", self._name)
        self._ended()

    def start(self) -> None:
        """Start it again, and wait until it runs; the web application, until it answers."""
        self._control.change("start", self._name)
        if self._name == "web":
            self._control.await_web()

    def alive(self) -> bool:
        """Tell whether it runs."""
        time.sleep(POLITE)
        return bool(self._control.ask("alive", self._name)["alive"])

    def log(self) -> str:
        """Return the latest 512 KiB of its stdout and stderr, undecodable bytes replaced."""
        time.sleep(POLITE)
        return str(self._control.ask("log", self._name)["log"])

    def _ended(self) -> None:
        if self._name == "web":
            self._control.web_stopped()


class Service:
    """A service that the app uses; what it keeps survives a pause."""

    def __init__(self, control: Control, name: str) -> None:
        self._control = control
        self._name = name

    def pause(self) -> None:
        """Cut all connections to it, and each that comes, from now on."""
        self._control.change("pause", self._name)

    def resume(self) -> None:
        """Let it answer again."""
        self._control.change("resume", self._name)


class Named(dict[str, T]):
    """A mapping of what the exercise declares."""

    def __missing__(self, name: str) -> T:
        raise Broken(f"exercise.yaml's `launch` has no {name!r}; there is: {', '.join(self)}")

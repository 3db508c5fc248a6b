"""A sandbox that isolates nothing: commands are plain processes of whoever runs the tests.

It keeps to the contract's shape and to none of its promises, so that whatever looks for a missing
limit must find it here. Only for our own probes, which are harmless by their making.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

from flaskgrade.model.environment import Folder, Interpreter
from flaskgrade.sandbox.base import Command, Ended, Endpoint, Outcome, Process, Zone


class WeakSandbox:
    """Commands without any isolation or limit; mounts are the folders themselves."""

    name = "weak"
    version = "0"
    digest = ""

    def __init__(self, *before: str) -> None:
        """Put `before` in front of each command line."""
        self.before = before

    def interpreters(self) -> tuple[Interpreter, ...]:
        """Return the Python of the tests."""
        version = ".".join(str(part) for part in sys.version_info[:3])
        return (Interpreter(version=version, path=sys.executable, platform="linux"),)

    def folder(self, path: Path) -> Folder:
        """Mount nothing: the folder is where it is."""
        return Folder(backend=self.name, reference=str(path))

    def stored(self, key: str) -> Folder | None:
        """Keep nothing."""
        raise NotImplementedError(key)

    def store(self, key: str, path: Path) -> Folder:
        """Keep nothing."""
        raise NotImplementedError(key, path)

    def endpoint(self, connecting: Zone = Zone.EXAMINER) -> Endpoint:  # noqa: ARG002 - all may
        """Give a path in an ordinary folder."""
        path = f"{tempfile.mkdtemp(prefix='flaskgrade-weak-')}/app.sock"
        return Endpoint(bind=f"unix:{path}", path=path, reference=path)

    def run(
        self,
        command: Command,
        *,
        on_stdout: Callable[[bytes], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Outcome:
        """Run a command as it is, with all that we have, until its main process ends."""
        begun = time.monotonic()
        pieces: dict[str, list[bytes]] = {"stdout": [], "stderr": []}

        def hear(piece: bytes) -> None:
            pieces["stdout"].append(piece)
            if on_stdout is not None:
                on_stdout(piece)

        main, terminal = os.openpty()
        process = self._started(command, terminal)
        readers = [
            _reader(process.stdout, hear),
            _reader(process.stderr, pieces["stderr"].append),
        ]
        stopped = False
        while process.poll() is None:
            if cancelled is not None and cancelled():
                stopped = True
                process.kill()
            time.sleep(0.02)
        os.close(main)
        for reader in readers:  # children may hold the pipes open for longer
            reader.join(0.5)
        return Outcome(
            ended=Ended.STOPPED if stopped else Ended.EXITED,
            exit_code=None if stopped else process.returncode,
            signal=None,
            stdout=b"".join(pieces["stdout"]),
            stderr=b"".join(pieces["stderr"]),
            seconds=time.monotonic() - begun,
        )

    def _started(self, command: Command, terminal: int) -> "subprocess.Popen[bytes]":
        places = {mount.target: mount.folder.reference for mount in command.mounts}
        try:
            return subprocess.Popen(
                [*self.before, *(_replaced(word, places) for word in command.argv)],
                cwd=_replaced(command.cwd, places),
                stdin=terminal,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                close_fds=False,
                start_new_session=True,
            )
        finally:
            os.close(terminal)

    def start(
        self,
        command: Command,
        *,
        on_stdout: Callable[[bytes], None] | None = None,
        on_stderr: Callable[[bytes], None] | None = None,
    ) -> AbstractContextManager[Process]:
        """Start nothing beside."""
        raise NotImplementedError(command)

    def close(self) -> None:
        """Leave everything as it is."""


def _replaced(word: str, places: dict[str, str]) -> str:
    for target, path in places.items():
        if word == target or word.startswith(f"{target}/"):
            return path + word.removeprefix(target)
    return word


def _reader(stream: IO[bytes] | None, hear: Callable[[bytes], None]) -> threading.Thread:
    """Start reading a stream in a thread that closes it at its end."""
    assert stream is not None

    def read() -> None:
        with stream:
            while piece := os.read(stream.fileno(), 1 << 20):
                hear(piece)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread

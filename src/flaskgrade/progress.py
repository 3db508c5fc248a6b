"""How long work tells what it is doing. The engine speaks through this; the CLI draws it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """Listens to stages. Called from several threads at once; must return at once."""

    def began(self, stage: str) -> None:
        """Take note that a stage began."""
        ...

    def said(self, stage: str, words: str) -> None:
        """Take a few words about a running stage."""
        ...

    def ended(self, stage: str, how: str, milliseconds: int) -> None:
        """Take note that a stage ended: "ok", or why not."""
        ...


class Silence:
    """Listens to nothing."""

    def began(self, stage: str) -> None:
        """Ignore it."""

    def said(self, stage: str, words: str) -> None:
        """Ignore it."""

    def ended(self, stage: str, how: str, milliseconds: int) -> None:
        """Ignore it."""


class Stage:
    """A running stage: what its code uses to speak."""

    def __init__(self, name: str, progress: Progress) -> None:
        self.name = name
        self.how = "ok"
        self._progress = progress

    def say(self, words: str) -> None:
        """Tell a few words about what is being done."""
        self._progress.said(self.name, words)


@contextmanager
def stage(name: str, progress: Progress, times: list[tuple[str, int, str]]) -> Iterator[Stage]:
    """Announce a stage, time it, and note (name, milliseconds, how it ended) in `times`."""
    running = Stage(name, progress)
    started = time.monotonic()
    progress.began(name)
    try:
        yield running
    except BaseException as error:
        running.how = type(error).__name__
        raise
    finally:
        milliseconds = round((time.monotonic() - started) * 1000)
        times.append((name, milliseconds, running.how))
        progress.ended(name, running.how, milliseconds)

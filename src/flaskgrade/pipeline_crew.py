"""Threads for what runs side by side, and one end for all of it when the run is interrupted."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from flaskgrade.progress import Progress

TASKS = Path("/proc/self/task")  # Linux; elsewhere ^C itself reaches the processes that we started
PATIENCE_SECONDS = 10.0  # for threads to end; one that waits for a network may take longer


@contextmanager
def crew(size: int, *, stop: Callable[[], None]) -> Iterator[ThreadPoolExecutor]:
    """Yield a pool of threads, and leave it when all have ended.

    After an exception in the body, KeyboardInterrupt above all, `stop` is called and whatever
    processes the threads have started are killed, until the threads have ended. A thread that
    waits for something else is left behind after PATIENCE_SECONDS.
    """
    before = _tasks()
    pool = ThreadPoolExecutor(max_workers=size, thread_name_prefix="grade")
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        stop()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while _alive(pool) and time.monotonic() < deadline:
            for pid in _children(TASKS, of=_tasks() - before):
                _kill(pid)
            time.sleep(0.02)
        raise
    pool.shutdown()


def _alive(pool: ThreadPoolExecutor) -> bool:
    return any(thread.is_alive() for thread in pool._threads)  # noqa: SLF001 - there is no other way


def _tasks() -> set[str]:
    with contextlib.suppress(OSError):
        return set(os.listdir(TASKS))  # noqa: PTH208 - names are wanted
    return set()


def _children(tasks: Path, *, of: set[str] | None = None) -> set[int]:
    """Return the processes that these threads have started, of those named or of all."""
    found: set[int] = set()
    with contextlib.suppress(OSError):
        for task in tasks.iterdir():
            if of is None or task.name in of:
                with contextlib.suppress(OSError):
                    found |= {int(pid) for pid in (task / "children").read_text().split()}
    return found


def _kill(pid: int) -> None:
    """Kill a process and all that it has started: uv, for one, starts processes of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)  # so that it starts no other while we look
        for child in _children(Path(f"/proc/{pid}/task")):
            _kill(child)
        os.kill(pid, signal.SIGKILL)


class UntilStopped:
    """Progress that falls silent when told to: an interrupted run has nothing more to say."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._stopped = False

    def stop(self) -> None:
        """Say nothing from now on."""
        self._stopped = True

    def began(self, stage: str) -> None:
        """Hand on that a stage began."""
        if not self._stopped:
            self._progress.began(stage)

    def said(self, stage: str, words: str) -> None:
        """Hand on a few words about a stage."""
        if not self._stopped:
            self._progress.said(stage, words)

    def ended(self, stage: str, how: str, milliseconds: int) -> None:
        """Hand on that a stage ended."""
        if not self._stopped:
            self._progress.ended(stage, how, milliseconds)

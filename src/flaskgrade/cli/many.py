"""The same work on many files, by all processors: what reads a report does little but compute."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import TypeVar

from flaskgrade.cli.interruption import SIGNALS
from flaskgrade.errors import UsageError

FEW = 40  # are done before other processes have begun
AT_A_TIME = 10
Given = TypeVar("Given")
Done = TypeVar("Done")


def each(work: Callable[[Given], Done], given: Sequence[Given]) -> Iterator[Done]:
    """Yield what the work on each comes to, in their order.

    `work` and what it takes and returns must be picklable. What it raises is raised here; work that
    has not begun then is left alone. Raises UsageError where a process was killed, as for want of
    memory.
    """
    processors = len(os.sched_getaffinity(0))
    if len(given) < FEW or processors == 1:
        yield from map(work, given)
        return
    with ProcessPoolExecutor(
        processors, mp_context=get_context("fork"), initializer=_begin
    ) as pool:
        try:
            yield from pool.map(work, given, chunksize=AT_A_TIME)
        except BrokenProcessPool as error:
            raise UsageError(
                "a process that worked on the files was killed",
                hint="Is there enough memory? Give fewer files at a time.",
            ) from error


def _begin() -> None:
    """Leave signals to the process that started this one, and end with it."""
    signal.set_wakeup_fd(-1)
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None  # noqa: S101 - this runs where one was started
    parent.join()
    os._exit(1)

"""Many stored reports, read on all processors and kept as small as a comparison needs them."""

import os
import re
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path

from flaskgrade.cli import sources
from flaskgrade.cli.stored import load
from flaskgrade.cohort.entry import entry
from flaskgrade.errors import UsageError
from flaskgrade.model.cohort import Entry
from flaskgrade.model.rubric import Rubric

FEW = 16  # reports that are read sooner than processes are started
NAME = re.compile(r"[\w+-]+")  # of a rubric or an exercise, and no place to fetch one from


def entries(paths: Sequence[Path], rubric: str | None = None) -> tuple[Entry, ...]:
    """Return an entry for each report, in the order given.

    `rubric` is where the rubric is that they were scored by; without it, it is looked for by the
    name that the report has. Raises UsageError for the first file that is no report, and for a
    `rubric` that is none.
    """
    read = partial(_read, rubric=sources.rubric(rubric) if rubric else None)
    if len(paths) < FEW:
        return _numbered(read(path) for path in paths)
    pool = ProcessPoolExecutor(max_workers=os.cpu_count(), initializer=_end_with_parent)
    try:
        return _numbered(pool.map(read, paths, chunksize=8))
    finally:
        pool.shutdown(cancel_futures=True)


def _read(path: Path, rubric: Rubric | None) -> Entry | tuple[str, str]:
    """Return an entry, or the words of a UsageError: those of ours can't be sent as they are."""
    try:
        report = load(path)
        return entry(report, rubric or _rubric(report.provenance.rubric.name))
    except UsageError as error:
        return error.message, error.hint


def _numbered(found: Iterable[Entry | tuple[str, str]]) -> tuple[Entry, ...]:
    return tuple(replace(_or_raise(one), given=place) for place, one in enumerate(found))


def _or_raise(read: Entry | tuple[str, str]) -> Entry:
    if isinstance(read, Entry):
        return read
    message, hint = read
    raise UsageError(message, hint=hint)


@cache
def _rubric(name: str) -> Rubric | None:
    """Return a rubric that is at hand. A report's word does not make us fetch anything."""
    if not NAME.fullmatch(name):
        return None
    try:
        return sources.rubric(name)
    except UsageError:
        return None


def _end_with_parent() -> None:
    """End this worker when whoever started it is gone, however that ended."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_await_end, args=(parent.sentinel,), daemon=True).start()


def _await_end(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)

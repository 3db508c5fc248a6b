"""The line at the end of a run that says how many cases went well, over all processes."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.cases import CLEAN

WORKERS: Counter[str] = Counter()  # what the processes of pytest-xdist handed in


@pytest.fixture(scope="session")
def room() -> Iterator[Path]:
    """Give a folder for the files of all cases; each case makes or overwrites its own."""
    with tempfile.TemporaryDirectory(prefix="flaskgrade-fuzz-") as folder:
        yield Path(folder)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand this worker's counts to the process that reports."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["fuzz"] = dict(CLEAN)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take in a worker's counts."""
    WORKERS.update(getattr(node, "workeroutput", {}).get("fuzz", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the count."""
    clean = CLEAN + WORKERS
    if clean:
        terminalreporter.write_line(
            f"fuzz: {clean.total():,} cases over {len(clean)} properties ran clean"
        )

"""Memory that runs out on our side: for the harness, or for its sandboxes by no fault of theirs."""

import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from flaskgrade.model.report import Report
from flaskgrade.sandbox.base import MIB
from flaskgrade.sandbox.cgroup import discover
from tests.cli.commands import Done, end
from tests.faults.bench import WORKS, Bench, assert_ours, lost

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

PARENT = discover(Path("/proc")).memory
NEEDS_GROUP = pytest.mark.skipif(
    PARENT is None or not (PARENT / "memory.limit_in_bytes").exists(),
    reason="no control group of version 1 can be made for memory here",
)
HUNGRY = WORKS | {
    "app/trick.py": "from flask import Flask\n\nATE = bytearray(300_000_000)\n\n\n"
    "def play(app: Flask) -> None:\n    app.logger.debug(len(ATE))\n"
}


@pytest.fixture
def group() -> Iterator[Path]:
    """Give a memory group of our own, to put a limit on."""
    assert PARENT is not None
    made = PARENT / f"tests-{uuid.uuid4().hex[:8]}"
    made.mkdir()
    yield made
    for child in made.glob("*/"):
        with suppress(OSError):
            child.rmdir()
    made.rmdir()


def grade_in(bench: Bench, group: Path, mebibytes: int) -> Done:
    """Grade in a group with so much memory."""
    (group / "memory.limit_in_bytes").write_text(str(mebibytes * MIB))
    with suppress(OSError):
        (group / "memory.memsw.limit_in_bytes").write_text(str(mebibytes * MIB))
    line = bench.line()
    process = subprocess.Popen(
        [
            *("sh", "-c", f'echo $$ > {group}/cgroup.procs; exec "$0" "$@"', sys.executable),
            *("-m", "flaskgrade", *bench.words()),
        ],
        cwd=bench.folder,
        env=dict(line.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    line.started.append(process)
    return end(process)


@NEEDS_GROUP
def test_an_app_killed_for_the_hosts_want_of_memory(
    bench: Bench, tmp_path: Path, group: Path
) -> None:
    """It was within its limit of a gigabyte: open, and not failed."""
    hungry = Bench.in_folder(tmp_path / "hungry", bench.cache, HUNGRY)
    full = hungry.grade()
    assert full.code == 0, full
    best = hungry.report
    assert best is not None

    done = grade_in(hungry, group, 280)

    if done.code == -signal.SIGKILL:  # the kernel chose the harness
        pytest.fail("the kernel chose the harness, which is smaller")
    report = assert_ours(hungry, done, best, "no memory left", "more memory")
    assert lost(report, best) == ()


@NEEDS_GROUP
def test_a_harness_killed_for_want_of_memory(bench: Bench, best: Report, group: Path) -> None:
    """Nothing is scored, nothing is written by halves, and the next start sweeps."""
    done = grade_in(bench, group, 30)

    assert done.code != 0
    assert bench.report is None or lost(bench.report, best) == ()
    assert bench.grade().code == 0
    assert bench.left() == ()


def grade_within(bench: Bench, mebibytes: int) -> Done:
    """Grade in an address space of so much."""
    line = bench.line()
    process = subprocess.Popen(
        [
            *("prlimit", f"--as={mebibytes * MIB}", sys.executable),
            *("-m", "flaskgrade", *bench.words()),
        ],
        cwd=bench.folder,
        env=dict(line.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    line.started.append(process)
    return end(process)


@pytest.mark.parametrize("mebibytes", [200, 4095])
def test_an_address_space_that_is_too_small_is_said_before_anything_starts(
    bench: Bench, mebibytes: int
) -> None:
    """It cannot be left to chance: a thread that has no memory to start with is waited for."""
    done = grade_within(bench, mebibytes)

    assert done.code == 2, done
    assert f"limited to {mebibytes} MiB" in done.err
    assert "ulimit -v" in done.err
    assert bench.report is None
    assert bench.left() == ()


def test_the_address_space_that_is_asked_for_is_enough(bench: Bench, best: Report) -> None:
    """Nothing is open in it."""
    done = grade_within(bench, 4096)

    assert done.code == 0, done
    report = bench.report
    assert report is not None
    assert lost(report, best) == ()

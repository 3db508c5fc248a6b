"""The wall clock may jump: it is shown in reports, and decides nothing while a grading runs."""

import ast
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flaskgrade.model.report import Report
from tests.cli.commands import end
from tests.faults.bench import Bench

SOURCE = Path(__file__).parents[2] / "src" / "flaskgrade"
# What may ask for the time of day, and why.
ALLOWED = {
    "cli/review.py": "when somebody gave a mark, for people",
    "fleet/ledger.py": "when a batch began and a grading ended, for people",
    "environment/resolution.py": "how old a remembered resolution is",
    "pipeline.py": "when a grading was started, for the report",
    "guest/examiner/pages.py": "to be compared with the times in a database server's log",
    "sandbox/docker_owner.py": "how old the leftovers of another host are",
}
WALL = {("time", "time"), ("time", "time_ns"), ("datetime", "now"), ("datetime", "utcnow")}
# The harness's own clock alone: the machine's is everybody's.
JUMPING = """\
import os
import time

real = time.time
time.time = lambda: real() + {seconds} * os.path.exists("{flag}")
time.time_ns = lambda: int(time.time() * 1e9)
"""


def wall_clocks() -> Iterator[str]:
    """Yield the files of ours that ask for the time of day."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if (node.value.id, node.attr) in WALL:
                    yield str(path.relative_to(SOURCE))
            elif isinstance(node, ast.ImportFrom) and node.module == "time":
                names = {alias.name for alias in node.names}
                if names & {"time", "time_ns"}:
                    yield str(path.relative_to(SOURCE))


def test_deadlines_do_not_ask_for_the_time_of_day() -> None:
    """Who asks is on a list, with a reason; all else measures with a monotonic clock."""
    assert set(wall_clocks()) == set(ALLOWED)


@pytest.mark.network
@pytest.mark.timeout(200)
@pytest.mark.parametrize("days", [400, -400])
def test_a_jump_of_the_clock_ends_nothing(
    bench: Bench, best: Report, tmp_path: Path, days: int
) -> None:
    """Over a year forwards or back, in the middle of it: all points, and all times are sane."""
    clock = tmp_path / "clock"
    clock.mkdir()
    (clock / "sitecustomize.py").write_text(
        JUMPING.format(flag=clock / "jump", seconds=days * 86400), encoding="utf-8"
    )
    line = bench.line(PYTHONPATH=f"{clock}:{SOURCE.parent}")
    started = time.monotonic()
    process = line.start(*bench.words())
    assert process.stderr is not None
    assert "fetch" in process.stderr.readline()

    (clock / "jump").touch()
    done = end(process)
    took = time.monotonic() - started

    assert done.code == 0, done
    assert bench.report is not None
    assert bench.report.scorecard.low == best.scorecard.low
    assert 0 <= bench.report.provenance.milliseconds <= took * 1000
    assert all(0 <= one.milliseconds <= took * 1000 for one in bench.report.stages)
    assert re.search(r"Took +(\d+ ms|\d+\.\d s)\n", done.out)
    assert bench.left() == ()

"""A disk that is full is nobody's zero: one clear message, nothing left, code 2 or 5."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from flaskgrade.model.report import Report
from tests.cli.commands import Done, line, repository
from tests.faults.bench import Bench, assert_ours, is_open

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.geteuid() != 0, reason="a small file system can be mounted by root only"),
]

FILES = {
    "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
    "requirements.txt": "flask\n",
    "notes.txt": "".join(f"{n * 7919 % 99991} is a number\n" for n in range(20_000)),
}


@pytest.fixture
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """Give a small file system of so many kB."""
    place = tmp_path / "disk"
    place.mkdir()
    options = f"size={request.param}k,mode=755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def grade(tmp_path: Path, disk: Path) -> Done:
    """Grade with the cache on that disk."""
    work = repository(tmp_path / "work", FILES)
    return line(tmp_path, disk).run(
        "grade", str(work), "--sandbox", "bwrap", "--format", "terminal"
    )


@pytest.mark.parametrize("disk", [16, 256], indirect=True)
def test_a_disk_that_is_full_at_once(tmp_path: Path, disk: Path) -> None:
    """The submission does not fit: that is said with what to do, and nothing is scored."""
    done = grade(tmp_path, disk)

    assert done.code in {2, 4}, done
    assert done.out == ""
    assert str(disk) in done.err
    assert "Traceback" not in done.err
    assert "MB free" in done.err or "No space left" in done.err, done.err
    assert list((disk / "runs").glob("*")) == []


@pytest.mark.network
@pytest.mark.parametrize("disk", [800, 60_000], indirect=True)
def test_a_disk_that_fills_up_on_the_way(tmp_path: Path, disk: Path, best: Report) -> None:
    """Packages or tools do not fit: that is ours, the folder and its room are named."""
    bench = Bench.in_folder(tmp_path / "bench", disk)

    done = bench.grade()

    report = assert_ours(bench, done, best, "our disk is full", str(disk), "MB free")
    assert {"acceptance", "ruff"} <= is_open(report)
    assert list((disk / "runs").glob("*")) == []


@pytest.mark.network
@pytest.mark.parametrize("disk", [20], indirect=True)
@pytest.mark.parametrize("quiet", [(), ("--quiet",)], ids=["loud", "quiet"])
def test_a_full_disk_for_reports(bench: Bench, disk: Path, quiet: tuple[str, ...]) -> None:
    """The report is on the terminal, the folder is named, and no half of a file is left."""
    done = bench.line().run(*bench.words("bwrap", *quiet, out=str(disk / "out")))

    assert done.code == 2, done
    assert f"cannot write the report to {disk}/out: No space left" in done.err
    assert "MB free" in done.err
    assert "--out" in done.err
    assert "Harness" in done.out
    assert list((disk / "out").iterdir()) == []
    assert bench.left() == ()


@pytest.mark.network
@pytest.mark.parametrize("disk", [60_000], indirect=True)
def test_a_full_disk_is_not_remembered(tmp_path: Path, disk: Path, best: Report) -> None:
    """Nothing that is half done is in the cache: with room again, all is as it should be."""
    full = Bench.in_folder(tmp_path / "full", disk)
    assert full.grade().code == 5
    subprocess.run(["mount", "-o", "remount,size=2g", str(disk)], check=True)

    done = full.grade()

    assert done.code == 0, done
    assert full.report is not None
    assert full.report.scorecard.low == best.scorecard.low

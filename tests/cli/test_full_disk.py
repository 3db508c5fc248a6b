"""A disk that is full is nobody's zero: one clear message, nothing left, code 2 or 5."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.commands import Done, repository
from tests.cli.conftest import MakeLine

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


def grade(tmp_path: Path, disk: Path, make_line: MakeLine) -> Done:
    """Grade with the cache on that disk."""
    work = repository(tmp_path / "work", FILES)
    command = make_line(tmp_path, disk)
    return command.run("grade", str(work), "--sandbox", "bwrap", "--format", "terminal")


@pytest.mark.parametrize("disk", [16, 256], indirect=True)
def test_a_disk_that_is_full_at_once(tmp_path: Path, disk: Path, make_line: MakeLine) -> None:
    """The submission does not fit: that is said with what to do, and nothing is scored."""
    done = grade(tmp_path, disk, make_line)

    assert done.code in {2, 4, 5}, done
    assert done.out == ""
    assert "Traceback" not in done.err
    assert "space" in done.err or "disk" in done.err, done.err
    assert list((disk / "runs").glob("*")) == []


@pytest.mark.network
@pytest.mark.parametrize(
    "disk",
    [800, 60_000],
    indirect=True,
)
def test_a_disk_that_fills_up_on_the_way(tmp_path: Path, disk: Path, make_line: MakeLine) -> None:
    """Packages or tools do not fit: that is ours, and nothing of the candidate's fails by it."""
    done = grade(tmp_path, disk, make_line)

    assert done.code in {2, 5}, done
    assert "Traceback" not in done.err + done.out
    assert list((disk / "runs").glob("*")) == []
    stages = dict(line.split(maxsplit=1) for line in done.err.splitlines() if " s  " in line)
    for name in ("environment", "builds"):
        assert not stages.get(name, "").endswith("failed"), done.err

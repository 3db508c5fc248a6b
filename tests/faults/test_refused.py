"""Sandboxes that cannot be had, at the start or later: nothing runs without one."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from flaskgrade.model.report import Report
from flaskgrade.sandbox.docker_image import BASE
from tests.cli.commands import PATH, end
from tests.cli.test_interrupted import wait_until
from tests.faults.bench import Bench, assert_ours, is_open

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

# Works until there is a file beside it that tells it not to.
STAND_IN = """\
#!/bin/sh
if [ "$1" != --version ] && [ -e "{flag}" ]; then
    echo "bwrap: No permissions to create a new namespace, likely because the kernel does not" >&2
    exit 1
fi
exec "{bwrap}" "$@"
"""


@pytest.fixture
def flag() -> Iterator[Path]:
    """Put a stand-in for bwrap where any user can reach it; give the file with which it refuses."""
    place = Path(tempfile.mkdtemp(prefix="flaskgrade-bwrap-"))
    bwrap = shutil.which("bwrap")
    assert bwrap is not None
    program = place / "bwrap"
    program.write_text(STAND_IN.format(flag=place / "refuse", bwrap=bwrap), encoding="utf-8")
    program.chmod(0o755)
    place.chmod(0o755)
    yield place / "refuse"
    shutil.rmtree(place)


def test_a_kernel_that_allows_no_namespaces(bench: Bench, flag: Path) -> None:
    """Nothing runs: code 4, what bwrap said, and what to do."""
    flag.touch()

    done = bench.grade(PATH=f"{flag.parent}:{PATH}")

    assert done.code == 4, done
    assert "No permissions to create a new namespace" in done.err
    assert "→" in done.err
    assert "--sandbox docker" in done.err
    assert done.out == ""
    assert bench.report is None
    assert bench.left() == ()


def test_namespaces_that_are_used_up_later(bench: Bench, best: Report, flag: Path) -> None:
    """The sandbox worked at the start and does not later: open, and the static checks are told."""
    process = bench.line(PATH=f"{flag.parent}:{PATH}").start(*bench.words())
    assert process.stderr is not None
    assert "fetch" in process.stderr.readline()

    flag.touch()
    done = end(process)

    report = assert_ours(bench, done, best, "did not start", "flaskgrade doctor")
    assert "acceptance" in is_open(report)


def gone(image: str) -> bool:
    """Remove an image; tell whether that worked."""
    removal = ("docker", "rmi", "--force", image)
    return subprocess.run(removal, capture_output=True, check=False).returncode == 0


@pytest.mark.docker
@pytest.mark.usefixtures("docker")
def test_an_image_that_goes_between_open_and_run(bench: Bench, best: Report) -> None:
    """No container can be created from it: open, with what the engine says."""
    name = "flaskgrade-test-gone:now"
    made = subprocess.run(
        ("docker", "create", BASE, "true"), capture_output=True, text=True, check=True
    ).stdout.strip()
    image = subprocess.run(
        ("docker", "commit", made, name), capture_output=True, text=True, check=True
    ).stdout.strip()
    subprocess.run(("docker", "rm", made), capture_output=True, check=True)
    process = bench.line(FLASKGRADE_IMAGE=name).start(*bench.words("docker"))
    assert process.stderr is not None
    assert "fetch" in process.stderr.readline()

    # Refused while a container of it runs; then it is tried again.
    wait_until(lambda: gone(image))
    done = end(process)

    report = assert_ours(bench, done, best, "container engine", "image")
    assert {"acceptance", "ruff"} <= is_open(report)

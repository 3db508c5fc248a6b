"""An engine that fails in any stage, or a container that somebody kills, is never the candidate."""

import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flaskgrade.model.report import Report
from flaskgrade.sandbox.docker_engine import connect
from flaskgrade.sandbox.docker_sweep import sweep_docker
from tests.cli.commands import end
from tests.cli.test_interrupted import wait_until
from tests.faults.bench import WORKS, Bench, assert_ours, is_open, seeded
from tests.faults.test_killed import containers
from tests.sandbox.test_docker_engine import Relay

pytestmark = [
    pytest.mark.docker,
    pytest.mark.network,
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("docker"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def relay(docker: str, tmp_path: Path) -> Iterator[Relay]:
    """Put a relay between the command and the engine; sweep what the dead run left."""
    assert docker
    made = Relay(tmp_path / "engine.sock", connect().address.removeprefix("unix://"))
    yield made
    made.cut()
    sweep_docker()


def address(tmp_path: Path) -> str:
    """Return the relay's address."""
    return f"unix://{tmp_path}/engine.sock"


SLOW = WORKS | {
    "app/views.py": WORKS["app/views.py"]
    .replace("from itertools import count\n", "import time\nfrom itertools import count\n")
    .replace('    """Double a number."""\n', '    """Double a number."""\n    time.sleep(1.2)\n')
}
# What has begun, by a word of the container's command, when the engine goes.
STAGES = {"tools": "bandit", "serve": "serve.py", "acceptance": "examine.py"}


@pytest.mark.parametrize("stage", STAGES)
def test_an_engine_that_dies_while_checks_run(
    bench: Bench, best: Report, relay: Relay, tmp_path: Path, stage: str
) -> None:
    """What needs no sandbox is assessed, and all else is open; the message names the engine."""
    slow = Bench.in_folder(tmp_path / "slow", bench.cache, SLOW)
    process = slow.line(DOCKER_HOST=address(tmp_path)).start(*slow.words("docker"))
    wait_until(lambda: bool(containers(process.pid, STAGES[stage])))
    if stage == "acceptance":
        time.sleep(1.5)

    relay.cut()
    done = end(process)
    sweep_docker()

    report = assert_ours(slow, done, best, "container engine", "docker info")
    assert "acceptance" in is_open(report)


def test_an_engine_that_dies_when_the_submission_is_there(
    bench: Bench, best: Report, relay: Relay, tmp_path: Path
) -> None:
    """The sandbox cannot even take the source: the source itself is assessed."""
    process = bench.line(DOCKER_HOST=address(tmp_path)).start(*bench.words("docker"))
    assert process.stderr is not None
    assert "fetch" in process.stderr.readline()

    relay.cut()
    done = end(process)
    sweep_docker()

    report = assert_ours(bench, done, best, "container engine", "docker info")
    assert {"acceptance", "ruff", "mypy", "own-tests"} <= is_open(report)


def test_an_engine_that_dies_while_an_environment_is_built(
    bench: Bench, best: Report, relay: Relay, tmp_path: Path
) -> None:
    """A build that was cut short is not stored, and the next one works."""
    files = WORKS | {"requirements.txt": "flask==3.1.3\nclick==8.1.7\n"}
    cache = seeded(bench.cache, tmp_path / "seeded", "uv")
    built = Bench.in_folder(tmp_path / "built", cache, files)
    process = built.line(DOCKER_HOST=address(tmp_path)).start(*built.words("docker"))
    wait_until(lambda: bool(containers(process.pid, "py_compile")), seconds=90)

    relay.cut()
    done = end(process)
    sweep_docker()

    report = assert_ours(built, done, best, "container engine", "docker info")
    assert "acceptance" in is_open(report)


def test_an_engine_that_dies_in_the_end(
    bench: Bench, best: Report, relay: Relay, tmp_path: Path
) -> None:
    """All is known by then: the report is whole, and the next start sweeps."""
    slow = Bench.in_folder(tmp_path / "slow", bench.cache, SLOW)
    process = slow.line(DOCKER_HOST=address(tmp_path)).start(*slow.words("docker"))
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("examination"):
            break

    relay.cut()
    done = end(process)
    sweep_docker()

    assert done.code == 0, done
    assert slow.report is not None
    assert slow.report.scorecard.low == best.scorecard.low
    assert slow.left() == ()


@pytest.mark.parametrize("zone", ["serve.py", "examine.py"])
def test_a_container_that_somebody_kills(
    bench: Bench, best: Report, tmp_path: Path, zone: str
) -> None:
    """The engine's events say that it was killed by a wish that was not ours."""
    slow = Bench.in_folder(tmp_path / "slow", bench.cache, SLOW)
    process = slow.line().start(*slow.words("docker"))
    wait_until(lambda: bool(containers(process.pid, "examine.py")))
    time.sleep(1.5)

    (victim,) = containers(process.pid, zone)
    subprocess.run(("docker", "kill", victim), check=True, capture_output=True)
    done = end(process)

    report = assert_ours(slow, done, best, "killed from outside", "grade again")
    assert "acceptance" in is_open(report)
    assert is_open(report).isdisjoint({"ruff", "mypy", "bandit", "own-tests"})


def test_an_engine_that_dies_while_it_is_asked_what_it_can(bench: Bench, relay: Relay) -> None:
    """Before anything runs there is no sandbox: code 4, and nothing is graded."""
    threading.Timer(0.05, relay.freeze).start()
    time.sleep(0.1)

    done = bench.line(DOCKER_HOST=address(bench.folder.parent)).run(
        *bench.words("docker"), seconds=100
    )

    assert done.code == 4, done
    assert "→" in done.err
    assert bench.report is None
    assert bench.left() == ()

"""However a run is ended, nothing of it stays; after SIGKILL the next start sees to that."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from flaskgrade.model.report import Report
from tests.cli.commands import descendants, end, interrupt, repository, wait_for
from tests.cli.test_interrupted import served, wait_until
from tests.faults.bench import WORKS, Bench

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

BLOCKS = WORKS | {"app/trick.py": "import time\n\ntime.sleep(900)\n"}


@pytest.fixture
def blocked(bench: Bench, tmp_path: Path) -> Bench:
    """Give a bench whose app blocks at import, so that server and examiner stay."""
    return Bench.in_folder(tmp_path / "blocked", bench.cache, BLOCKS)


def running(bench: Bench, sandbox: str = "bwrap") -> "subprocess.Popen[str]":
    """Start a grading and wait until the app is served."""
    process = bench.line().start(*bench.words(sandbox))
    if sandbox == "bwrap":
        wait_until(lambda: any("serve.py" in one for one in served(process.pid)))
    else:
        wait_until(lambda: bool(containers(process.pid, "serve.py")))
    return process


def containers(owner: int, argument: str = "") -> list[str]:
    """Return the ids of the running containers of a process of ours, by an argument of theirs."""
    query = ("docker", "ps", "-q", "--no-trunc", "--filter", "label=flaskgrade.owner")
    listed = subprocess.run(query, capture_output=True, text=True, check=True).stdout.split()
    found = []
    for one in listed:
        template = (
            '{{index .Config.Labels "flaskgrade.owner"}} {{.Config.Cmd}} {{.Config.Entrypoint}}'
        )
        told = subprocess.run(
            ("docker", "inspect", "-f", template, one), capture_output=True, text=True, check=False
        ).stdout
        if told.startswith(f"{owner}:") and argument in told:
            found.append(one)
    return found


def test_a_terminal_that_hangs_up(blocked: Bench) -> None:
    """SIGHUP ends a run as ^C does."""
    process = running(blocked)

    done = interrupt(process, signal.SIGHUP)

    assert done.code == 130, done
    assert "interrupted" in done.err
    assert descendants(process.pid) == []
    assert blocked.left() == ()


def test_a_run_that_is_to_outlive_its_terminal(bench: Bench, best: Report) -> None:
    """Under nohup SIGHUP stays ignored."""
    process = bench.line().start(*bench.words(), ignoring=("HUP",))
    wait_for(process, "fetch")

    done = interrupt(process, signal.SIGHUP)

    assert done.code == 0, done
    assert bench.report is not None
    assert bench.report.scorecard.low == best.scorecard.low


@pytest.mark.parametrize("sandbox", ["bwrap", pytest.param("docker", marks=pytest.mark.docker)])
def test_a_run_that_is_killed(
    blocked: Bench, sandbox: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The next start sweeps: processes, containers, volumes, groups, mounts and scratch."""
    if sandbox == "docker":
        request.getfixturevalue("docker")
    others = set((blocked.cache / "runs").glob("*"))
    process = running(blocked, sandbox)
    scratch = set((blocked.cache / "runs").glob("*")) - others
    assert scratch

    os.kill(process.pid, signal.SIGKILL)
    end(process)
    next_one = repository(tmp_path / "next", {"app.py": "import flask\n"})
    done = blocked.line().run("grade", str(next_one), "--sandbox", sandbox, "--format", "terminal")

    assert done.code in {0, 1, 5}, done
    assert scratch.isdisjoint((blocked.cache / "runs").glob("*"))
    assert sandbox == "bwrap" or containers(process.pid) == []
    assert blocked.left() == ()


@pytest.mark.docker
@pytest.mark.usefixtures("docker")
def test_an_interrupted_run_leaves_nothing_in_the_engine(blocked: Bench) -> None:
    """^C, even twice, removes containers, volumes and sockets."""
    process = running(blocked, "docker")

    os.kill(process.pid, signal.SIGINT)
    time.sleep(0.05)
    done = interrupt(process)

    assert done.code == 130, done
    assert containers(process.pid) == []
    assert blocked.left() == ()

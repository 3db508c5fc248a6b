"""An engine that dies in the middle of a run leaves things open; what was assessed is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flaskgrade.sandbox.docker_engine import connect
from flaskgrade.sandbox.docker_sweep import sweep_docker
from tests.cli.commands import Line, end, repository, wait_for
from tests.cli.conftest import MakeLine
from tests.conftest import Sandboxes
from tests.sandbox.test_docker_engine import Relay

pytestmark = [
    pytest.mark.docker,
    pytest.mark.network,
    pytest.mark.timeout(400),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

FILES = {
    "app.py": "import time\nimport flask\n\ntime.sleep(900)\n",
    "requirements.txt": "flask\n",
}


@pytest.fixture
def relay(sandboxes: Sandboxes, tmp_path: Path) -> Iterator[Relay]:
    """Put a relay between the command and the engine; sweep what the dead run left."""
    sandboxes.get("docker")
    made = Relay(tmp_path / "engine.sock", connect().address.removeprefix("unix://"))
    yield made
    made.cut()
    sweep_docker()


def test_what_was_assessed_is_kept(
    command: Line, make_line: MakeLine, cache: Path, relay: Relay, tmp_path: Path
) -> None:
    """The report is there with "not assessed" for what was running, and the code is 5."""
    work = repository(command.folder / "work", FILES)
    told = make_line(command.folder, cache, DOCKER_HOST=f"unix://{tmp_path}/engine.sock")
    process = told.start("grade", str(work), "--sandbox", "docker", "--format", "terminal")
    assert "not assessed" not in wait_for(process, "mypy ", seconds=300)

    relay.cut()
    done = end(process)

    assert done.code == 5, done
    assert "not assessed" in done.out
    assert "Static security scan" in done.out
    assert "Traceback" not in done.err + done.out

"""^C and SIGTERM end a run in any stage with 130, and nothing of it is left."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.commands import Done, Line, descendants, interrupt, repository, wait_for
from tests.cli.conftest import MakeLine

pytestmark = pytest.mark.timeout(300)

GRADE = ("--sandbox", "bwrap", "--format", "terminal")
APP = "from flask import Flask\n\napp = Flask(__name__)\n"
BLOCKS = "import time\nimport flask\ntime.sleep(900)\n"
SIGNALS = [signal.SIGINT, signal.SIGTERM]


class Silent:
    """A server that takes connections and never answers."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._taken: list[socket.socket] = []
        self.asked = threading.Event()
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                taken, _ = self._listener.accept()
                self._taken.append(taken)
                self.asked.set()

    def close(self) -> None:
        """Hang up."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for taken in self._taken:
            taken.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    """Give a server that never answers."""
    server = Silent()
    yield server
    server.close()


def groups() -> set[str]:
    """Return the control groups of flaskgrade's on this host, while others come and go."""
    walked = os.walk("/sys/fs/cgroup")  # ignores what goes meanwhile
    return {
        os.path.join(parent, name)  # noqa: PTH118 - as os.walk tells it
        for parent, names, _ in walked
        for name in names
        if name.startswith("flaskgrade")
    }


def assert_gone(done: Done, session: int, cache: Path) -> None:
    """The code is 130, one sentence is said, and no process, folder or control group is left."""
    assert done.code == 130, done
    assert "interrupted" in done.err
    assert done.err.count("flaskgrade:") == 1, done.err
    assert "Traceback" not in done.err, done.err
    assert descendants(session) == []
    assert list((cache / "runs").glob("*")) == []
    assert not [group for group in groups() if str(session) in group]


def wait_until(true: Callable[[], bool], *, seconds: float = 60.0) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("number", SIGNALS)
def test_while_it_fetches(tmp_path: Path, make_line: MakeLine, silent: Silent, number: int) -> None:
    """Git waits for a server that does not answer; it ends with us."""
    command = make_line(tmp_path, tmp_path / "cache")
    process = command.start("grade", f"{silent.address}/candidate/work.git", *GRADE)
    assert silent.asked.wait(60)

    done = interrupt(process, number)

    assert_gone(done, process.pid, tmp_path / "cache")


@pytest.mark.parametrize("number", SIGNALS)
def test_while_it_asks_the_index(
    tmp_path: Path, make_line: MakeLine, silent: Silent, number: int
) -> None:
    """Environment and toolbox both wait for an index that does not answer; their uv ends too."""
    work = repository(tmp_path / "work", {"app.py": APP, "requirements.txt": "flask\n"})
    command = make_line(tmp_path, tmp_path / "cache", UV_DEFAULT_INDEX=f"{silent.address}/simple")
    process = command.start("grade", str(work), *GRADE)
    wait_until(lambda: any("uv" in one for one in descendants(process.pid)))

    done = interrupt(process, number)

    assert_gone(done, process.pid, tmp_path / "cache")


@pytest.mark.network
@pytest.mark.parametrize("number", SIGNALS)
def test_while_it_examines(command: Line, cache: Path, number: int) -> None:
    """The app blocks at import; its server and the examiner end with us."""
    work = repository(command.folder / "work", {"app.py": BLOCKS, "requirements.txt": "flask\n"})
    process = command.start("grade", str(work), *GRADE)
    wait_for(process, "mypy")
    wait_until(lambda: any("serve.py" in one for one in served(process.pid)))
    mine = {path.name for path in (cache / "runs").glob("*")}

    done = interrupt(process, number)

    assert done.code == 130, done
    assert served(process.pid) == []
    assert descendants(process.pid) == []
    assert "Traceback" not in done.err
    left = {path.name for path in (cache / "runs").glob("*")}
    assert len(mine - left) == 1
    assert not [group for group in groups() if str(process.pid) in group]


STUBBORN = """\
import signal
import time

signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(900)
"""
EXERCISE = """\
name: jobs
title: Jobs
version: 1
launch:
  services: [redis]
  processes: {worker: [stubborn]}
  downstream: true
test_seconds: 60
acceptance:
  C1: [test_jobs.py::test_it_stops]
"""
STOPS = """\
import time


def test_it_stops(processes):
    while "deaf" not in processes["worker"].log():
        time.sleep(0.05)
    processes["worker"].stop(50)
"""


@pytest.mark.network
@pytest.mark.parametrize("number", SIGNALS)
def test_while_a_hidden_test_waits_for_a_worker_to_end(
    command: Line, cache: Path, number: int
) -> None:
    """The app, its worker, Redis and the examiner end with us, whatever they wait for."""
    files = {"app.py": APP, "stubborn.py": STUBBORN, "requirements.txt": "flask\n"}
    work = repository(command.folder / "work", files)
    exercise = command.folder / "exercise"
    (exercise / "acceptance").mkdir(parents=True)
    (exercise / "exercise.yaml").write_text(EXERCISE)
    (exercise / "acceptance" / "test_jobs.py").write_text(STOPS)
    process = command.start("grade", str(work), *GRADE, "--exercise", str(exercise))
    for words in ("examine.py", "redis-server", "-m stubborn"):
        wait_until(lambda words=words: any(words in one for one in served(process.pid)))  # type: ignore[misc] # bound now
    time.sleep(1.0)
    mine = {path.name for path in (cache / "runs").glob("*")}

    done = interrupt(process, number)

    assert done.code == 130, done
    assert served(process.pid) == []
    assert descendants(process.pid) == []
    assert "Traceback" not in done.err
    left = {path.name for path in (cache / "runs").glob("*")}
    assert len(mine - left) == 1
    assert not [group for group in groups() if str(process.pid) in group]


def served(ancestor: int) -> list[str]:
    """The command lines of all that descends from a process, whatever session it is in."""
    found = []
    todo = [ancestor]
    while todo:
        pid = todo.pop()
        with suppress(OSError):
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                children = [int(word) for word in task.read_text().split()]
                todo += children
                for child in children:
                    words = Path(f"/proc/{child}/cmdline").read_bytes()
                    found.append(words.replace(b"\0", b" ").decode())
    return found


def test_a_second_interrupt_changes_nothing(
    tmp_path: Path, make_line: MakeLine, silent: Silent
) -> None:
    """Impatience does not stop the cleaning up."""
    work = repository(tmp_path / "work", {"app.py": APP, "requirements.txt": "flask\n"})
    command = make_line(tmp_path, tmp_path / "cache", UV_DEFAULT_INDEX=f"{silent.address}/simple")
    process = command.start("grade", str(work), *GRADE)
    wait_until(lambda: any("uv" in one for one in descendants(process.pid)))

    os.kill(process.pid, signal.SIGINT)
    for _ in range(5):
        time.sleep(0.01)
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGINT)
    done = interrupt(process)

    assert_gone(done, process.pid, tmp_path / "cache")


def test_while_it_begins(tmp_path: Path, make_line: MakeLine) -> None:
    """At any moment of the start the end is the same, or nothing has begun yet."""
    work = repository(tmp_path / "work", {"app.py": APP})
    command = make_line(tmp_path, tmp_path / "cache")
    for delay in (0.3, 0.5, 0.7):
        process = command.start("grade", str(work), *GRADE)
        time.sleep(delay)

        done = interrupt(process)

        assert descendants(process.pid) == []
        assert list((tmp_path / "cache" / "runs").glob("*")) == []
        assert done.code in {130, -signal.SIGINT, 0, 1, 3, 5}, done

"""The toolbox: its lock, and the tools at work in a sandbox."""
# A test's name is its sentence.
# ruff: noqa: D103

import json
import re
import time
from importlib.resources import files
from pathlib import Path

import pytest

from flaskgrade.environment.mypy_flags import (
    MYPY_CACHE,
    TOOLBOX,
    mypy_command,
    mypy_environment,
)
from flaskgrade.environment.toolbox import VERSIONS, Toolbox, toolbox
from flaskgrade.errors import StageError
from flaskgrade.model.environment import Interpreter
from flaskgrade.sandbox.base import Command, Mount, Outcome, Sandbox, Zone
from tests.conftest import Sandboxes
from tests.environment.fakes import HERE, PlainSandbox

LOCK = (files("flaskgrade.environment") / "toolbox.txt").read_text(encoding="utf-8")
SOURCE = "/src"


def test_the_lock_pins_every_package_with_hashes_and_names_no_index() -> None:
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(entries) > 50
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==[^\s;]+( ; [^\\]+)? \\\n", entry), entry
        assert "--hash=sha256:" in entry
    assert "://" not in LOCK


def test_the_lock_holds_everything_that_is_asked_for() -> None:
    asked = (files("flaskgrade.environment") / "toolbox.in").read_text(encoding="utf-8")
    names = {line for line in asked.splitlines() if line and line[0] != "#"}
    assert names <= set(re.findall(r"^([a-z0-9._-]+)==", LOCK, re.MULTILINE))


def _offering(version: str) -> tuple[Interpreter, ...]:
    return (Interpreter(path="/usr/bin/python3", version=version, platform=HERE.platform),)


def test_a_sandbox_without_a_python_for_the_tools_is_our_trouble(tmp_path: Path) -> None:
    sandbox = PlainSandbox(root=tmp_path, pythons=_offering("3.9.1"))
    with pytest.raises(StageError, match="the tools need a Python"):
        toolbox(sandbox=sandbox, cache=tmp_path, scratch=tmp_path)


@pytest.mark.parametrize("version", sorted(VERSIONS))
def test_a_stored_toolbox_is_found_without_running_anything(version: str, tmp_path: Path) -> None:
    sandbox = PlainSandbox(root=tmp_path / "stored", pythons=_offering(f"{version}.5"))
    key = _digest_asked_for(sandbox, tmp_path)
    (tmp_path / "stored" / key).mkdir(parents=True)
    began = time.perf_counter()
    found = toolbox(sandbox=sandbox, cache=tmp_path, scratch=tmp_path)
    assert time.perf_counter() - began < 0.1  # 2 ms, on a machine that does other things as well
    assert found.digest == key
    assert sandbox.ran == []
    packages = [(one.name, one.version) for one in found.packages]
    assert len(dict(packages)) == len(packages)
    assert {"mypy", "ruff", "bandit", "pytest"} <= set(dict(packages))
    assert "colorama" not in dict(packages)  # for Windows only


class _Asking(PlainSandbox):
    asked: str = ""

    def stored(self, key: str) -> None:
        """Keep the key, and stop there."""
        self.asked = key
        raise StageError("asked")


def _digest_asked_for(sandbox: PlainSandbox, folder: Path) -> str:
    asking = _Asking(root=folder, pythons=sandbox.pythons)
    with pytest.raises(StageError, match="asked"):
        toolbox(sandbox=asking, cache=folder, scratch=folder)
    return asking.asked


def test_import_roots_are_told_to_mypy_as_folders() -> None:
    assert mypy_environment("/src", ("src", ".")) == (("MYPYPATH", "/src/src:/src"),)


@pytest.fixture(scope="module")
def made(sandboxes: Sandboxes, cache: Path) -> tuple[Sandbox, Toolbox]:
    sandbox = sandboxes.get("bwrap")
    scratch = cache / "scratch" / "toolbox"
    scratch.mkdir(parents=True)
    return sandbox, toolbox(sandbox=sandbox, cache=cache, scratch=scratch)


def _run(made: tuple[Sandbox, Toolbox], argv: tuple[str, ...], source: Path) -> Outcome:
    sandbox, tools = made
    return sandbox.run(
        Command(
            argv=argv,
            zone=Zone.EXAMINER,
            mounts=(
                Mount(folder=tools.folder, target=TOOLBOX),
                Mount(folder=sandbox.folder(source), target=SOURCE),
            ),
            environment=mypy_environment(SOURCE, (".",)),
            cwd=SOURCE,
        )
    )


def test_the_tools_share_no_file_with_what_a_candidate_reads(
    made: tuple[Sandbox, Toolbox],
) -> None:
    everything = Path(made[1].folder.reference).rglob("*")
    files = [path for path in everything if path.is_file() and not path.is_symlink()]
    assert len(files) > 1000
    assert {path.stat().st_nlink for path in files} == {1}


BAD = """import subprocess
from flask import Flask
from sqlalchemy.orm import Mapped, mapped_column
import nowhere_to_be_found
app: Flask = Flask(1)
@app.get("/")
def index() -> str:
    return subprocess.call("ls", shell=True) + "x"
"""


@pytest.fixture(scope="module")
def source(cache: Path) -> Path:
    folder = cache / "sources" / "bad"
    folder.mkdir(parents=True)
    (folder / "bad.py").write_text(BAD, encoding="utf-8")
    (folder / "mypy.ini").write_text("[mypy]\nignore_errors = True\n", encoding="utf-8")
    return folder


@pytest.mark.network
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("bin/ruff", "check", "--isolated", "--no-cache", "bad.py"), "F401"),
        (("bin/python", "-I", "-m", "bandit", "-q", "bad.py"), "B602"),
        (("bin/python", "-I", "-m", "pytest", "--version"), "pytest "),
    ],
)
def test_the_tools_work_in_the_examiner_sandbox(
    made: tuple[Sandbox, Toolbox], argv: tuple[str, ...], said: str, source: Path
) -> None:
    outcome = _run(made, (f"{TOOLBOX}/{argv[0]}", *argv[1:]), source)
    assert said in (outcome.stdout + outcome.stderr).decode()


@pytest.mark.network
@pytest.mark.timeout(300)
def test_mypy_knows_third_parties_from_its_read_only_cache(
    made: tuple[Sandbox, Toolbox], source: Path
) -> None:
    warm = _run(made, (*mypy_command(), "bad.py"), source)
    cold = _run(made, (*mypy_command(cache="/tmp/none"), "bad.py"), source)
    found = [json.loads(line) for line in warm.stdout.splitlines()]
    assert {(one["line"], one["code"]) for one in found} == {
        (5, "arg-type"),
        (8, "operator"),
        (8, "return-value"),
    }
    assert warm.stdout == cold.stdout
    assert warm.exit_code == 1
    assert warm.seconds * 3 < cold.seconds  # ten times, on a machine of its own


@pytest.mark.network
@pytest.mark.timeout(300)
def test_the_cache_is_where_the_check_looks_for_it(
    made: tuple[Sandbox, Toolbox], source: Path
) -> None:
    code = f"import os; print(len(os.listdir({MYPY_CACHE!r})))"
    outcome = _run(made, (f"{TOOLBOX}/bin/python", "-I", "-c", code), source)
    assert int(outcome.stdout) >= 1

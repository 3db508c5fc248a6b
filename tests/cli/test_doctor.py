"""`flaskgrade doctor`: tables for people and programs, and exit codes that tell the cases apart."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flaskgrade.cli.doctor import Backend, exit_code
from flaskgrade.cli.install import install_line
from flaskgrade.probes.base import Probed, Standing
from flaskgrade.probes.lines import LINES
from tests.cli.commands import Line, path_without


def found(*standings: Standing) -> Backend:
    """Return a backend that works, with a row of each standing."""
    rows = tuple(
        Probed(line=line, standing=standing, detail="measured")
        for line, standing in zip(LINES, standings, strict=False)
    )
    return Backend(name="bwrap", rows=rows)


def test_the_exit_code_tells_a_broken_limit_from_a_host_that_cannot_grade() -> None:
    """0 all holds, 1 something does not, 4 nothing works; what was not probed changes nothing."""
    good, unknown = found(Standing.HOLDS), found(Standing.HOLDS, Standing.UNKNOWN)
    broken, gone = found(Standing.HOLDS, Standing.BROKEN), Backend(name="docker", message="no")

    codes = [
        exit_code("/usr/bin/git", backends)
        for backends in ((good, gone), (unknown,), (good, broken), (gone,))
    ]

    assert codes == [0, 0, 1, 4]
    assert exit_code(None, (good,)) == 4


def test_json_has_every_row_with_what_was_measured(command: Line) -> None:
    """A program can read all that a person can, and stdout has nothing else."""
    done = command.run("doctor", "--probe", "--sandbox", "bwrap", "--json")

    document = json.loads(done.out)
    (backend,) = document["backends"]
    assert document["exit_code"] == done.code
    assert {row["standing"] for row in backend["rows"]} <= {one.value for one in Standing}
    assert [row["name"] for row in backend["rows"]] == [line.name for line in LINES]
    assert all(row["detail"] for row in backend["rows"])


def test_a_pipe_gets_plain_lines(command: Line) -> None:
    """One row a line, without colour; stderr stays silent."""
    done = command.run("doctor", "--sandbox", "bwrap")

    assert (done.code, done.err) == (0, "")
    assert "\x1b" not in done.out
    (row,) = [one for one in done.out.splitlines() if one.startswith("  no new privileges ")]
    assert row.split(maxsplit=3)[3:] == ["holds          NoNewPrivs 1"]


@pytest.mark.parametrize(("name", "coloured"), [("TERM", True), ("NO_COLOR", False)])
def test_a_terminal_gets_a_table(command: Line, name: str, *, coloured: bool) -> None:
    """With colours, unless NO_COLOR says otherwise."""
    main, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "flaskgrade", "doctor", "--sandbox", "bwrap"],
        cwd=command.folder,
        env={**command.environment, name: "xterm"},
        stdin=subprocess.DEVNULL,
        stdout=terminal,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(terminal)
        said = b""
        try:
            while piece := os.read(main, 65536):
                said += piece
        except OSError:  # how a terminal ends whose programs have gone
            pass
    os.close(main)

    assert process.returncode == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", said.decode())
    assert re.search(r"✓ +no new privileges +holds +NoNewPrivs 1", plain)
    assert (b"\x1b[32m" in said) is coloured


def test_what_is_missing_comes_with_the_command_that_installs_it(
    command: Line, tmp_path: Path
) -> None:
    """Without git nothing can be graded, and the exact line says how to get it."""
    path = path_without(tmp_path / "bin", "git")
    line = Line(folder=command.folder, environment={**command.environment, "PATH": path})

    done = line.run("doctor", "--sandbox", "bwrap")

    assert done.code == 4
    assert "MISSING: " in done.out
    assert install_line("git") in done.out


def test_the_packages_of_this_host_are_named_once() -> None:
    """Two programs of one package are one word."""
    assert install_line("prlimit", "setpriv", "git").split()[-2:] in (
        ["util-linux", "git"],
        ["and", "git"],
    )


def test_no_engine_is_said_with_what_to_do(command: Line, tmp_path: Path) -> None:
    """A socket on which nothing listens leaves Docker out, and alone that is exit code 4."""
    environment = {**command.environment, "DOCKER_HOST": f"unix://{tmp_path}/nothing.sock"}
    line = Line(folder=command.folder, environment=environment)

    done = line.run("doctor", "--sandbox", "docker")

    assert done.code == 4
    assert "docker     does not work: no container engine answers" in done.out
    assert "  → " in done.out

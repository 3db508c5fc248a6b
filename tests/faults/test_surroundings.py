"""Homes, folders, streams and terminals of every kind: a grading survives them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flaskgrade.model.report import Report
from tests.cli.commands import Done
from tests.faults.bench import Bench

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

NEEDS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount something")


def shell(bench: Bench, script: str, *words: str, **more: str) -> Done:
    """Run a script in a mount namespace of its own, with `$0` and `$@` the command line."""
    argv = [sys.executable, "-m", "flaskgrade", *(words or bench.words())]
    namespace = ["unshare", "--mount", "--propagation", "private"]
    prefix = namespace if os.geteuid() == 0 else []
    done = subprocess.run(
        [*prefix, "bash", "-c", script, *argv],
        cwd=bench.folder,
        env=dict(bench.line(**more).environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="latin-1",
        check=False,
    )
    return Done(code=done.returncode, out=done.stdout, err=done.stderr)


def assert_graded(bench: Bench, done: Done, best: Report) -> None:
    """All points are there, as without the fault, and nothing is left."""
    assert done.code == 0, done
    assert "Traceback" not in done.err + done.out
    assert bench.report is not None
    assert bench.report.scorecard.low == best.scorecard.low
    assert bench.left() == ()


# Folders


@pytest.mark.parametrize(
    "script",
    [
        pytest.param('unset HOME TMPDIR; exec "$0" "$@"', id="unset"),
        pytest.param('export HOME=/no/home TMPDIR=/no/tmp; exec "$0" "$@"', id="missing"),
        pytest.param(
            'mkdir ro && mount -t tmpfs -o ro none ro && HOME=$PWD/ro TMPDIR=$PWD/ro "$0" "$@"; '
            "code=$?; umount ro && rmdir ro; exit $code",
            id="read-only",
            marks=NEEDS_ROOT,
        ),
    ],
)
def test_home_and_temporary_folder_are_not_needed(bench: Bench, best: Report, script: str) -> None:
    """The cache is the only folder that a grading needs."""
    assert_graded(bench, shell(bench, script), best)


@NEEDS_ROOT
def test_a_cache_that_is_read_only(bench: Bench) -> None:
    """The folder is named, with how to choose another; nothing runs."""
    script = 'mount --bind "$FLASKGRADE_CACHE" "$FLASKGRADE_CACHE" && '
    script += 'mount -o remount,ro,bind "$FLASKGRADE_CACHE" && exec "$0" "$@"'

    done = shell(bench, script)

    assert done.code == 2, done
    assert str(bench.cache) in done.err
    assert "Set FLASKGRADE_CACHE" in done.err
    assert done.out == ""
    assert bench.left() == ()


# Standard streams


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(
            '"$0" "$@" 2>/dev/full | head -c 0; exit ${PIPESTATUS[0]}', id="nobody who reads"
        ),
        pytest.param('exec "$0" "$@" <&- >&- 2>&-', id="all closed"),
    ],
)
def test_a_stream_that_is_closed(bench: Bench, best: Report, script: str) -> None:
    """Files are written and the exit code is the grading's, whoever listens."""
    assert_graded(bench, shell(bench, script), best)


def test_a_full_disk_under_stdout(bench: Bench) -> None:
    """What was printed is lost, which is said; the files are there."""
    done = shell(bench, 'exec "$0" "$@" >/dev/full')

    assert done.code == 2, done
    assert "cannot write to stdout: No space left" in done.err
    assert bench.report is not None
    assert bench.left() == ()


ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.mark.parametrize(
    "variables",
    [ASCII, {"PYTHONIOENCODING": "latin-1"}],
    ids=["C", "latin-1"],
)
def test_a_terminal_that_is_not_utf8(bench: Bench, best: Report, variables: dict[str, str]) -> None:
    """The report is readable with what the terminal has; files are UTF-8 all the same."""
    done = shell(bench, 'exec "$0" "$@"', **variables)

    assert_graded(bench, done, best)
    assert "-----" in done.out.splitlines()[0] + done.out.splitlines()[1]
    assert "+ holds" in done.out
    if variables != {"PYTHONIOENCODING": "latin-1"}:
        assert done.out.isascii()


def test_a_document_is_utf8_in_any_locale(bench: Bench) -> None:
    """What goes through a pipe to a file is the same file in every locale."""
    words = ("grade", bench.work, "--sandbox", "bwrap", "--format", "html")

    done = shell(bench, 'exec "$0" "$@"', *words, **ASCII)

    assert done.code == 0, done
    assert "·" in done.out.encode("latin-1").decode("utf-8")


def test_a_narrow_terminal(bench: Bench, best: Report) -> None:
    """Twenty columns are enough: no line is longer, but for a word that is."""
    done = bench.grade(COLUMNS="20")

    assert_graded(bench, done, best)
    lines = done.out.splitlines()
    assert not [ln for ln in lines if len(ln) > 20 and len(ln.split()) > 1 and "json:" not in ln]


# Where reports go


def test_a_place_for_reports_that_is_a_file(bench: Bench) -> None:
    """It is said before the work, not after it."""
    place = bench.folder / "work" / "README.md"

    done = bench.line().run(*bench.words(out=str(place / "out")))

    assert done.code == 2, done
    assert f"{place} is no folder" in done.err
    assert "fetch" not in done.err
    assert bench.left() == ()


@NEEDS_ROOT
def test_a_place_for_reports_that_is_read_only(bench: Bench) -> None:
    """It is said before the work, not after it."""
    (bench.folder / "out").mkdir()

    done = shell(bench, 'mount -t tmpfs -o ro none out && exec "$0" "$@"')

    assert done.code == 2, done
    assert "cannot write the report to" in done.err
    assert "--out" in done.err
    assert "fetch" not in done.err


def test_a_broken_place_for_reports_in_the_end(bench: Bench) -> None:
    """A folder that turns up under a report's name is our problem: the report is shown."""
    (bench.folder / "out" / "report.json").mkdir(parents=True)

    done = bench.line().run(*bench.words("bwrap", "--quiet"))

    assert done.code == 2, done
    assert "cannot write the report to" in done.err
    assert "Provenance" in done.out or "Harness" in done.out
    assert [path.name for path in (bench.folder / "out").iterdir()] == ["report.json"]
    assert Path(bench.folder / "out" / "report.json").is_dir()

"""`flaskgrade batch`, as somebody types it, interrupts it, and types it again."""
# A test's name is its sentence.
# ruff: noqa: D103

import json
import random
import signal
import time
from pathlib import Path

import pytest

from tests.cli.commands import Line, end, repository
from tests.cli.conftest import MakeLine
from tests.fleet.test_batch import FILES, RUBRIC

COUNT = 6


@pytest.fixture
def listed(command: Line) -> Path:
    """Give a list of submissions, and a rubric that needs no sandbox to run anything."""
    rows = ["source,candidate"]
    for number in range(COUNT):
        name = f"sub-{number}"
        repository(command.folder / name, {**FILES, "who.txt": name})
        rows.append(f"{name},Candidate {number}")
    (command.folder / "read-only.yaml").write_text(RUBRIC)
    path = command.folder / "tonight.csv"
    path.write_text("\n".join(rows))
    return path


WORDS = ("batch", "tonight.csv", "--rubric", "./read-only.yaml", "--sandbox", "bwrap")


def _content(folder: Path) -> dict[str, object]:
    """Return all reports of a batch without what no two runs share."""
    found = {}
    for path in sorted(folder.glob("*/report.json")):
        report = json.loads(path.read_text())
        for varies in ("stages", "seal"):
            del report[varies]
        for varies in ("started", "milliseconds"):
            del report["provenance"][varies]
        for one in report["evidence"]:
            del one["milliseconds"]
        found[path.parent.name] = report
    return found


@pytest.mark.usefixtures("listed")
def test_a_list_is_graded_with_a_report_for_each_and_a_summary(command: Line) -> None:
    done = command.run(*WORDS, "--out", "graded", "--format", "json,markdown")

    assert done.code == 0, done.err
    assert f"[{COUNT}/{COUNT}]" in done.err
    assert f"{COUNT} submissions: {COUNT} graded" in done.out
    assert "flaskgrade compare graded/*/report.json" in done.out
    folders = sorted(one.name for one in (command.folder / "graded").iterdir() if one.is_dir())
    assert folders == [f"Candidate-{number}" for number in range(COUNT)]
    assert (command.folder / "graded/Candidate-0/report.md").is_file()


@pytest.mark.usefixtures("listed")
def test_the_same_command_again_grades_nothing_and_leaves_the_files(command: Line) -> None:
    command.run(*WORDS, "--out", "graded", "--format", "json")
    report = command.folder / "graded/Candidate-0/report.json"
    before = report.read_bytes(), report.stat().st_mtime_ns

    done = command.run(*WORDS, "--out", "graded", "--format", "json")

    assert done.code == 0, done.err
    assert f"{COUNT} known" in done.out
    assert (report.read_bytes(), report.stat().st_mtime_ns) == before


@pytest.mark.usefixtures("listed")
def test_a_batch_that_was_killed_goes_on_and_comes_to_the_same(command: Line) -> None:
    """SIGKILL, at moments that no one chose: each report is there once, as of a quiet run."""
    command.run(*WORDS, "--out", "quiet", "--format", "json")
    chance = random.Random(7)

    for _ in range(4):
        process = command.start(*WORDS, "--out", "killed", "--format", "json")
        time.sleep(chance.uniform(0.2, 3.0))
        process.kill()
        end(process)
    done = command.run(*WORDS, "--out", "killed", "--format", "json")

    assert done.code == 0, done.err
    content = _content(command.folder / "killed")
    assert len(content) == COUNT
    assert content == _content(command.folder / "quiet")
    assert not list((command.folder / "killed").glob("*/.report*"))


@pytest.mark.usefixtures("listed")
def test_an_interrupted_batch_ends_and_leaves_nothing_running(
    command: Line, make_line: MakeLine, tmp_path: Path
) -> None:
    alone = make_line(command.folder, tmp_path / "cache")
    process = alone.start(*WORDS, "--out", "graded", "--jobs", "1")
    assert process.stderr is not None
    first = process.stderr.readline()

    process.send_signal(signal.SIGINT)
    done = end(process)

    assert "[1/" in first
    assert done.code == 130
    assert not list((tmp_path / "cache" / "runs").glob("run-*"))


@pytest.mark.usefixtures("listed")
def test_two_batches_in_one_folder_are_refused_and_one_can_be_followed(command: Line) -> None:
    process = command.start(*WORDS, "--out", "graded", "--jobs", "1")
    assert process.stderr is not None
    process.stderr.readline()

    second = command.run(*WORDS, "--out", "graded")
    followed = command.run("batch", "--watch", "--out", "graded")

    assert second.code == 2
    assert "another batch runs in graded" in second.err
    assert followed.code == 0, followed.err
    assert f"{COUNT} submissions: {COUNT} graded" in followed.out
    assert end(process).code == 0


def test_what_can_not_be_had_is_told_by_the_exit_code(command: Line, listed: Path) -> None:
    listed.write_text(f"{listed.read_text()}\nnowhere,Eve\n")

    done = command.run(*WORDS, "--out", "graded")

    assert done.code == 3
    assert "there is no" in done.out
    assert f"{COUNT} graded, 1 refused" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("batch",), "there is nothing to grade"),
        (("batch", "--watch"), "there is no batch in flaskgrade-batch"),
        (("batch", "tonight.csv", "--exercise", "room-boking"), "room-bookings"),
        (("batch", "tonight.csv", "--format", "pdf"), "unknown format 'pdf'"),
    ],
)
@pytest.mark.usefixtures("listed")
def test_what_is_asked_for_wrongly_is_said_before_anything_is_graded(
    command: Line, words: tuple[str, ...], said: str
) -> None:
    done = command.run(*words)

    assert done.code == 2
    assert said in done.err
    assert not list(command.folder.glob("*/ledger.sqlite"))


def test_an_entry_that_names_no_exercise_there_is_is_shown_with_its_line(
    command: Line, listed: Path
) -> None:
    listed.write_text("source,exercise\nsub-0,\nsub-1,room-boking\n")

    done = command.run(*WORDS)

    assert done.code == 2
    assert "tonight.csv:3" in done.err


@pytest.mark.usefixtures("listed")
def test_a_report_of_before_is_kept_beside_the_new_one(command: Line) -> None:
    command.run(*WORDS, "--out", "graded", "--format", "json")
    report = command.folder / "graded/Candidate-0/report.json"
    before = report.read_bytes()

    command.run(*WORDS, "--out", "graded", "--format", "json", "--fresh")

    assert report.with_name("report.before.json").read_bytes() == before


@pytest.mark.usefixtures("listed")
def test_no_report_of_before_is_written_over(command: Line) -> None:
    """What people said of a report stands in it, and no grading brings it back."""
    command.run(*WORDS, "--out", "graded", "--format", "json")
    report = command.folder / "graded/Candidate-0/report.json"
    first = report.read_bytes()

    for _ in range(2):
        command.run(*WORDS, "--out", "graded", "--format", "json", "--fresh")

    kept = sorted(report.parent.glob("report.before*.json"))
    assert [one.name for one in kept] == ["report.before-2.json", "report.before.json"]
    assert first in [one.read_bytes() for one in kept]

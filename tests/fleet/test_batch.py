"""A batch: each submission once, whatever happens to the others."""
# A test's name is its sentence.
# ruff: noqa: D103

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from flaskgrade.checks.registry import NAMES
from flaskgrade.fleet.batch import Batch, Place, run
from flaskgrade.fleet.entries import read_entries
from flaskgrade.fleet.ledger import Ledger
from flaskgrade.model.batch import Entry, Outcome, State
from flaskgrade.model.evidence import CommandRecord, Evidence, Status
from flaskgrade.model.exercise import Exercise
from flaskgrade.model.report import Report
from flaskgrade.model.rubric import Rubric
from flaskgrade.pipeline import Fetched, assess
from flaskgrade.pipeline_job import Job
from flaskgrade.rubric.load import load_rubric
from flaskgrade.sandbox.base import Ended
from flaskgrade.scoring import score
from flaskgrade.workspace import run_folder
from tests.cli.commands import repository
from tests.conftest import Sandboxes

RUBRIC = """\
rubric: read-only
title: What reading tells
version: 1
works: [factory]
pass_mark: 50
bands:
  - {name: fine, at_least: 50}
  - {name: poor, at_least: 0}
categories:
  structure: Structure
criteria:
  S1: {title: Factory, category: structure, weight: 50, check: factory, points: pass_fail}
  D1: {title: Readme, category: structure, weight: 50, check: readme, points: proportion}
"""
APP = """\
from flask import Flask


def create_app():
    return Flask(__name__)
"""
FILES = {"app.py": APP, "README.md": "# Desk\n\nRun `flask run`.\n"}
Grade = Callable[[Job, Fetched], Report]


@dataclass
class Room:
    """Runs batches by a rubric that needs no sandbox, and notes what was graded and written."""

    folder: Path
    cache: Path
    sandboxes: Sandboxes
    graded: list[str] = field(default_factory=list)
    written: dict[str, Report] = field(default_factory=dict)
    told: list[tuple[int, Outcome]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def submission(self, name: str, files: Mapping[str, str] = FILES) -> str:
        """Make a repository that no other is like; return its path."""
        return str(repository(self.folder / name, {**files, "who.txt": name}))

    @property
    def rubric(self) -> Rubric:
        """The rubric."""
        path = self.folder / "read-only.yaml"
        path.write_text(RUBRIC)
        return load_rubric(str(path), checks=NAMES)

    @contextmanager
    def _place(self) -> Iterator[Place]:
        with run_folder(self.cache) as scratch:
            yield Place(sandbox=self.sandboxes.get("bwrap"), cache=self.cache, scratch=scratch)

    def heard(self, position: int, outcome: Outcome) -> None:
        """Listen."""
        self.told.append((position, outcome))

    def run(
        self, *sources: str, jobs: int = 2, fresh: bool = False, grade: Grade = assess
    ) -> tuple[Outcome, ...]:
        """Grade these sources."""
        rubric = self.rubric

        def noted(job: Job, fetched: Fetched) -> Report:
            with self.lock:
                self.graded.append(Path(job.source).name)
            return grade(job, fetched)

        def task(_: Entry) -> tuple[Exercise | None, Rubric]:
            return None, rubric

        def write(entry: Entry, report: Report) -> None:
            self.written[entry.name] = report

        return run(
            Batch(
                entries=read_entries(sources),
                ledger=Ledger.make(self.folder),
                place=self._place,
                task=task,
                write=write,
                listener=self,
                cache=self.cache,
                jobs=jobs,
                fresh=fresh,
                grade=noted,
            )
        )


@pytest.fixture
def room(tmp_path: Path, cache: Path, sandboxes: Sandboxes) -> Room:
    """Give a room."""
    return Room(folder=tmp_path, cache=cache, sandboxes=sandboxes)


def commit(folder: Path, name: str, text: str) -> None:
    """Add a file to a repository."""
    (folder / name).write_text(text)
    git = ("git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-C", str(folder))
    subprocess.run([*git, "add", name], check=True)
    subprocess.run([*git, "commit", "-qm", "More"], check=True)


def states(outcomes: tuple[Outcome, ...]) -> list[State]:
    """Return how far each entry is."""
    return [one.state for one in outcomes]


def test_each_is_graded_and_written_under_its_name(room: Room) -> None:
    outcomes = room.run(room.submission("ada"), room.submission("bob", {"app.py": APP}))

    assert states(outcomes) == [State.GRADED] * 2
    assert set(room.written) == {"ada", "bob"}
    totals = [one.result.low for one in outcomes if one.result]
    assert totals[0] > totals[1]


def test_what_is_graded_and_unchanged_is_known(room: Room) -> None:
    ada, bob = room.submission("ada"), room.submission("bob")
    room.run(ada)

    outcomes = room.run(ada, bob)

    assert states(outcomes) == [State.KNOWN, State.GRADED]
    assert room.graded == ["ada", "bob"]


def test_what_has_changed_is_graded_again(room: Room) -> None:
    ada = room.submission("ada", {"app.py": APP})
    (before,) = room.run(ada)
    commit(Path(ada), "README.md", FILES["README.md"])

    (after,) = room.run(ada)

    assert after.state is State.GRADED
    assert before.result is not None
    assert after.result is not None
    assert after.result.low > before.result.low


def test_who_asks_for_it_has_everything_graded_anew(room: Room) -> None:
    ada = room.submission("ada")
    room.run(ada)

    outcomes = room.run(ada, fresh=True)

    assert states(outcomes) == [State.GRADED]
    assert room.graded == ["ada", "ada"]


def test_the_same_work_from_somewhere_else_is_reported_as_its_own(room: Room) -> None:
    ada = room.submission("ada")
    room.run(ada)
    shutil.copytree(ada, room.folder / "copy")

    outcomes = room.run(str(room.folder / "copy"))

    assert states(outcomes) == [State.KNOWN]
    assert room.written["copy"].provenance.source.endswith("/copy")
    assert room.written["copy"].title == "copy"


def test_one_bad_submission_stops_no_other(room: Room) -> None:
    empty = room.submission("empty", {"notes.py": "print(1)\n"})

    outcomes = room.run(str(room.folder / "nothing.zip"), empty, room.submission("ada"))

    assert states(outcomes) == [State.REFUSED, State.REFUSED, State.GRADED]
    assert "no Flask project" in outcomes[1].words
    assert all(one.words for one in outcomes[:2])


def test_a_bug_of_ours_is_tried_twice_and_told_as_ours(room: Room) -> None:
    def poisoned(job: Job, fetched: Fetched) -> Report:
        if job.source.endswith("bob"):
            raise ZeroDivisionError("oh")
        return assess(job, fetched)

    outcomes = room.run(room.submission("ada"), room.submission("bob"), grade=poisoned)

    assert states(outcomes) == [State.GRADED, State.BROKEN]
    assert room.graded.count("bob") == 2
    assert outcomes[1].words.startswith("our fault: ZeroDivisionError")


def test_what_ran_out_of_time_beside_others_is_graded_again_alone(room: Room) -> None:
    running: list[str] = []
    beside: list[int] = []

    def slow(job: Job, fetched: Fetched) -> Report:
        running.append(job.source)
        beside.append(len(running))
        report = assess(job, fetched)
        late = job.source.endswith("ada") and room.graded.count("ada") == 1
        running.remove(job.source)
        return _out_of_time(report, room.rubric) if late else report

    outcomes = room.run(*(room.submission(one) for one in ("ada", "bob", "eve")), grade=slow)

    assert states(outcomes) == [State.GRADED] * 3
    assert [one.again for one in outcomes] == [True, False, False]
    assert room.graded[-1] == "ada"
    assert beside[-1] == 1
    assert room.written["ada"].evidence == room.written["bob"].evidence


def test_who_runs_out_of_time_alone_too_has_that_result(room: Room) -> None:
    def slow(job: Job, fetched: Fetched) -> Report:
        return _out_of_time(assess(job, fetched), room.rubric)

    (outcome,) = room.run(room.submission("ada"), grade=slow)

    assert outcome.state is State.GRADED
    assert outcome.again
    assert room.graded == ["ada", "ada"]
    assert room.run(room.submission("bob"), grade=slow, jobs=1)[0].again is False


def test_what_was_not_assessed_is_graded_again_when_asked_next(room: Room) -> None:
    def broken(job: Job, fetched: Fetched) -> Report:
        report = assess(job, fetched)
        gone = tuple(
            replace(one, status=Status.ERRORED) if one.check == "readme" else one
            for one in report.evidence
        )
        return replace(report, evidence=gone, scorecard=score(room.rubric, gone))

    ada = room.submission("ada")
    (first,) = room.run(ada, grade=broken)

    (second,) = room.run(ada)

    assert first.result is not None
    assert first.result.low < first.result.high
    assert first.result.unassessed
    assert second.state is State.GRADED
    assert room.graded == ["ada", "ada"]


def _out_of_time(report: Report, rubric: Rubric) -> Report:
    """Return the report of a run whose clock ended the check of the readme."""
    record = CommandRecord(command="read", ended=Ended.TIMED_OUT.value)
    late = Evidence(check="readme", status=Status.FAILED, summary="Too late.", commands=(record,))
    evidence = tuple(late if one.check == "readme" else one for one in report.evidence)
    return replace(report, evidence=evidence, scorecard=score(rubric, evidence))

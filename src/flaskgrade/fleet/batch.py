"""Grade many submissions, several at a time: each once, whatever happens to the others."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import as_completed
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from flaskgrade.errors import SubmissionError, UsageError
from flaskgrade.fleet.admission import lacking
from flaskgrade.fleet.hurry import ran_out_of_time
from flaskgrade.fleet.key import key
from flaskgrade.fleet.ledger import Ledger
from flaskgrade.model.batch import Entry, Outcome, Result, State
from flaskgrade.model.exercise import DatabaseKind, Exercise
from flaskgrade.model.report import Report
from flaskgrade.model.rubric import Rubric
from flaskgrade.model.submission import Submission
from flaskgrade.pipeline import Fetched, assess, fetch, title
from flaskgrade.pipeline_crew import crew
from flaskgrade.pipeline_job import Job
from flaskgrade.progress import Silence
from flaskgrade.report import document
from flaskgrade.sandbox.base import Sandbox

TRIES = 2  # of what fails by a bug of ours
PAUSE_SECONDS = 0.5  # between looks at what the host has free


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one grading happens."""

    sandbox: Sandbox
    cache: Path
    scratch: Path


class Listener(Protocol):
    """Hears how far each entry is. Called from several threads; must return at once."""

    def heard(self, position: int, outcome: Outcome) -> None:
        """Take note of how far the entry at a position is."""
        ...


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What to grade, by which measure, and where. `write` puts a report into its files."""

    entries: tuple[Entry, ...]
    ledger: Ledger
    place: Callable[[], AbstractContextManager[Place]]
    task: Callable[[Entry], tuple[Exercise | None, Rubric]]
    write: Callable[[Entry, Report], None]
    listener: Listener
    cache: Path
    jobs: int = 1
    fresh: bool = False  # grade what is known, too
    database: DatabaseKind | None = None
    grade: Callable[[Job, Fetched], Report] = assess


def run(batch: Batch) -> tuple[Outcome, ...]:
    """Grade all entries of a batch; return what came of each, in their order.

    What is known by the ledger is not graded again. A submission that can't be had stops no other.
    An interruption stops whatever runs; what was graded is in the ledger.
    """
    return _Run(batch).run()


@dataclass(frozen=True, kw_only=True)
class _Told(Silence):
    """Tell the stages of a grading as words about its entry."""

    say: Callable[[str], None]

    def began(self, stage: str) -> None:
        """Tell which stage began."""
        self.say(stage)


class _Run:
    """A batch while it runs."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._outcomes = [Outcome(entry=entry) for entry in batch.entries]
        self._running = 0
        self._stopped = False
        self._changed = threading.Condition()

    def run(self) -> tuple[Outcome, ...]:
        batch = self._batch
        batch.ledger.begin(batch.entries, batch.jobs)
        with crew(batch.jobs, stop=self._stop) as pool:
            futures = {
                pool.submit(self._admitted, position): position
                for position in range(len(batch.entries))
            }
            late = [futures[one] for one in as_completed(futures) if one.result()]
        for position in sorted(late):
            with crew(1, stop=self._stop) as pool:
                pool.submit(self._admitted, position, alone=True).result()
        batch.ledger.end()
        return tuple(self._outcomes)

    def _stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _admitted(self, position: int, *, alone: bool = False) -> bool:
        """Grade an entry when there is room; return whether it must be graded again alone."""
        self._wait_for_room(position)
        try:
            return self._tried(position, alone=alone)
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _wait_for_room(self, position: int) -> None:
        """Wait until the host has memory and disk for another, or nothing else of ours runs."""
        with self._changed:
            while self._running and (what := lacking(self._batch.cache)) and not self._stopped:
                self._tell(position, state=State.WAITING, words=f"waits for {what}")
                self._changed.wait(PAUSE_SECONDS)
            self._running += 1

    def _tried(self, position: int, *, alone: bool) -> bool:
        entry = self._batch.entries[position]
        began = time.monotonic()

        def ended(state: State, words: str = "", result: Result | None = None) -> None:
            took = round((time.monotonic() - began) * 1000)
            self._tell(
                position, state=state, words=words, result=result, milliseconds=took, again=alone
            )
            self._batch.ledger.note(position, self._outcomes[position])

        self._tell(position, state=State.RUNNING, words="begins")
        self._batch.ledger.note(position, self._outcomes[position])
        for attempt in range(1, TRIES + 1):
            try:
                graded = self._graded(position)
                beside = graded.new and not alone and self._batch.jobs > 1
                if beside and (late := ran_out_of_time(graded.report)):
                    words = f"{', '.join(late)} ran out of time: again, alone"
                    self._tell(position, state=State.WAITING, words=words)
                    return True
                if graded.new:
                    self._batch.ledger.keep(graded.key, document.render(graded.report))
                self._batch.write(entry, graded.report)
            except (SubmissionError, UsageError) as error:
                ended(State.REFUSED, error.advice)
            except Exception as error:  # noqa: BLE001 - one bad submission never stops the others
                if attempt < TRIES and not self._stopped:
                    continue
                ended(State.BROKEN, f"our fault: {type(error).__name__}: {error}")
            else:
                ended(State.GRADED if graded.new else State.KNOWN, result=_result(graded.report))
            break
        return False

    def _graded(self, position: int) -> "_Graded":
        """Return what an entry comes to: what is known of it, or what a grading says."""
        batch, entry = self._batch, self._batch.entries[position]
        exercise, rubric = batch.task(entry)

        def say(words: str) -> None:
            self._tell(position, state=State.RUNNING, words=words)

        with batch.place() as place:
            job = Job(
                source=entry.source,
                rubric=rubric,
                sandbox=place.sandbox,
                cache=place.cache,
                scratch=place.scratch,
                exercise=exercise,
                ref=entry.ref,
                subdir=entry.subdir,
                database=batch.database,
                progress=_Told(say=say),
            )
            fetched = fetch(job)
            digest = key(job, fetched.submission)
            text = None if batch.fresh else batch.ledger.known(digest)
            if text is not None:
                report = _of_this(document.read(text), fetched.submission, exercise)
                # What was not assessed may have been our fault, which may be mended since.
                if not report.scorecard.is_unassessed:
                    return _Graded(report=report, key=digest, new=False)
            return _Graded(report=batch.grade(job, fetched), key=digest, new=True)

    def _tell(self, position: int, **changes: object) -> None:
        outcome = replace(self._outcomes[position], **changes)  # type: ignore[arg-type] # its fields
        self._outcomes[position] = outcome
        self._batch.listener.heard(position, outcome)


@dataclass(frozen=True, kw_only=True)
class _Graded:
    """A report, by what it is known, and whether it was made just now."""

    report: Report
    key: str
    new: bool


def _of_this(report: Report, submission: Submission, exercise: Exercise | None) -> Report:
    """Return the report of the same content as one of this submission, wherever it came from."""
    origin = replace(
        report.provenance, source=submission.source, kind=submission.kind, ref=submission.ref
    )
    return replace(report, title=title(exercise, submission.source), provenance=origin)


def _result(report: Report) -> Result:
    card = report.scorecard
    ends = dict.fromkeys((card.band_low, card.band_high))
    return Result(
        low=card.low,
        high=card.high,
        of=card.of,
        band=" to ".join(ends),
        passed=card.passed,
        unassessed=card.is_unassessed or any(gate.holds is None for gate in card.gates),
    )

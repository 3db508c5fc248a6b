"""Grade everything that an exercise ships, several at a time, and hold it against its claims."""

import fnmatch
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass, field
from pathlib import Path

from flaskgrade.checks.registry import NAMES
from flaskgrade.errors import UsageError
from flaskgrade.exercise.claims import claims
from flaskgrade.model.exercise import Exercise
from flaskgrade.model.rubric import Rubric
from flaskgrade.model.verification import Claim, Kind, Matrix
from flaskgrade.pipeline import grade
from flaskgrade.pipeline_crew import crew
from flaskgrade.pipeline_job import Job
from flaskgrade.progress import Progress, Silence, stage
from flaskgrade.rubric.load import load_rubric
from flaskgrade.sandbox.base import Sandbox
from flaskgrade.submission.assembling import assemble
from flaskgrade.verification.judging import Graded, Measure, matrix
from flaskgrade.verification.measures import of_behaviour, of_both, of_exercise
from flaskgrade.verification.patches import repository as patched

EMPTY_APP = (
    ("app.py", "from flask import Flask\n\napp = Flask(__name__)\n"),
    ("requirements.txt", "flask\n"),
)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What to prove, and where. `only` are patterns of titles such as `variants/*`."""

    exercise: Exercise
    sandbox: Sandbox
    cache: Path
    scratch: Path
    jobs: int = 1
    repeat: int = 10
    only: tuple[str, ...] = ()
    progress: Progress = field(default_factory=Silence)


@dataclass(frozen=True, kw_only=True)
class Relay(Silence):
    """Tell the words of a grading's stages as those of the trial."""

    say: Callable[[str], None]

    def said(self, stage: str, words: str) -> None:
        """Pass them on."""
        self.say(f"{stage}: {words}")


def prove(proof: Proof) -> Matrix:
    """Grade what an exercise ships, and return what came of its claims.

    Raises UsageError for a claim that is wrong as it stands, such as a patch that does not apply,
    and where no claim is as `only` asks. An interruption stops whatever runs.
    """
    exercise = proof.exercise
    everything = (*claims(exercise), *_repeats(proof.repeat))
    chosen = _chosen(everything, proof.only)
    rubric = load_rubric(exercise.level, checks=NAMES, beside=exercise.folder)
    levels = {
        name: load_rubric(name, checks=NAMES, beside=exercise.folder)
        for name in dict.fromkeys(one.rubric for one in chosen if one.rubric)
    }
    measure = Measure(exercise=exercise, rubric=rubric, levels=levels)
    repositories = {one.title: _assembled(one, proof) for one in chosen}
    graded: dict[str, Graded] = {}
    lock = threading.Lock()
    times: list[tuple[str, int, str]] = []

    def run(claim: Claim) -> None:
        with stage(claim.title, proof.progress, times) as running:
            one = _graded(claim, measure, repositories[claim.title], proof, running.say)
            with lock:
                graded[claim.title] = one
                done = graded.get(Kind.SOLUTION.value)
            if done is not None:
                running.how = _how(measure, (done, one), proof)

    solution, *rest = chosen
    with crew(max(proof.jobs, 1), stop=proof.sandbox.close) as pool:
        # The others are held against the solution, and find its environment made.
        pool.submit(run, solution).result()
        for future in as_completed([pool.submit(run, one) for one in rest]):
            future.result()
    return matrix(
        measure,
        tuple(graded[one.title] for one in chosen),
        backend=proof.sandbox.name,
        whole=len(chosen) == len(everything),
    )


def _repeats(count: int) -> tuple[Claim, ...]:
    return tuple(Claim(kind=Kind.REPEAT, name=str(number + 1)) for number in range(count))


def _chosen(everything: Sequence[Claim], only: tuple[str, ...]) -> tuple[Claim, ...]:
    """Return the solution, and of the others those that a pattern fits, or all."""
    found = tuple(
        one
        for one in everything
        if not only or any(fnmatch.fnmatchcase(one.title, pattern) for pattern in only)
    )
    if not found:
        titles = ", ".join(one.title for one in everything if one.kind is not Kind.REPEAT)
        raise UsageError(f"nothing here is called {', '.join(only)}", hint=f"There are: {titles}.")
    solution = next(one for one in everything if one.kind is Kind.SOLUTION)
    return (solution, *(one for one in found if one is not solution))


def _assembled(claim: Claim, proof: Proof) -> Path:
    """Return the repository of a claim."""
    into = proof.scratch / "proof" / claim.title
    into.parent.mkdir(parents=True, exist_ok=True)
    exercise = proof.exercise
    solution = exercise.folder / "solution"
    if claim.kind is Kind.EMPTY:
        return assemble(into, written=EMPTY_APP)
    if claim.kind is Kind.REPEAT:
        return assemble(into, files=solution)
    if claim.kind in {Kind.VARIANT, Kind.SUBMISSION}:
        return patched(claim, exercise, into)
    return assemble(into, files=claim.folder)


def _rubric(claim: Claim, measure: Measure) -> Rubric:
    """Return the rubric that runs what a claim is about."""
    if claim.kind in {Kind.ALTERNATIVE, Kind.REPEAT}:
        return of_behaviour(measure.rubric)
    if claim.kind is Kind.VARIANT and not claim.band:
        return of_exercise(measure.rubric, measure.exercise)
    level = measure.levels.get(claim.rubric)
    return measure.rubric if level is None else of_both(measure.rubric, level)


def _graded(
    claim: Claim,
    measure: Measure,
    repository: Path,
    proof: Proof,
    say: Callable[[str], None],
) -> Graded:
    scratch = proof.scratch / "trials" / claim.title
    scratch.mkdir(parents=True)
    started = time.monotonic()
    report = grade(
        Job(
            source=str(repository),
            rubric=_rubric(claim, measure),
            sandbox=proof.sandbox,
            cache=proof.cache,
            scratch=scratch,
            exercise=measure.exercise,
            shuffled=claim.kind is Kind.REPEAT,
            progress=Relay(say=say),
        )
    )
    return Graded(
        claim=claim,
        evidence=report.evidence,
        milliseconds=round((time.monotonic() - started) * 1000),
    )


def _how(measure: Measure, graded: tuple[Graded, ...], proof: Proof) -> str:
    """Return in a word how a trial ended, for whoever waits."""
    trial = matrix(measure, graded, backend=proof.sandbox.name, whole=False).trials[-1]
    if trial.open:
        return "not assessed"
    return "failed" if trial.problems else "ok"

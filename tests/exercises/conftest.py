"""Prove what an exercise ships through the real pipeline.

Of the variants each run takes an eighth, the same one every time; `make exercises` takes them all.
"""

import os
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import pytest

from flaskgrade.checks.registry import NAMES
from flaskgrade.exercise.claims import claims
from flaskgrade.exercise.load import load_exercise
from flaskgrade.model.exercise import Exercise
from flaskgrade.model.report import Report
from flaskgrade.model.verification import Kind, Matrix
from flaskgrade.pipeline import grade
from flaskgrade.pipeline_job import Job
from flaskgrade.rubric.load import load_rubric
from flaskgrade.submission.assembling import assemble
from flaskgrade.verification.grading import Proof, prove
from flaskgrade.workspace import run_folder
from tests.conftest import Sandboxes

EXERCISES = Path(__file__).parent.parent.parent / "exercises"
ROOM_BOOKINGS = EXERCISES / "room-bookings"

PART = 8
FEWEST = 3
WHOLE = os.environ.get("FLASKGRADE_EXERCISES") == "all"

# On the second backend, what shows that it comes to the same: all the rest is the same code.
ELSEWHERE = ("solution", "alternatives/*", "starter", "repeat/1")


def part(exercise: Exercise, backend: str) -> tuple[str, ...]:
    """Return the titles of what is graded on a backend; none means everything."""
    if backend == "docker":
        return ELSEWHERE
    if WHOLE:
        return ()
    made = claims(exercise)
    variants = sorted(
        (one for one in made if one.kind is Kind.VARIANT), key=lambda one: crc32(one.name.encode())
    )
    taken = variants[: max(len(variants) // PART, FEWEST)]
    titles = (one.title for one in made if one.kind is not Kind.VARIANT or one in taken)
    return (*titles, "repeat/*")


Prover = Callable[[str, str], Matrix]
Grader = Callable[..., Report]


@pytest.fixture
def prover(sandboxes: Sandboxes) -> Prover:
    """Give a function that proves an exercise of a name on a backend, for Docker a part of it."""

    def proved(name: str, backend: str) -> Matrix:
        exercise = load_exercise(str(EXERCISES / name))
        with run_folder(sandboxes.cache) as scratch:
            return prove(
                Proof(
                    exercise=exercise,
                    sandbox=sandboxes.get(backend),
                    cache=sandboxes.cache,
                    scratch=scratch,
                    # Where there are workers to stop and to wait for, gradings mostly wait.
                    jobs=2 if exercise.launch.processes else 1,
                    repeat=10 if WHOLE else 2,
                    only=part(exercise, backend),
                )
            )

    return proved


@pytest.fixture(scope="session")
def grader(sandboxes: Sandboxes, tmp_path_factory: pytest.TempPathFactory) -> Grader:
    """Give a function that grades a folder as room-bookings, with a variant's patch if named."""
    exercise = load_exercise(str(ROOM_BOOKINGS))
    rubric = load_rubric(exercise.level, checks=NAMES)

    def graded(folder: Path, *, variant: str | None = None, backend: str = "bwrap") -> Report:
        patch = ROOM_BOOKINGS / "variants" / variant / "patch.diff" if variant else None
        submission = assemble(
            tmp_path_factory.mktemp("submission") / "app", files=folder, patch=patch
        )
        with run_folder(sandboxes.cache) as scratch:
            return grade(
                Job(
                    source=str(submission),
                    rubric=rubric,
                    sandbox=sandboxes.get(backend),
                    cache=sandboxes.cache,
                    scratch=scratch,
                    exercise=exercise,
                )
            )

    return graded

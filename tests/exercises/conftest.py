"""Grade what an exercise ships, whole, through the real pipeline."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from flaskgrade.checks.registry import NAMES
from flaskgrade.exercise.load import load_exercise
from flaskgrade.model.evidence import Evidence
from flaskgrade.model.report import Report
from flaskgrade.pipeline import grade
from flaskgrade.pipeline_job import Job
from flaskgrade.rubric.load import load_rubric
from flaskgrade.workspace import run_folder
from tests.conftest import Sandboxes

ROOM_BOOKINGS = Path(__file__).parent.parent.parent / "exercises" / "room-bookings"
AUTHOR = {
    "GIT_AUTHOR_NAME": "A Candidate",
    "GIT_AUTHOR_EMAIL": "candidate@example.com",
    "GIT_COMMITTER_NAME": "A Candidate",
    "GIT_COMMITTER_EMAIL": "candidate@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a variant's expect.yaml says."""

    band: str | None
    loses: frozenset[str]


def git(folder: Path, *argv: str) -> None:
    """Run git in a folder, independent of the user's configuration."""
    subprocess.run(("git", *argv), cwd=folder, env={**os.environ, **AUTHOR}, check=True)


def expected(variant: str) -> Expected:
    """Read a variant's expect.yaml."""
    text = (ROOM_BOOKINGS / "variants" / variant / "expect.yaml").read_text(encoding="utf-8")
    told = yaml.safe_load(text)
    return Expected(band=told.get("band"), loses=frozenset(told["loses"]))


def evidence(report: Report, check: str) -> Evidence:
    """Return the evidence of one check."""
    return next(one for one in report.evidence if one.check == check)


Grader = Callable[..., Report]


@pytest.fixture(scope="session")
def grader(sandboxes: Sandboxes, tmp_path_factory: pytest.TempPathFactory) -> Grader:
    """Give a function that grades a folder, with a variant's patch if one is named."""
    exercise = load_exercise(str(ROOM_BOOKINGS))
    rubric = load_rubric(exercise.level, checks=NAMES)

    def graded(folder: Path, *, variant: str | None = None, backend: str = "bwrap") -> Report:
        submission = tmp_path_factory.mktemp("submission") / "app"
        shutil.copytree(folder, submission)
        git(submission, "init", "--quiet")
        if variant is not None:
            git(submission, "apply", str(ROOM_BOOKINGS / "variants" / variant / "patch.diff"))
        git(submission, "add", "--all")
        git(submission, "commit", "--quiet", "--message", "Room bookings")
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

"""Whatever fails on our side is "not assessed", and everything else is kept."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from flaskgrade import pipeline
from flaskgrade.checks.base import Check, Context, Need
from flaskgrade.checks.registry import CHECKS, NAMES
from flaskgrade.errors import SubmissionError
from flaskgrade.model.evidence import Evidence, Finding, Location, Status
from flaskgrade.model.exercise import Exercise
from flaskgrade.model.report import Report
from flaskgrade.pipeline import _own, grade, title
from flaskgrade.pipeline_job import Job
from flaskgrade.report.document import read
from flaskgrade.report.registry import RENDERERS
from flaskgrade.rubric.load import load_rubric
from flaskgrade.workspace import run_folder
from tests.checks.contexts import IdleSandbox, context_of
from tests.cli.commands import repository
from tests.conftest import Sandboxes
from tests.fakes import BreakingSandbox

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

APP = """\
from flask import Flask

app = Flask(__name__)


@app.get("/")
def home():
    return "hi"
"""
TEST = """\
from app import app


def test_home():
    assert app.test_client().get("/").text == "hi"
"""
FILES = {"app.py": APP, "test_app.py": TEST, "requirements.txt": "flask\n"}
STATIC = {"factory", "blueprints", "readme", "pinning", "suppressions"}
TOOLS = {"ruff", "ruff-format", "mypy", "bandit"}


@dataclass(frozen=True)
class Bench:
    """Grades a small repository in a sandbox that may break."""

    folder: Path
    cache: Path
    sandboxes: Sandboxes

    def grade(
        self,
        *,
        files: dict[str, str] | None = None,
        breaks: Callable[[str], bool] = lambda _: False,
        rubric: str = "general",
    ) -> Report:
        """Grade a repository; `breaks` says at which commands the sandbox goes away."""
        work = self.folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        repository(work, files or FILES)
        with run_folder(self.cache) as scratch:
            return grade(
                Job(
                    source=str(work),
                    rubric=load_rubric(rubric, checks=NAMES),
                    sandbox=BreakingSandbox(self.sandboxes.get("bwrap"), breaks),
                    cache=self.cache,
                    scratch=scratch,
                )
            )


@pytest.fixture
def bench(tmp_path: Path, cache: Path, sandboxes: Sandboxes) -> Bench:
    """Give a bench with the session's cache."""
    return Bench(tmp_path, cache, sandboxes)


def by_status(report: Report, status: Status) -> set[str]:
    """The checks that ended so."""
    return {evidence.check for evidence in report.evidence if evidence.status is status}


def assert_valid(report: Report) -> None:
    """The report is told in every format, and reads back as what it was."""
    for renderer in RENDERERS.values():
        assert renderer.render(report)
    text = RENDERERS["json"].render(report)
    assert read(text) == report
    assert json.loads(text)


def test_all_is_assessed_where_nothing_breaks(bench: Bench) -> None:
    """Every check has its evidence, in the order of the registry after the examination."""
    report = bench.grade()

    assert by_status(report, Status.ERRORED) == set()
    asked = [check.name for check in CHECKS if check.name != "protected"]  # an exercise's alone
    assert [e.check for e in report.evidence] == ["serves", *asked]
    assert report.scorecard.low == report.scorecard.high
    assert_valid(report)


@pytest.mark.parametrize(
    ("label", "errored"),
    [
        ("ruff check", {"ruff"}),
        ("ruff format --check", {"ruff-format"}),
        ("mypy", {"mypy"}),
        ("bandit", {"bandit"}),
        ("own tests", {"own-tests"}),
        ("serve", {"serves"}),
        ("examine", {"serves"}),
        ("endpoint", {"serves"}),
    ],
)
def test_a_sandbox_that_breaks_in_a_check_leaves_it_open(
    bench: Bench, label: str, errored: set[str]
) -> None:
    """That check is not assessed and the total is an interval; all others are kept."""
    report = bench.grade(breaks=lambda reached: reached == label)

    assert by_status(report, Status.ERRORED) == errored
    assert report.scorecard.low < report.scorecard.high
    assert_valid(report)


def test_a_sandbox_that_breaks_for_good_leaves_what_needs_it_open(bench: Bench) -> None:
    """What is read without a sandbox is assessed; nothing that needed one is a zero."""
    report = bench.grade(breaks=lambda _: True)

    assert by_status(report, Status.ERRORED) >= {"serves", "own-tests", "builds", *TOOLS}
    assert {e.check for e in report.evidence if e.status is not Status.ERRORED} >= STATIC
    assert {stage.ended for stage in report.stages if stage.name in {"environment", "toolbox"}} == {
        "not assessed"
    }
    assert_valid(report)


@dataclass(frozen=True)
class Odd:
    """A check with a mistake of ours in it."""

    name: str = "ruff"
    title: str = "Lint"
    needs: frozenset[Need] = frozenset()

    def run(self, context: Context) -> Evidence:
        """Make a mistake."""
        raise KeyError(context.submission.tree)


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> Check:
    """Register a check with a mistake in place of ruff."""
    check: Check = Odd()
    monkeypatch.setattr(
        pipeline, "CHECKS", tuple(check if c.name == check.name else c for c in CHECKS)
    )
    return check


@pytest.mark.usefixtures("odd")
def test_a_bug_of_ours_in_a_check_leaves_it_open(bench: Bench) -> None:
    """It is not assessed, and said to be ours; everything else is assessed."""
    report = bench.grade()

    assert by_status(report, Status.ERRORED) == {"ruff"}
    (evidence,) = (e for e in report.evidence if e.check == "ruff")
    assert evidence.summary.startswith("a bug of ours: KeyError")
    assert_valid(report)


def test_a_build_that_fails_is_the_candidates(bench: Bench) -> None:
    """What needs the environment FAILED with the reason; the tools and the reading checks ran."""
    files = {**FILES, "requirements.txt": "flask\nflask-no-such-thing-at-all==1.0\n"}

    report = bench.grade(files=files)

    assert by_status(report, Status.ERRORED) == set()
    assert {"serves", "own-tests", "builds"} <= by_status(report, Status.FAILED)
    for evidence in report.evidence:
        if evidence.check in {"serves", "own-tests", "builds"}:
            assert "flask-no-such-thing-at-all" in evidence.summary
    assert {"ruff", "bandit", "mypy"} <= by_status(report, Status.PASSED)
    assert_valid(report)


NARROW = """\
rubric: narrow
title: Lint alone
version: 1
works: [serves]
pass_mark: 50
bands: [{name: any, at_least: 0}]
categories: {quality: Code quality}
criteria:
  Q1: {title: Lint, category: quality, weight: 1, check: ruff, points: pass_fail}
"""


def test_what_the_rubric_does_not_weigh_is_not_run(bench: Bench) -> None:
    """Only the named checks leave evidence; whether the app serves is always looked at."""
    rubric = bench.folder / "narrow.yaml"
    rubric.write_text(NARROW, encoding="utf-8")

    report = bench.grade(rubric=str(rubric))

    assert [e.check for e in report.evidence] == ["serves", "ruff"]
    assert_valid(report)


def test_the_order_is_fixed_whatever_ends_first(bench: Bench) -> None:
    """Two runs of the same submission tell their evidence in the same order."""
    first, second = bench.grade(), bench.grade()

    assert [e.check for e in first.evidence] == [e.check for e in second.evidence]
    assert first.scorecard == second.scorecard


def test_what_uses_no_flask_is_refused(bench: Bench) -> None:
    """Without an exercise nothing was asked for that such a submission could answer."""
    with pytest.raises(SubmissionError, match="no Flask project"):
        bench.grade(files={"main.py": "print('hi')\n"})


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("https://git.example/team/take-home.git", "take-home"),
        ("/home/me/work/", "work"),
        ("booking.zip", "booking.zip"),
    ],
)
def test_a_report_is_named_after_its_submission(source: str, name: str) -> None:
    """Reports of many candidates tell whose they are at first glance."""
    assert title(None, source) == name


def test_the_starters_lines_count_where_the_exercise_asks_for_it(tmp_path: Path) -> None:
    """What stands on given lines is nobody's fault, but for what is the task by its name."""
    (tmp_path / "exercise" / "starter").mkdir(parents=True)
    (tmp_path / "exercise" / "starter" / "app.py").write_text(APP)
    exercise = Exercise(
        name="mend",
        title="Mend",
        version=1,
        folder=tmp_path / "exercise",
        digest="",
        criteria=("S8",),
    )
    context = context_of(tmp_path, {"app.py": APP}, exercise=exercise)
    job = Job(
        source="",
        rubric=load_rubric("mid"),
        exercise=exercise,
        sandbox=IdleSandbox(),
        cache=tmp_path,
        scratch=tmp_path,
    )
    here = Finding(code="x", message="", location=Location(path="app.py", line=3))
    evidence = tuple(
        Evidence(check=check, status=Status.FAILED, summary="", findings=(here,))
        for check in ("ruff", "shared-state")
    )

    lint, state = _own(job, context, evidence)

    assert (lint.status, lint.findings) == (Status.PASSED, ())
    assert (state.status, state.findings) == (Status.FAILED, (here,))

"""A candidate's feedback: what is in it, and what never is."""
# A test's name is its sentence.
# ruff: noqa: D103

from dataclasses import replace
from pathlib import Path

import pytest

from flaskgrade.checks.registry import NAMES, links
from flaskgrade.cohort.rescore import rescored
from flaskgrade.errors import StageError
from flaskgrade.exercise.leaks import secrets
from flaskgrade.exercise.load import load_exercise
from flaskgrade.feedback.compose import compose
from flaskgrade.feedback.hidden import search_for
from flaskgrade.feedback.write import check, feedback_files
from flaskgrade.model.evidence import Evidence, Exchange, Finding, Item, Location, Severity, Status
from flaskgrade.model.exercise import Exercise
from flaskgrade.model.report import Report
from flaskgrade.report import feedback_html, feedback_markdown
from flaskgrade.rubric.load import load_rubric
from flaskgrade.shipped import find
from tests.report import reports

MID = load_rubric("mid", checks=NAMES)


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return load_exercise(str(find("exercises", "guest-book")))


def graded(exercise: Exercise, *failing: str, findings: tuple[Finding, ...] = ()) -> Report:
    """Return a report in which the named hidden tests failed."""
    items = tuple(
        Item(
            id=test.id,
            title=test.title,
            status=Status.FAILED if test.id.endswith(failing or ("!",)) else Status.PASSED,
            message="assert 200 == 404: the reply to an unknown entry",
            criteria=test.criteria,
            exchanges=(Exchange(method="POST", path="/entries", request_body='{"name": "Xenia"}'),),
        )
        for test in exercise.tests
    )
    found = (
        Evidence(check="acceptance", status=Status.FAILED, summary="", items=items),
        Evidence(
            check="bandit",
            status=Status.FAILED if findings else Status.PASSED,
            summary="",
            findings=findings,
        ),
    )
    report = reports.passing()
    origin = replace(
        report.provenance,
        exercise=replace(report.provenance.rubric, name=exercise.name, digest=exercise.digest),
    )
    return rescored(replace(report, evidence=found, provenance=origin), MID)


def test_what_holds_went_well_and_what_does_not_quotes_the_brief(exercise: Exercise) -> None:
    report = graded(exercise, "test_the_newest_entries_come_first")

    told, files = feedback_files(report, exercise, links=links())

    improve = {one.title: one for one in told.to_improve}
    assert improve["Create, read, update, delete"].brief == ("all entries, the newest first",)
    assert "One error envelope" in {one.title for one in told.went_well}
    for text in files.values():
        assert "all entries, the newest first" in text
        assert "test_the_newest" not in text
        assert "Xenia" not in text
        assert "assert 200" not in text


def test_a_finding_is_told_with_its_place_and_something_to_read(exercise: Exercise) -> None:
    weak = Finding(
        code="B105",
        message="hard-coded password",
        severity=Severity.HIGH,
        location=Location(path="a.py", line=3),
    )
    report = graded(exercise, findings=(weak,))

    told, files = feedback_files(report, exercise, links=links())

    places = [place for one in told.to_improve for place in one.places]
    assert ("a.py:3", "hard-coded password (B105)") in {(one.where, one.what) for one in places}
    assert "https://bandit.readthedocs.io" in files["feedback.md"]
    assert "a.py:3" in files["feedback.html"]


def test_a_place_that_tells_what_is_hidden_is_left_out(exercise: Exercise) -> None:
    telling = Finding(
        code="B105",
        message="see test_the_newest_entries_come_first",
        severity=Severity.HIGH,
        location=Location(path="a.py", line=3),
    )

    told, files = feedback_files(graded(exercise, findings=(telling,)), exercise, links=links())

    assert told.left_out == 1
    assert all("newest_entries" not in text for text in files.values())


def test_what_we_could_not_assess_is_nobodys_fault(exercise: Exercise) -> None:
    report = graded(exercise)
    broken = replace(report.evidence[1], status=Status.ERRORED)

    told, files = feedback_files(
        rescored(replace(report, evidence=(report.evidence[0], broken)), MID),
        exercise,
        links=links(),
    )

    assert told.open
    assert "counts for nothing" in files["feedback.md"]


def test_no_secret_of_an_exercise_can_be_planted(exercise: Exercise) -> None:
    """Each hidden literal, written into a letter, keeps the letter from being written."""
    report = graded(exercise)
    search = search_for(report, exercise)
    letter = feedback_markdown.render(compose(report, exercise, links={}, search=search))
    literals = [one.text for one in secrets(exercise) if search.tells(one.text)]

    assert len(literals) > 30
    for text in literals:
        for planted in (text, text[::-1], " ".join(text), text.encode().hex()):
            with pytest.raises(StageError, match="would tell a candidate what is hidden"):
                check("feedback.md", letter + planted, search)


def test_hostile_text_stays_text(exercise: Exercise) -> None:
    nasty = Finding(
        code="x:1",
        message="<script>alert(1)</script> @org/team [x](http://evil.invalid)",
        location=Location(path="<img src=x>.py", line=1),
    )
    report = graded(exercise, findings=(replace(nasty, code="B1"),))

    _, files = feedback_files(report, exercise, links=links())

    assert "<script>" not in files["feedback.html"]
    assert "<img" not in files["feedback.html"]
    assert "](http" not in files["feedback.md"].replace("`", "") or "`" in files["feedback.md"]


def test_without_an_exercise_there_is_feedback_too() -> None:
    told, files = feedback_files(reports.without_exercise(), None, links=links())

    assert told.task == "Your Flask project"
    assert set(files) == {"feedback.md", "feedback.html"}
    assert feedback_html.render(told) == files["feedback.html"]


@pytest.mark.parametrize("name", ["room-bookings", "guest-book"])
def test_the_letter_of_a_shipped_exercise_passes_its_own_search(name: str) -> None:
    """What a brief says, in whole sentences, is never taken for a secret."""
    exercise = load_exercise(str(Path(find("exercises", name))))
    every = tuple(test.id.rpartition("::")[2] for test in exercise.tests)

    told, _ = feedback_files(graded(exercise, *every), exercise, links=links())

    assert sum(len(one.brief) for one in told.to_improve) > 5

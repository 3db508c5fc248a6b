"""Krippendorff's alpha, against the numbers that its author publishes."""
# A test's name is its sentence.
# ruff: noqa: D103

from dataclasses import replace
from fractions import Fraction

import pytest

from flaskgrade.checks.registry import NAMES
from flaskgrade.cohort.agreement import agreement
from flaskgrade.cohort.entry import entry
from flaskgrade.cohort.gather import gather
from flaskgrade.cohort.rescore import rescored
from flaskgrade.model.cohort import Judgement
from flaskgrade.model.report import Report
from flaskgrade.model.review import Mark, Review
from flaskgrade.rubric.load import load_rubric
from tests.report import reports

INTERVIEW = load_rubric("mid+interview", checks=NAMES)

# Krippendorff (2011), data of section C: four observers, twelve units, some missing.
PUBLISHED = {
    "A": "1 2 3 3 2 1 4 1 2 . . .",
    "B": "1 2 3 3 2 2 4 1 2 5 . 3",
    "C": ". 3 3 3 2 3 4 2 2 5 1 .",
    "D": "1 2 3 3 2 4 4 1 2 5 1 .",
}


def judgements(table: dict[str, str]) -> list[Judgement]:
    return [
        Judgement(judge=judge, thing=str(unit), mark=Fraction(mark))
        for judge, row in table.items()
        for unit, mark in enumerate(row.split())
        if mark != "."
    ]


def test_ordinal_alpha_is_the_published_one() -> None:
    found = agreement("Reviewers", judgements(PUBLISHED))

    assert found.alpha.value == pytest.approx(0.815, abs=0.0005)
    assert found.judges == ("A", "B", "C", "D")
    assert found.alpha.on == 40  # of 41: nobody else marked the last unit


def test_only_the_order_of_marks_counts() -> None:
    stretched = {judge: row.replace("5", "500") for judge, row in PUBLISHED.items()}

    assert agreement("", judgements(stretched)) == agreement("", judgements(PUBLISHED))


def test_full_agreement_is_one() -> None:
    row = "1 2 3 1 2 3 1 2 3 1"

    assert agreement("", judgements({"A": row, "B": row})).alpha.value == pytest.approx(1)


def test_opposite_marks_are_worse_than_chance() -> None:
    found = agreement("", judgements({"A": "1 1 1 1 1 2 2 2 2 2", "B": "2 2 2 2 2 1 1 1 1 1"}))

    assert found.alpha.value is not None
    assert found.alpha.value < 0


def test_what_only_one_has_marked_is_no_agreement() -> None:
    found = agreement("", judgements({"A": "1 2 3 1 2 3 1 2 3 1"}))

    assert found.alpha.value is None
    assert "0 marked by two or more, and 10 are needed" in found.alpha.why_not


def test_marks_that_are_all_the_same_tell_nothing() -> None:
    row = "2 " * 12

    found = agreement("", judgements({"A": row, "B": row}))

    assert found.alpha.value is None
    assert "all marks are the same" in found.alpha.why_not


def reviewed(number: int, *, second: int | None) -> Report:
    """Return a report that one or two have marked."""
    marks = tuple(
        Mark(
            criterion="H1", value=value, anchor="", reviewer=who, time="2026-01-01T00:00:00Z",
            reason="As heard.",
        )
        for who, value in (("Mo", number % 5), ("Jo", second))
        if value is not None
    )  # fmt: skip
    report = replace(reports.passing(), title=f"p{number}", review=Review(marks=marks))
    return rescored(report, INTERVIEW)


def test_reviewers_marks_come_from_the_reports() -> None:
    entries = [entry(reviewed(n, second=n % 5)) for n in range(12)]

    overall, on_h1, people = gather(entries).agreements

    assert (overall.about, overall.judges) == ("Reviewers", ("jo", "mo"))
    assert overall.alpha.value == pytest.approx(1)
    assert (on_h1.about, on_h1.alpha) == ("Reviewers on H1", overall.alpha)
    assert people.about == "People and checks"
    assert people.judges == ("checks", "people")


def test_marks_of_what_still_awaits_a_reviewer_are_not_told() -> None:
    assert INTERVIEW.reviewers == 2
    entries = [entry(reviewed(n, second=None)) for n in range(12)]

    assert all(one.judgements == () for one in entries)
    assert gather(entries).agreements == ()


def test_what_awaits_review_makes_ties_not_losses() -> None:
    waiting = entry(reviewed(1, second=None))

    score = next(mark.score for mark in waiting.marks if mark.score.id == "H1")

    assert (score.low, score.high) == (Fraction(0), score.of)
    assert gather([waiting, replace(waiting)]).places[0].worst == 2

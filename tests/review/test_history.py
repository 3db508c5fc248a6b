"""The history of a review: appended to, never rewritten, and checked."""
# A test's name is its sentence.
# ruff: noqa: D103

from dataclasses import replace
from fractions import Fraction

import pytest

from flaskgrade.checks.registry import NAMES
from flaskgrade.cohort.rescore import rescored, scorecard
from flaskgrade.errors import UsageError
from flaskgrade.model.report import Report
from flaskgrade.model.score import CriterionScore, GateResult
from flaskgrade.review.history import (
    Answer,
    ByHand,
    Signature,
    Verdict,
    faults,
    with_marks,
    with_override,
    with_ruling,
)
from flaskgrade.rubric.load import load_rubric
from tests.report import reports

RUBRIC = load_rubric("mid+interview", checks=NAMES)
REPORT = rescored(reports.failing(), RUBRIC)
ADA = Signature(reviewer="Ada", time="2030-05-01T08:00:00+00:00")
LATER = Signature(reviewer="ada", time="2030-05-02T08:00:00+00:00")


def answer(criterion: str, value: int | None, reason: str = "heard it") -> Answer:
    return Answer(criterion=criterion, value=value, reason=reason)


def by_hand(criterion: str, points: str | None, *, per_cent: bool = False) -> ByHand:
    given = None if points is None else Fraction(points)
    return ByHand(about=criterion, points=given, reason="The tool is wrong", per_cent=per_cent)


def verdict(gate: str, *, holds: bool | None) -> Verdict:
    return Verdict(about=gate, holds=holds, reason="It was wrong.")


def gate(report: Report, id_: str) -> GateResult:
    return next(one for one in report.scorecard.gates if one.id == id_)


def of(report: Report, id_: str) -> CriterionScore:
    return next(one for one in report.scorecard.criteria if one.id == id_)


def test_a_mark_keeps_its_author_time_reason_and_sentence() -> None:
    marked = with_marks(REPORT, RUBRIC, [answer("H1", 3)], ADA)

    (mark,) = marked.review.marks
    assert (mark.reviewer, mark.time, mark.reason) == ("Ada", ADA.time, "heard it")
    assert mark.anchor.startswith("Names alternatives and costs of their own accord")
    assert (mark.again, mark.old) == (False, None)
    assert list(faults(marked.review)) == []


def test_a_second_mark_of_the_same_person_names_the_old_one_and_deletes_nothing() -> None:
    first = with_marks(REPORT, RUBRIC, [answer("H1", 3), answer("H2", None)], ADA)
    second = with_marks(first, RUBRIC, [answer("H1", 4), answer("H2", 1)], LATER)

    assert second.review.marks[:2] == first.review.marks
    assert [(one.again, one.old) for one in second.review.marks[2:]] == [(True, 3), (True, None)]
    assert list(faults(second.review)) == []


def test_what_was_said_already_is_not_said_twice() -> None:
    once = with_marks(REPORT, RUBRIC, [answer("H1", 3)], ADA)

    assert with_marks(once, RUBRIC, [answer("H1", 3)], LATER) == once


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (answer("H9", 3), "people mark no criterion 'H9'"),
        (answer("C1", 3), "people mark no criterion 'C1'"),
        (answer("H1", 5), "a mark goes from 0 to 4, not 5"),
        (answer("H1", -1), "a mark goes from 0 to 4, not -1"),
        (answer("H1", 3, " "), "a mark needs a reason"),
    ],
)
def test_a_mark_that_is_none_is_refused(given: Answer, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        with_marks(REPORT, RUBRIC, [given], ADA)


def test_an_override_keeps_what_it_came_to_before_and_can_be_taken_back() -> None:
    was = of(REPORT, "Q1")
    given = with_override(REPORT, RUBRIC, by_hand("Q1", "1"), ADA)
    back = with_override(given, RUBRIC, by_hand("Q1", None), LATER)

    assert of(given, "Q1").low == 1
    assert given.review.overrides[0].old_low == was.low
    assert of(back, "Q1") == was
    assert [one.withdrawn for one in back.review.overrides] == [False, True]
    assert back.review.overrides[1].old_high == 1
    assert list(faults(back.review)) == []


def test_points_can_be_given_as_a_share() -> None:
    given = with_override(REPORT, RUBRIC, by_hand("Q1", "100", per_cent=True), ADA)

    assert of(given, "Q1").low == of(REPORT, "Q1").of


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (by_hand("ZZ", "1"), "no criterion 'ZZ'"),
        (by_hand("H1", "1"), "for people to mark"),
        (by_hand("C12", "1"), "does not apply here"),
        (by_hand("Q1", "50"), "from 0 to 1.71 points"),
        (by_hand("Q1", None), "nothing to take back"),
        (replace(by_hand("Q1", "1"), reason="  "), "needs a reason"),
    ],
)
def test_an_override_that_is_none_is_refused(change: ByHand, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        with_override(REPORT, RUBRIC, change, ADA)


def test_a_ruling_on_a_gate_keeps_what_was_observed_and_can_be_taken_back() -> None:
    lost = with_ruling(REPORT, RUBRIC, verdict("core", holds=False), ADA)
    back = with_ruling(lost, RUBRIC, verdict("core", holds=None), LATER)

    was, now, again = (gate(one, "core") for one in (REPORT, lost, back))
    assert (was.holds, now.holds, again) == (True, False, was)
    assert now.reason.startswith("Ada ruled that it does not hold: It was wrong; automatically")
    assert now.reason.endswith(was.reason)
    assert [one.old for one in back.review.rulings] == [True, False]
    assert scorecard(lost, RUBRIC) == lost.scorecard
    assert lost.scorecard.passed is False
    assert list(faults(back.review)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Verdict(about="Q1", holds=True, reason="x"), "no gate 'Q1'"),
        (Verdict(about="core", holds=True, reason=" "), "needs a reason"),
        (Verdict(about="core", holds=None, reason="x"), "nothing to take back"),
    ],
)
def test_a_ruling_that_is_none_is_refused(change: Verdict, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        with_ruling(REPORT, RUBRIC, change, ADA)


def test_a_reviewed_report_comes_to_the_same_when_it_is_computed_again() -> None:
    marked = with_marks(REPORT, RUBRIC, [answer("H1", 3)], ADA)
    changed = with_override(marked, RUBRIC, by_hand("Q1", "0.7"), ADA)

    assert scorecard(changed, RUBRIC) == changed.scorecard


def test_a_history_without_its_middle_is_found_out() -> None:
    report = REPORT
    for value in (1, 2, 4):
        report = with_marks(report, RUBRIC, [answer("H1", value)], ADA)
    first, _, last = report.review.marks

    cut = replace(report.review, marks=(first, last))
    (said,) = faults(cut)

    assert said == "the mark before Ada's mark on H1 is not the one that it names"
    assert list(faults(replace(cut, marks=(last,)))) == [said]


def test_forged_values_are_found_out() -> None:
    marked = with_marks(REPORT, RUBRIC, [answer("H1", 3)], ADA)
    given = with_override(marked, RUBRIC, by_hand("Q1", "1"), ADA)
    (mark,), (override,) = given.review.marks, given.review.overrides

    forged = replace(
        given.review,
        marks=(replace(mark, value=7, reason=""),),
        overrides=(replace(override, points=Fraction(99), reviewer=" "),),
    )

    assert [said.partition(" ")[2] for said in faults(forged)] == [
        "mark on H1 is 7, and marks go from 0 to 4",
        "mark on H1 has no author or no reason",
        "override of Q1 gives points outside of what it is worth",
        "override of Q1 has no author or no reason",
    ]

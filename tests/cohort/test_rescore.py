"""Stored evidence under another rubric."""
# A test's name is its sentence.
# ruff: noqa: D103

from dataclasses import replace
from fractions import Fraction

from flaskgrade.checks.registry import NAMES
from flaskgrade.cohort.rescore import differences, rescored, scorecard, versioned
from flaskgrade.model.score import Standing
from flaskgrade.report.document import read, render
from flaskgrade.rubric.load import load_rubric
from tests.report import reports

MID = load_rubric("mid", checks=NAMES)
SENIOR = load_rubric("senior", checks=NAMES)
REPORT = rescored(reports.failing(), MID)


def test_a_report_keeps_what_it_came_to_before() -> None:
    again = rescored(REPORT, SENIOR)

    before = again.earlier[-1]
    assert len(again.earlier) == 2
    assert before.rubric == versioned(MID) == REPORT.provenance.rubric
    assert (before.low, before.high) == (REPORT.scorecard.low, REPORT.scorecard.high)
    assert again.provenance.rubric == versioned(SENIOR)
    assert again.evidence == REPORT.evidence


def test_the_same_rubric_gives_the_same_scorecard() -> None:
    assert rescored(REPORT, MID).scorecard == REPORT.scorecard
    assert differences(REPORT.scorecard, scorecard(REPORT, MID)) == ()


def test_what_nobody_has_run_is_not_assessed() -> None:
    without = replace(
        REPORT, evidence=tuple(one for one in REPORT.evidence if one.check != "bandit")
    )

    card = scorecard(without, MID)

    of_bandit = [one for one in card.criteria if one.check == "bandit"]
    assert of_bandit
    assert {one.standing for one in of_bandit} == {Standing.NOT_ASSESSED}
    assert card.low < card.high


def test_without_an_exercise_hidden_tests_do_not_apply() -> None:
    card = scorecard(reports.without_exercise(), MID)

    assert {one.standing for one in card.criteria if one.check == "acceptance"} == {
        Standing.NOT_APPLICABLE
    }


def test_a_rescored_report_is_read_back_as_it_was() -> None:
    again = rescored(REPORT, SENIOR)

    assert read(render(again)) == again


def test_points_that_do_not_follow_are_told() -> None:
    card = REPORT.scorecard
    first, *rest = card.criteria
    better = replace(
        card,
        high=card.high + 1,
        criteria=(replace(first, high=first.high + Fraction(1, 2)), *rest),
    )

    found = differences(better, scorecard(REPORT, MID))

    assert [one.partition(",")[0] for one in found] == [
        f"the criterion {first.id}: high is {float(first.high) + 0.5:.2f}",
        f"high is {float(card.high) + 1:.2f}",
    ]


def test_a_criterion_that_is_missing_or_added_is_told() -> None:
    card = REPORT.scorecard
    first, *rest = card.criteria
    swapped = replace(card, criteria=(replace(first, id="Z9"), *rest))

    assert differences(swapped, scorecard(REPORT, MID)) == (
        "the criterion Z9 is not in the rubric",
        f"the criterion {first.id} is missing",
    )


def test_another_order_is_told() -> None:
    card = REPORT.scorecard

    found = differences(replace(card, criteria=card.criteria[::-1]), scorecard(REPORT, MID))

    assert found == ("criteria or gates are in another order, or there twice",)

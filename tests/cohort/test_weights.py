"""What a changed weight does to places, against scoring itself."""
# A test's name is its sentence.
# ruff: noqa: D103

from dataclasses import replace
from fractions import Fraction

import pytest

from flaskgrade.checks.registry import NAMES
from flaskgrade.cohort.entry import entry
from flaskgrade.cohort.gather import gather
from flaskgrade.cohort.places import positions
from flaskgrade.cohort.rescore import rescored, scorecard
from flaskgrade.cohort.weights import CHANGES, position_keys
from flaskgrade.model.evidence import Evidence, Origin, Status
from flaskgrade.model.report import Report
from flaskgrade.model.review import Override, Review
from flaskgrade.model.rubric import Rubric
from flaskgrade.rubric.load import load_rubric
from tests.cohort.entries import made
from tests.report import reports

MID = load_rubric("mid", checks=NAMES)


def thinned(report: Report, places: int) -> Report:
    """Return the report with the first items of each check failed."""
    evidence = tuple(
        replace(
            one,
            items=tuple(
                replace(item, status=Status.FAILED if place < places else item.status)
                for place, item in enumerate(one.items)
            ),
        )
        for one in report.evidence
    )
    return replace(report, evidence=evidence)


def claiming(report: Report) -> Report:
    """Return the report with own tests that all passed, as the candidate's code claims."""
    tests = reports.passing().evidence[0]
    own = Evidence(
        check="own-tests",
        status=Status.PASSED,
        summary="All passed.",
        origin=Origin.CLAIMED,
        items=tests.items[:4],
    )
    kept = tuple(one for one in report.evidence if one.check != "own-tests")
    return replace(report, evidence=(*kept, own))


def overruled(report: Report, criterion: str) -> Report:
    """Return the report with a third of a criterion's points given by a person."""
    override = Override(
        criterion=criterion, points=Fraction(1), of=Fraction(3), reviewer="Mo",
        time="2026-01-01T00:00:00Z", reason="As read.", old_low=Fraction(0), old_high=Fraction(0),
    )  # fmt: skip
    return replace(report, review=Review(overrides=(override,)))


def with_weight(rubric: Rubric, members: frozenset[str], change: Fraction) -> Rubric:
    return replace(
        rubric,
        criteria=tuple(
            replace(one, weight=one.weight * (1 + change)) if one.id in members else one
            for one in rubric.criteria
        ),
    )


@pytest.mark.parametrize("cap", [Fraction(10), Fraction(2), Fraction(1, 3)])
def test_positions_are_what_scoring_with_the_changed_rubric_gives(cap: Fraction) -> None:
    """Each scenario, claims and their cap included, is scored anew and comes to the same."""
    rubric = replace(MID, claimed_cap=cap)
    varied = [
        reports.passing(), reports.failing(), reports.not_assessed(),
        *(claiming(thinned(reports.passing(), places)) for places in range(4)),
        overruled(claiming(reports.passing()), "T1"), overruled(reports.failing(), "C9"),
    ]  # fmt: skip
    given = [rescored(one, rubric) for one in varied]
    by_title = {f"r{n}": replace(one, title=f"r{n}") for n, one in enumerate(given)}

    cohort = gather([entry(one, rubric) for one in by_title.values()])

    ordered = [by_title[one.candidate.title] for one in cohort.entries]
    categories = {one.id: one.category for one in rubric.criteria}
    assert cohort.cap_known
    assert any("cut to" in mark.score.reason for one in cohort.entries for mark in one.marks) == (
        cap < 10
    )
    assert {one.change for one in cohort.scenarios} == set(CHANGES)
    for scenario in cohort.scenarios:
        members = frozenset(
            name
            for name, category in categories.items()
            if scenario.id == (category if scenario.kind == "category" else name)
        )
        changed = with_weight(rubric, members, scenario.change)
        cards = [scorecard(one, changed) for one in ordered]
        expected = positions(position_keys([(one.low, one.high) for one in cards]))
        assert scenario.positions == expected, scenario.id


def test_a_move_within_a_tie_is_none_beyond_it() -> None:
    of = {"a": 50, "b": 50}
    near = [made("one", {"a": 40, "b": 30}, of), made("two", {"a": 30, "b": 40}, of)]

    cohort = gather(near, tie=Fraction(10))

    moving = [one for one in cohort.scenarios if one.moved]
    assert moving
    assert all(one.beyond == 0 for one in cohort.scenarios)


def test_a_move_beyond_the_ties_is_counted() -> None:
    of = {"a": 50, "b": 50}
    apart = [made("one", {"a": 42, "b": 30}, of), made("two", {"a": 30, "b": 41}, of)]

    cohort = gather(apart, tie=Fraction(0))

    less = next(one for one in cohort.scenarios if one.id == "a" and one.change < 0)
    assert (less.moved, less.beyond, less.furthest) == (2, 2, -1)
    assert less.who == 0
    assert (cohort.places[0].firmest, cohort.places[0].loosest) == (1, 2)


def test_what_does_not_apply_to_somebody_moves_nobody() -> None:
    of = {"a": 50, "b": 50, "c": 10}
    two = [
        made("one", {"a": 42, "b": 30, "c": None}, of),
        made("two", {"a": 30, "b": 41, "c": None}, of),
    ]

    cohort = gather(two)

    assert all(one.moved == 0 for one in cohort.scenarios if one.id == "c")

"""Entries become a cohort."""
# A test's name is its sentence.
# ruff: noqa: D103

from dataclasses import replace

import pytest

from flaskgrade.cohort.compare import compare
from flaskgrade.cohort.entry import EXHIBITS, entry
from flaskgrade.cohort.gather import gather
from flaskgrade.errors import UsageError
from flaskgrade.model.cohort import Cohort
from flaskgrade.model.score import Standing
from tests.report import reports
from tests.report.hostile import hostile


def cohort() -> Cohort:
    return gather([entry(one) for one in (reports.failing(), reports.passing())])


def test_the_comparison_in_it_is_the_one_of_the_reports() -> None:
    given = [reports.failing(), reports.passing(), reports.not_assessed()]

    found = gather([entry(one) for one in given]).comparison

    expected = compare(given)
    assert [one.low for one in found.candidates] == [one.low for one in expected.candidates]
    assert found.categories == expected.categories


def test_entries_stand_in_the_order_of_their_candidates() -> None:
    found = cohort()

    assert tuple(one.candidate for one in found.entries) == found.comparison.candidates


def test_what_all_titles_begin_with_is_left_out() -> None:
    two = [
        entry(replace(reports.passing(), title=f"Room bookings · {name}")) for name in ("ada", "bo")
    ]

    assert {one.candidate.title for one in gather(two).entries} == {"ada", "bo"}


def test_what_applies_to_nobody_is_left_out() -> None:
    """A rubric serves many exercises, and a page is no place for what this one does not ask."""
    partly, whole = entry(reports.not_assessed()), entry(reports.passing())
    idle = {
        mark.score.id for mark in partly.marks if mark.score.standing is Standing.NOT_APPLICABLE
    }

    alone, together = gather([partly]), gather([partly, whole])

    assert idle
    assert idle.isdisjoint(one.id for one in alone.questions)
    assert idle <= {one.id for one in together.questions}


def test_different_rubrics_are_not_mixed_in_silence() -> None:
    other = reports.failing()
    origin = replace(other.provenance, rubric=replace(other.provenance.rubric, version="9"))

    with pytest.raises(UsageError, match="not graded alike"):
        gather([entry(reports.passing()), entry(replace(other, provenance=origin))])


def test_the_gravest_evidence_is_kept_and_the_rest_is_counted() -> None:
    found = {mark.score.id: mark for mark in entry(hostile()).marks}

    crowded = [mark for mark in found.values() if mark.more]
    assert crowded
    assert all(len(mark.exhibits) == EXHIBITS for mark in crowded)


def test_a_failed_item_is_an_exhibit_with_its_place() -> None:
    marks = {mark.score.id: mark for mark in entry(reports.failing()).marks}

    (exhibit, *_) = marks["C9"].exhibits
    assert exhibit.tone == "failed"
    assert exhibit.title == "Two people cannot book the same hour"
    assert "expected 409" in exhibit.detail

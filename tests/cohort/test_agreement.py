"""Krippendorff's alpha, against the numbers that its author publishes."""
# A test's name is its sentence.
# ruff: noqa: D103

from fractions import Fraction

import pytest

from flaskgrade.cohort.agreement import Judgement, agreement

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

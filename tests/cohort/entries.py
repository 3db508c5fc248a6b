"""Entries of a cohort for tests: few points, many people."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from flaskgrade.cohort.entry import entry
from flaskgrade.model.cohort import Entry, Mark
from flaskgrade.model.report import CategoryTitle
from flaskgrade.model.score import CriterionScore, Standing
from tests.report import reports

BASE = entry(reports.passing())
Points = int | tuple[int, int] | None


def made(name: str, points: Mapping[str, Points], of: Mapping[str, int]) -> Entry:
    """Return an entry with these points by criterion; a pair is open, None does not apply.

    `of` are weights out of 100 over all criteria that apply.
    """
    whole = sum(of[one] for one, given in points.items() if given is not None)
    marks = tuple(
        _mark(one, given, Fraction(100 * of[one], whole), of[one]) for one, given in points.items()
    )
    low = sum((mark.score.low for mark in marks), Fraction(0))
    high = sum((mark.score.high for mark in marks), Fraction(0))
    return replace(
        BASE,
        candidate=replace(
            BASE.candidate, title=name, source=f"https://git.example/{name}", low=low, high=high
        ),
        titles=(CategoryTitle(id="k", title="Category"),),
        marks=marks,
        claimed_cap=Fraction(10),
    )


def _mark(name: str, given: Points, of: Fraction, weight: int) -> Mark:
    if given is None:
        ends, standing, of = (0, 0), Standing.NOT_APPLICABLE, Fraction(0)
    elif isinstance(given, tuple):
        ends, standing = given, Standing.NOT_ASSESSED
    else:
        ends, standing = (given, given), Standing.SCORED
    return Mark(
        score=CriterionScore(
            id=name,
            title=f"Criterion {name}",
            category="k",
            check="acceptance",
            standing=standing,
            low=of * Fraction(ends[0], weight),
            high=of * Fraction(ends[1], weight),
            of=of,
            reason="",
        )
    )

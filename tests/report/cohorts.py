"""Cohorts for the tests of their pages."""

from dataclasses import replace
from fractions import Fraction

from flaskgrade.checks.registry import NAMES
from flaskgrade.cohort.blind import blinded
from flaskgrade.cohort.entry import entry
from flaskgrade.cohort.gather import gather
from flaskgrade.cohort.rescore import rescored
from flaskgrade.model.cohort import Cohort, Entry
from flaskgrade.model.report import Report
from flaskgrade.rubric.load import load_rubric
from tests.report import reports
from tests.report.hostile import hostile

PEOPLE = ("ada", "bo", "cyd", "dee", "eli", "fay", "gus", "hal", "ivy", "jan", "kim", "lou")


def named(report: Report, name: str) -> Report:
    """Return a report as somebody's."""
    origin = replace(
        report.provenance, source=f"https://git.example/{name}/rooms", commit=f"{name:0<40}"
    )
    return replace(report, title=f"Room bookings · {name}", provenance=origin)


def small() -> Cohort:
    """Return three candidates: one who passes, one who fails, one with open points."""
    made = (reports.passing, reports.failing, reports.not_assessed)
    pairs = zip(made, PEOPLE, strict=False)
    return gather([entry(named(make(), name)) for make, name in pairs])


def awaiting() -> Cohort:
    """Return two candidates whom people have yet to mark."""
    rubric = load_rubric("mid+interview", checks=NAMES)
    made = (named(reports.passing(), "ada"), named(reports.failing(), "bo"))
    return gather([entry(rescored(one, rubric), rubric) for one in made])


def attacked(url: str) -> Cohort:
    """Return two candidates, the one's every text an attack."""
    return gather([entry(hostile(url)), entry(reports.passing())], allow_mixed=True)


def blind() -> Cohort:
    """Return the small cohort under pseudonyms."""
    return gather(blinded(small().entries, (2, 0, 1)), blind=True)


def many(count: int) -> Cohort:
    """Return a cohort of so many, all different, with evidence."""
    bases = [entry(make()) for make in (reports.passing, reports.failing, reports.not_assessed)]
    return gather([_varied(bases[n % len(bases)], n) for n in range(count)])


def _varied(base: Entry, number: int) -> Entry:
    marks = tuple(
        replace(
            mark,
            score=replace(
                mark.score,
                low=mark.score.low * (1 - Fraction((number * (place + 3)) % 17, 40)),
                reason=f"{mark.score.reason}, said of {number}",
            ),
        )
        if mark.score.low == mark.score.high
        else mark
        for place, mark in enumerate(base.marks)
    )
    marks = tuple(
        replace(mark, score=replace(mark.score, high=mark.score.low))
        if mark.score.low != before.score.low
        else mark
        for mark, before in zip(marks, base.marks, strict=True)
    )
    name = f"{PEOPLE[number % len(PEOPLE)]}-{number}"
    return replace(
        base,
        candidate=replace(
            base.candidate,
            title=name,
            source=f"https://git.example/{name}",
            low=sum((mark.score.low for mark in marks), Fraction(0)),
            high=sum((mark.score.high for mark in marks), Fraction(0)),
        ),
        marks=marks,
    )

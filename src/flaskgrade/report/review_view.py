"""What the renderings for people share of a review: what is open, and who said what, when and why.

Of a criterion that awaits reviewers it is told who has marked it, never how: the next one is to
see the candidate with their own eyes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from flaskgrade.model.report import Report
from flaskgrade.model.review import Mark, Override
from flaskgrade.model.score import CriterionScore, GateResult, Scorecard, Standing
from flaskgrade.report import view

_HOLDS = MappingProxyType({True: "holds", False: "does not hold", None: "open"})
DAY = 10  # characters of an ISO 8601 date


@dataclass(frozen=True, kw_only=True)
class Said:
    """One thing that a person said of a criterion."""

    criterion: str
    title: str
    what: str
    why: str
    who: str
    day: str


def awaiting(report: Report) -> tuple[CriterionScore, ...]:
    """Return the criteria that people have yet to mark."""
    return tuple(one for one in report.scorecard.criteria if one.standing is Standing.AWAITING)


def why_open(score: Scorecard, unassessed: str) -> str:
    """Return why a total is an interval; `unassessed` says so of what is our fault."""
    standings = {one.standing for one in score.criteria}
    if Standing.AWAITING not in standings:
        return unassessed
    if Standing.NOT_ASSESSED not in standings:
        return "people have yet to mark it"
    return f"{unassessed}, and people have yet to mark it"


def history(report: Report) -> tuple[Said, ...]:
    """Return all that was said of the rubric's gates and criteria, one by one, and may be told."""
    gates = [said for gate in report.scorecard.gates for said in _ruled(gate, report)]
    criteria = [said for score in report.scorecard.criteria for said in _of(score, report)]
    return (*gates, *criteria)


def _ruled(gate: GateResult, report: Report) -> Iterator[Said]:
    for one in report.review.rulings:
        if one.gate == gate.id:
            before = f"before: {_HOLDS[one.old]}"
            now = "as the evidence says again" if one.holds is None else _HOLDS[one.holds]
            yield Said(
                criterion=gate.id,
                title=gate.title,
                what=f"{now}; {before}" if one.holds is None else f"{now}, by hand; {before}",
                why=one.reason,
                who=one.reviewer,
                day=one.time[:DAY],
            )


def _of(score: CriterionScore, report: Report) -> Iterator[Said]:
    marks = [one for one in report.review.marks if one.criterion == score.id]
    overrides = [one for one in report.review.overrides if one.criterion == score.id]
    if score.standing is Standing.AWAITING:
        for mark in report.review.marks_on(score.id):
            yield _said(score, mark, "marked; shown when all reviewers' marks are in", "")
    elif score.check == "review":
        for mark in marks:
            yield _said(score, mark, _marked(mark), mark.reason)
    for override in overrides:
        yield _said(score, override, _overridden(override), override.reason)


def _said(score: CriterionScore, by: Mark | Override, what: str, why: str) -> Said:
    return Said(
        criterion=score.id,
        title=score.title,
        what=what,
        why=why,
        who=by.reviewer,
        day=by.time[:DAY],
    )


def _marked(mark: Mark) -> str:
    before = f" (before: {_value(mark.old)})" if mark.again else ""
    anchor = f": {mark.anchor}" if mark.anchor else ""
    return f"{_value(mark.value)}{before}{anchor}"


def _value(value: int | None) -> str:
    return "not asked" if value is None else f"{value} of 4"


def _overridden(one: Override) -> str:
    before = view.interval(view.points(one.old_low), view.points(one.old_high))
    if one.withdrawn:
        return f"the automatic points count again; before: {before}"
    return f"{view.points(one.points)} of {view.points(one.of)} by hand; before: {before}"

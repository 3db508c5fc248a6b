"""Add to what people said of a report, and see whether that history is whole. Pure.

Nothing is ever taken out: who thinks otherwise adds a later mark or takes an override back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from flaskgrade.cohort.rescore import scorecard
from flaskgrade.errors import UsageError
from flaskgrade.model.report import Report
from flaskgrade.model.review import Mark, Override, Review, Ruling, same_person
from flaskgrade.model.rubric import REVIEW, Anchored, Criterion, Rubric
from flaskgrade.model.score import CriterionScore
from flaskgrade.shares import decimal


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How a reviewer marks a criterion, and why; `value` None: it was not asked about."""

    criterion: str
    value: int | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """Points that a person gives a criterion, and why; None: the automatic ones count again."""

    about: str  # the criterion
    points: Fraction | None
    reason: str
    per_cent: bool = False  # whether `points` are per cent of what the criterion is worth


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a gate holds, as a person says, and why; None: as the evidence says again."""

    about: str  # the gate
    holds: bool | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who says something, and when: ISO 8601, UTC."""

    reviewer: str
    time: str


def reviewed_criteria(rubric: Rubric) -> tuple[Criterion, ...]:
    """Return the criteria of a rubric that people mark."""
    return tuple(one for one in rubric.criteria if one.check == REVIEW)


def with_marks(report: Report, rubric: Rubric, answers: Sequence[Answer], by: Signature) -> Report:
    """Return the report with a reviewer's marks, scored anew.

    What they said before in the same words is not said twice. Raises UsageError for a criterion
    that nobody is to mark, a mark without an anchor, and one without a reason.
    """
    asked = {one.id: one.rule for one in reviewed_criteria(rubric)}
    added = []
    for answer in answers:
        rule = asked.get(answer.criterion)
        if not isinstance(rule, Anchored):
            raise UsageError(
                f"people mark no criterion {answer.criterion!r} by the rubric {rubric.name}",
                hint=f"There are: {', '.join(asked) or 'none'}.",
            )
        mark = _mark(answer, rule, by, report.review)
        if mark is not None:
            added.append(mark)
    return _with(report, rubric, replace(report.review, marks=(*report.review.marks, *added)))


def with_override(report: Report, rubric: Rubric, change: ByHand, by: Signature) -> Report:
    """Return the report with points that a person gives a criterion, scored anew.

    Raises UsageError for a criterion that is not there, does not apply or is for people to mark
    anyway, for points outside of it, and for no reason.
    """
    criterion, points, reason = change.about, change.points, change.reason
    score = _overridable(report, criterion)
    if not reason.strip():
        raise UsageError(
            f"an override of {criterion} needs a reason", hint='Say it with --reason "…".'
        )
    automatic = score.automatic
    if points is None and automatic is None:
        raise UsageError(f"{criterion} has its automatic points; there is nothing to take back")
    given = points if points is not None else automatic.high if automatic else Fraction(0)
    if change.per_cent:
        given = given * score.of / 100
    if not 0 <= given <= score.of:
        raise UsageError(
            f"{criterion} has from 0 to {decimal(score.of)} points to give",
            hint=f"A share is good as well: {criterion}=100%.",
        )
    override = Override(
        criterion=criterion,
        points=given,
        of=score.of,
        reviewer=by.reviewer,
        time=by.time,
        reason=reason.strip(),
        old_low=score.low,
        old_high=score.high,
        withdrawn=points is None,
    )
    overrides = (*report.review.overrides, override)
    return _with(report, rubric, replace(report.review, overrides=overrides))


def with_ruling(report: Report, rubric: Rubric, change: Verdict, by: Signature) -> Report:
    """Return the report with a gate as a person rules it, scored anew.

    Raises UsageError for a gate that is not there, for a ruling that changes nothing, and for no
    reason.
    """
    found = next((one for one in report.scorecard.gates if one.id == change.about), None)
    if found is None:
        known = ", ".join(one.id for one in report.scorecard.gates)
        raise UsageError(f"the report has no gate {change.about!r}", hint=f"There are: {known}.")
    if not change.reason.strip():
        raise UsageError(
            f"an override of {change.about} needs a reason", hint='Say it with --reason "…".'
        )
    if change.holds is None and report.review.ruling_on(change.about) is None:
        raise UsageError(f"nobody ruled on {change.about}; there is nothing to take back")
    ruling = Ruling(
        gate=change.about,
        holds=change.holds,
        reviewer=by.reviewer,
        time=by.time,
        reason=change.reason.strip(),
        old=found.holds,
    )
    rulings = (*report.review.rulings, ruling)
    return _with(report, rubric, replace(report.review, rulings=rulings))


def faults(review: Review) -> Iterator[str]:
    """Yield a sentence for each place where a history can't have been written by `review`."""
    latest: dict[tuple[str, str], Mark] = {}
    for mark in review.marks:
        before = latest.get((mark.criterion, same_person(mark.reviewer)))
        if mark.again is (before is None) or mark.old != (before.value if before else None):
            yield f"the mark before {_named(mark)} is not the one that it names"
        if mark.value is not None and mark.value not in range(5):
            yield f"{_named(mark)} is {mark.value}, and marks go from 0 to 4"
        if not mark.reviewer.strip() or not mark.reason.strip():
            yield f"{_named(mark)} has no author or no reason"
        latest[mark.criterion, same_person(mark.reviewer)] = mark
    for one in review.overrides:
        if one.of <= 0 or not 0 <= one.points <= one.of:
            yield f"the override of {one.criterion} gives points outside of what it is worth"
        if not one.reviewer.strip() or not one.reason.strip():
            yield f"the override of {one.criterion} has no author or no reason"
    for ruling in review.rulings:
        if not ruling.reviewer.strip() or not ruling.reason.strip():
            yield f"the ruling on {ruling.gate} has no author or no reason"


def _named(mark: Mark) -> str:
    return f"{mark.reviewer}'s mark on {mark.criterion}"


def _mark(answer: Answer, rule: Anchored, by: Signature, review: Review) -> Mark | None:
    """Return the mark that an answer makes; None where it is what the reviewer said already."""
    if answer.value is not None and answer.value not in range(len(rule.anchors)):
        raise UsageError(
            f"{answer.criterion}: a mark goes from 0 to {len(rule.anchors) - 1}, not {answer.value}"
        )
    if not answer.reason.strip():
        raise UsageError(f"{answer.criterion}: a mark needs a reason")
    mine = [
        one
        for one in review.marks_on(answer.criterion)
        if same_person(one.reviewer) == same_person(by.reviewer)
    ]
    if mine and (mine[0].value, mine[0].reason) == (answer.value, answer.reason.strip()):
        return None
    return Mark(
        criterion=answer.criterion,
        value=answer.value,
        anchor="" if answer.value is None else rule.anchors[answer.value],
        reviewer=by.reviewer,
        time=by.time,
        reason=answer.reason.strip(),
        again=bool(mine),
        old=mine[0].value if mine else None,
    )


def _overridable(report: Report, criterion: str) -> CriterionScore:
    found = next((one for one in report.scorecard.criteria if one.id == criterion), None)
    if found is None:
        known = ", ".join(one.id for one in report.scorecard.criteria)
        raise UsageError(f"the report has no criterion {criterion!r}", hint=f"There are: {known}.")
    if found.check == REVIEW:
        raise UsageError(f"{criterion} is for people to mark: there is nothing to override")
    if not found.of:
        raise UsageError(f"{criterion} does not apply here: it has no points to give")
    return found


def _with(report: Report, rubric: Rubric, review: Review) -> Report:
    changed = replace(report, review=review)
    return replace(changed, scorecard=scorecard(changed, rubric))

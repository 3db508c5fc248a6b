"""What people's words do to points: the mean of marks, and points given by hand. Pure and exact.

Nobody's mark shows, in points or in words, until enough reviewers have handed theirs in: an
interval that narrowed with each of them would tell the next one what the first one thought.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from flaskgrade.model.review import Mark, Override, Review
from flaskgrade.model.rubric import Anchored
from flaskgrade.model.score import Automatic, CriterionScore, GateResult, Standing
from flaskgrade.shares import Share, decimal, not_applicable


def by_marks(rule: Anchored, marks: Sequence[Mark], reviewers: int) -> Share:
    """Return the mean of marks as a share; anything from none to all until `reviewers` are in.

    A mark without a value says that the criterion was not asked about: it has no part in the mean,
    and where nobody asked, the criterion does not apply.
    """
    if len(marks) < reviewers:
        return Share(
            low=Fraction(0),
            high=Fraction(1),
            reason=f"awaiting review: {len(marks)} of {reviewers} reviewers have marked it",
            standing=Standing.AWAITING,
        )
    best = len(rule.anchors) - 1
    values = [min(max(one.value, 0), best) for one in marks if one.value is not None]
    if not values:
        return not_applicable("no reviewer asked about it")
    mean = Fraction(sum(values), len(values))
    said = ", ".join(f"{one.reviewer} {_told(one.value)}" for one in marks)
    share = mean / best
    if len(values) == 1:
        return Share(low=share, high=share, reason=f"{said} of {best}")
    return Share(low=share, high=share, reason=f"{said}; {decimal(mean)} of {best} on average")


def overridden(scores: tuple[CriterionScore, ...], review: Review) -> tuple[CriterionScore, ...]:
    """Return the scores with the points that people gave; what the evidence came to is kept.

    No other criterion changes, and one that does not apply has no points to give.
    """
    return tuple(
        _overridden(each, by_hand)
        if each.of and (by_hand := review.override_of(each.id)) is not None and by_hand.of
        else each
        for each in scores
    )


def ruled(gate: GateResult, review: Review) -> GateResult:
    """Return the gate as a person rules it, if one did; what the evidence says is told as well."""
    ruling = review.ruling_on(gate.id)
    if ruling is None:
        return gate
    observed = {True: "it holds", False: "it does not hold", None: "that is open"}[gate.holds]
    said = "holds" if ruling.holds else "does not hold"
    why = ruling.reason.strip().rstrip(".")
    return replace(
        gate,
        holds=ruling.holds,
        reason=f"{ruling.reviewer} ruled that it {said}: {why}; automatically {observed}:"
        f" {gate.reason}",
    )


def _overridden(score: CriterionScore, by_hand: Override) -> CriterionScore:
    points = min(max(by_hand.points / by_hand.of, Fraction(0)), Fraction(1)) * score.of
    came_to = f"{decimal(score.low)}" + (
        f" to {decimal(score.high)}" if score.high != score.low else ""
    )
    return replace(
        score,
        low=points,
        high=points,
        standing=Standing.SCORED,
        reason=(
            f"{by_hand.reviewer} gave {decimal(points)}: {by_hand.reason.strip().rstrip('.')}; "
            f"automatically {came_to}: {score.reason}"
        ),
        automatic=Automatic(
            standing=score.standing, low=score.low, high=score.high, reason=score.reason
        ),
    )


def _told(value: int | None) -> str:
    return "did not ask" if value is None else str(value)

"""Hold what was graded against what an exercise claims. Pure: evidence in, a matrix out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from flaskgrade.checks.verdicts import ACCEPTANCE
from flaskgrade.model.evidence import Evidence, Status
from flaskgrade.model.exercise import Exercise
from flaskgrade.model.rubric import Rubric
from flaskgrade.model.score import CriterionScore, Standing
from flaskgrade.model.verification import Claim, Kind, Matrix, Trial
from flaskgrade.report.grounds import grounds
from flaskgrade.scoring import score
from flaskgrade.verification.measures import belongs, of_exercise

GAP = 10  # points of 100 between neighbours of a calibration
SHOWN = 4


@dataclass(frozen=True, kw_only=True)
class Graded:
    """A claim, and the evidence that its grading left."""

    claim: Claim
    evidence: tuple[Evidence, ...]
    milliseconds: int = 0


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What trials are judged by: an exercise, its own rubric, and those of its submissions."""

    exercise: Exercise
    rubric: Rubric
    levels: Mapping[str, Rubric]


def matrix(measure: Measure, graded: Sequence[Graded], *, backend: str, whole: bool) -> Matrix:
    """Return what came of the claims, the solution's first.

    Variants are judged by what they lose against the solution, which must be among `graded`. Where
    not the `whole` exercise was graded, nothing is said about what no variant loses.
    """
    solution = next(one for one in graded if one.claim.kind is Kind.SOLUTION)
    base = _shares(measure, solution.evidence)
    trials = tuple(_trial(measure, one, base) for one in graded)
    lost = {criterion for one in trials for criterion in one.lost if not one.problems}
    titles = {one.id: one.title for one in measure.rubric.criteria}
    order = {criterion: place for place, criterion in enumerate(titles)}
    return Matrix(
        exercise=measure.exercise.name,
        title=measure.exercise.title,
        version=measure.exercise.version,
        digest=measure.exercise.digest,
        backend=backend,
        rubric=measure.rubric.name,
        criteria=tuple(
            (named, titles.get(named, ""))
            for named in sorted(measure.exercise.named, key=lambda one: order.get(one, len(order)))
        ),
        trials=trials,
        untested=tuple(c for c in measure.exercise.named if c not in lost) if whole else (),
        problems=(*_places(measure), *_order(trials)),
        whole=whole,
    )


def _places(measure: Measure) -> tuple[str, ...]:
    """Return a sentence for each criterion that the exercise names and its rubric does not know."""
    known = [one.id for one in measure.rubric.criteria]
    return tuple(
        f"{named} has no place in the rubric {measure.rubric.name}"
        for named in measure.exercise.named
        if not any(belongs(one, named) for one in known)
    )


def _order(trials: Sequence[Trial]) -> tuple[str, ...]:
    """Return a sentence for each two submissions that lie too close, in the calibration's order."""
    placed = [one for one in trials if one.claim.kind is Kind.SUBMISSION and one.points is not None]
    return tuple(
        f"{upper.claim.title} has {_points(upper.points)} points and {lower.claim.title} "
        f"{_points(lower.points)}: the gap must be {GAP} at least"
        for lower, upper in pairwise(placed)
        if (upper.points or 0) - (lower.points or 0) < GAP
    )


def _shares(measure: Measure, evidence: Sequence[Evidence]) -> dict[str, Fraction | None]:
    """Return the share that each named criterion earned; None where it was not assessed."""
    card = score(of_exercise(measure.rubric, measure.exercise), evidence)
    shares: dict[str, Fraction | None] = {}
    for named in measure.exercise.named:
        parts = [one for one in card.criteria if belongs(one.id, named)]
        of = sum((one.of for one in parts), Fraction(0))
        known = all(one.standing is not Standing.NOT_ASSESSED for one in parts)
        low = sum((one.low for one in parts), Fraction(0))
        shares[named] = (low / of if of else Fraction(0)) if known else None
    return shares


def _trial(measure: Measure, graded: Graded, base: Mapping[str, Fraction | None]) -> Trial:
    claim = graded.claim
    failed = _failed(graded.evidence)
    problems: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    points, band = None, ""
    unknown = _unknown(graded.evidence)
    if claim.kind is Kind.VARIANT:
        lost, problems = _variant(claim, _shares(measure, graded.evidence), base)
    if claim.kind in {Kind.ALTERNATIVE, Kind.REPEAT}:
        problems = _failing(failed)
    if claim.kind in {Kind.SOLUTION, Kind.STARTER, Kind.EMPTY, Kind.SUBMISSION}:
        points = score(measure.rubric, graded.evidence).high
    if claim.kind is Kind.SOLUTION:
        problems = (*_failing(failed), *_solution(measure, graded.evidence))
    if claim.kind in {Kind.STARTER, Kind.EMPTY}:
        most = measure.exercise.at_most
        allowed = most.starter if claim.kind is Kind.STARTER else most.empty
        if points is not None and points > allowed:
            problems = (f"earns {_points(points)} points; {allowed:g} are allowed",)
    if claim.band:
        card = score(measure.levels[claim.rubric], graded.evidence)
        band = card.band_low if card.band_low == card.band_high else ""
        if band and band != claim.band:
            total = f"{_points(card.high)} points as {claim.rubric}"
            problems = (*problems, f"lands in {band} ({total}), not in {claim.band}")
    return Trial(
        claim=claim,
        lost=lost,
        failed=failed,
        open=unknown,
        points=points,
        band=band,
        problems=() if unknown else problems,
        milliseconds=graded.milliseconds,
    )


def _variant(
    claim: Claim, shares: Mapping[str, Fraction | None], base: Mapping[str, Fraction | None]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a variant lost, and in which sentences that is not what it claims."""
    lost = tuple(
        named
        for named, share in shares.items()
        if share is not None and (full := base[named]) is not None and share < full
    )
    problems = []
    if kept := [one for one in claim.loses if one not in lost]:
        problems.append(f"keeps {', '.join(kept)}, which it says it loses")
    if more := [one for one in lost if one not in claim.loses]:
        problems.append(f"loses {', '.join(more)} as well")
    return lost, tuple(problems)


def _solution(measure: Measure, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Return a sentence for each criterion of the rubric that the solution does not earn.

    Each by itself: a hidden test that fails would otherwise show in all that it scales.
    """
    alone = replace(
        measure.rubric,
        criteria=tuple(replace(one, scaled=False) for one in measure.rubric.criteria),
    )
    return tuple(
        f"{one.id} earns {_points(one.high)} of {_points(one.of)}: {one.reason}"
        f"{_first_wrong(one, evidence)}"
        for one in score(alone, evidence).criteria
        if one.standing is not Standing.NOT_APPLICABLE and one.low < one.of
    )


def _first_wrong(one: CriterionScore, evidence: Sequence[Evidence]) -> str:
    """Return the first that went wrong for a criterion, with its place."""
    found = grounds(one, tuple(evidence))
    if found is None:
        return ""
    failed = [item for item in found.items if item.status is Status.FAILED]
    told = [(item.location, item.message or item.title) for item in failed]
    told += [(finding.location, finding.message) for finding in found.findings]
    place, words = told[0] if told else (None, "")
    return f" ({f'{place}: ' if place else ''}{words})" if words else ""


def _failing(tests: Sequence[str]) -> tuple[str, ...]:
    return (f"fails {_listed(tests)}",) if tests else ()


def _failed(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    return tuple(
        item.id
        for one in evidence
        if one.check == ACCEPTANCE
        for item in one.items
        if item.status is Status.FAILED
    )


def _unknown(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Return a sentence for each check that failed on our side."""
    return tuple(
        f"{one.check}: {one.summary or next((i.message for i in one.items if i.message), '')}"
        for one in evidence
        if one.status is Status.ERRORED or any(i.status is Status.ERRORED for i in one.items)
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _points(points: Fraction | None) -> str:
    return "?" if points is None else f"{float(points):.1f}"

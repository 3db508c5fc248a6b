"""Turn evidence into points: pure, exact, and the same whatever order the evidence comes in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from flaskgrade.model.evidence import Evidence, Origin
from flaskgrade.model.review import NOTHING_SAID, Review
from flaskgrade.model.rubric import (
    Anchored,
    Band,
    Criterion,
    Gate,
    PassFail,
    Proportion,
    Rubric,
    Rule,
)
from flaskgrade.model.score import CriterionScore, GateResult, Scorecard, Standing
from flaskgrade.scoring_review import by_marks, overridden, ruled
from flaskgrade.shares import (
    Share,
    decimal,
    judge,
    not_applicable,
    percent,
    together,
    unknown,
)

_NONE = Fraction(0)
_ALL = Fraction(1)
_TIMES = "×"


def score(
    rubric: Rubric,
    evidence: Sequence[Evidence],
    *,
    expects: frozenset[str] | None = None,
    review: Review = NOTHING_SAID,
) -> Scorecard:
    """Return the scorecard of a submission, from evidence and from what people said of it.

    `expects` are the checks that belong to this grading: one of them without evidence is not
    assessed. Any other check without evidence does not apply, and its weight goes to the rest.
    Raises ValueError if a check has evidence twice.
    """
    found = _Found(
        by_check=_by_check(evidence), expects=expects or frozenset(), whole=_whole(rubric)
    )
    works = _works(rubric, found)
    shares = tuple((each, _share(each, rubric, found, review)) for each in rubric.criteria)
    automatic = _within_cap(_scored(shares, found, works), rubric.claimed_cap)
    criteria = overridden(automatic, review)
    gates = tuple(
        (gate, ruled(result, review))
        for gate in rubric.gates
        if (result := _gate(gate, found)) is not None
    )
    low, high, of = (
        sum((getattr(each, end) for each in criteria), _NONE) for end in ("low", "high", "of")
    )
    failed = [gate for gate, result in gates if result.holds is False]
    undecided = [gate for gate, result in gates if result.holds is None]
    return Scorecard(
        low=low,
        high=high,
        of=of,
        band_low=_band(rubric.bands, low, (*failed, *undecided)),
        band_high=_band(rubric.bands, high, failed),
        passed=_passed(low, high, rubric.pass_mark, failed, undecided) if of else None,
        pass_mark=rubric.pass_mark,
        works=works.low if works.low == works.high else None,
        criteria=criteria,
        gates=tuple(result for _, result in gates),
    )


@dataclass(frozen=True, kw_only=True)
class _Found:
    """The evidence by check, and the checks that should have some."""

    by_check: Mapping[str, Evidence]
    expects: frozenset[str]
    whole: Mapping[str, frozenset[str]]  # by check, the selections that count all or nothing


def _by_check(evidence: Iterable[Evidence]) -> dict[str, Evidence]:
    by_check: dict[str, Evidence] = {}
    for each in evidence:
        if each.check in by_check:
            raise ValueError(f"there is evidence of the check {each.check} twice")
        by_check[each.check] = each
    return by_check


def _whole(rubric: Rubric) -> dict[str, frozenset[str]]:
    """Return for each check what a rubric takes all or nothing of."""
    found: dict[str, frozenset[str]] = {}
    for each in rubric.criteria:
        if each.select is not None and isinstance(each.rule, PassFail):
            found[each.check] = found.get(each.check, frozenset()) | {each.select}
    return found


def _judge(rule: Rule, select: str | None, check: str, found: _Found) -> Share:
    """Return the share that a check's evidence earns under a rule, also if there is none."""
    evidence = found.by_check.get(check)
    if evidence is not None:
        return judge(rule, select, evidence)
    if check in found.expects:
        return unknown(f"not assessed: the check {check} handed on nothing")
    return not_applicable(f"the check {check} is not part of this grading")


def _reached(check: str, select: str | None, found: _Found) -> Share:
    """Return how much of a check or of its selected items passed; without items, by its status.

    Of a whole check, items of a criterion that is all or nothing pass together or not at all.
    """
    evidence = found.by_check.get(check)
    if select is not None:
        return _judge(Proportion(), select, check, found)
    if evidence is None or not evidence.items:
        return _judge(PassFail(), None, check, found)
    return judge(Proportion(), None, together(evidence, found.whole.get(check, frozenset())))


# How far the thing works


def _works(rubric: Rubric, found: _Found) -> Share:
    """Return how far the thing works, by the first check of `works` that can tell.

    Claimed evidence cannot: it would let a submission set the factor of all its other points.
    """
    for check in rubric.works:
        evidence = found.by_check.get(check)
        if evidence is not None and evidence.origin is Origin.CLAIMED:
            continue
        share = _reached(check, None, found)
        if share.standing is not Standing.NOT_APPLICABLE:
            return share
    return unknown("nothing says how far the app works")


# Criteria


def _share(criterion: Criterion, rubric: Rubric, found: _Found, review: Review) -> Share:
    """Return the share that a criterion earns: by its check's evidence, or by people's marks."""
    if isinstance(criterion.rule, Anchored):
        return by_marks(criterion.rule, review.marks_on(criterion.id), rubric.reviewers)
    return _judge(criterion.rule, criterion.select, criterion.check, found)


def _scored(
    shares: tuple[tuple[Criterion, Share], ...], found: _Found, works: Share
) -> tuple[CriterionScore, ...]:
    total = sum(
        (each.weight for each, share in shares if share.standing is not Standing.NOT_APPLICABLE),
        _NONE,
    )
    scores = []
    for criterion, share in shares:
        applies = share.standing is not Standing.NOT_APPLICABLE
        of = criterion.weight / total * 100 if applies and total else _NONE
        scaled = _scaled(share, works) if applies and criterion.scaled else share
        evidence = found.by_check.get(criterion.check)
        scores.append(
            CriterionScore(
                id=criterion.id,
                title=criterion.title,
                category=criterion.category,
                check=criterion.check,
                select=criterion.select,
                standing=scaled.standing,
                low=scaled.low * of,
                high=scaled.high * of,
                of=of,
                reason=scaled.reason,
                claimed=evidence is not None and evidence.origin is Origin.CLAIMED,
            )
        )
    return tuple(scores)


def _scaled(share: Share, works: Share) -> Share:
    """Return the share times how far the thing works: points for style need a thing with style."""
    if works.low == works.high == 1:
        return share
    standing = share.standing
    if works.low == works.high:
        factor = decimal(works.low)
        because = f"the app does {percent(works.low)} of what is asked"
    else:
        factor = f"{decimal(works.low)} to {decimal(works.high)}"
        because = "it is not known how far the app works"
        if share.high > 0:
            standing = Standing.NOT_ASSESSED
    return Share(
        low=share.low * works.low,
        high=share.high * works.high,
        reason=f"{share.reason}; {_TIMES} {factor} because {because}",
        standing=standing,
    )


def _within_cap(scores: tuple[CriterionScore, ...], cap: Fraction) -> tuple[CriterionScore, ...]:
    """Cut claimed points, in proportion, so that all of them together are `cap` at most."""
    claimed = [each for each in scores if each.claimed]
    cut_low = _cut(sum((each.low for each in claimed), _NONE), cap)
    cut_high = _cut(sum((each.high for each in claimed), _NONE), cap)
    if cut_high == 1:
        return scores
    because = (
        f"cut to {_TIMES} {decimal(cut_high)} because what the candidate's own code reports"
        f" earns {decimal(cap)} points at most"
    )
    return tuple(
        replace(
            each,
            # The two cuts differ; the smaller keeps the low end from passing the high one.
            low=min(each.low * cut_low, each.high * cut_high),
            high=each.high * cut_high,
            reason=f"{each.reason}; {because}",
        )
        if each.claimed and each.high > 0
        else each
        for each in scores
    )


def _cut(points: Fraction, cap: Fraction) -> Fraction:
    return cap / points if points > cap else _ALL


# Gates, bands, the verdict


def _gate(gate: Gate, found: _Found) -> GateResult | None:
    """Return whether a gate holds, or None if it does not apply to this grading."""
    share = _reached(gate.check, gate.select, found)
    if share.standing is Standing.NOT_APPLICABLE:
        return None
    holds = None
    if share.low >= gate.at_least:
        holds = True
    elif share.high < gate.at_least:
        holds = False
    asked = "" if gate.at_least == 1 else f"; {percent(gate.at_least)} is asked"
    return GateResult(id=gate.id, title=gate.title, holds=holds, reason=f"{share.reason}{asked}")


def _band(bands: tuple[Band, ...], total: Fraction, capping: Iterable[Gate]) -> str:
    """Return the band of a total, no higher than the gates `capping` it allow."""
    names = [band.name for band in bands]
    reached = next(place for place, band in enumerate(bands) if total >= band.at_least)
    allowed = [len(bands) - 1 if gate.band is None else names.index(gate.band) for gate in capping]
    return names[max(reached, *allowed, 0)]


def _passed(
    low: Fraction,
    high: Fraction,
    pass_mark: Fraction,
    failed: Sequence[Gate],
    undecided: Sequence[Gate],
) -> bool | None:
    if failed or high < pass_mark:
        return False
    return True if low >= pass_mark and not undecided else None

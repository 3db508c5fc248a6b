"""How much of what a rubric asks a check's evidence shows: one rule, one share from 0 to 1.

What is unknown makes an interval, never a guess: its low end takes all that is unknown as failed,
its high end as passed. Silence is never a pass.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from flaskgrade.model.evidence import Evidence, Finding, Item, Origin, Status
from flaskgrade.model.rubric import (
    PassFail,
    PerFinding,
    PerThousandLines,
    Proportion,
    Rule,
    Thresholds,
)
from flaskgrade.model.score import Standing

_NONE = Fraction(0)
_ALL = Fraction(1)


@dataclass(frozen=True, kw_only=True)
class Share:
    """How much was reached, from 0 to 1; `low` and `high` differ by what is unknown."""

    low: Fraction
    high: Fraction
    reason: str
    standing: Standing = Standing.SCORED


def _exactly(share: Fraction, reason: str) -> Share:
    return Share(low=share, high=share, reason=reason)


def unknown(reason: str) -> Share:
    """Return the share of what was not assessed: anything from none to all."""
    return Share(low=_NONE, high=_ALL, reason=reason, standing=Standing.NOT_ASSESSED)


def not_applicable(reason: str) -> Share:
    """Return the share of what has no part in this grading."""
    return Share(low=_NONE, high=_NONE, reason=reason, standing=Standing.NOT_APPLICABLE)


def judge(rule: Rule, select: str | None, evidence: Evidence) -> Share:
    """Return the share that evidence earns under a rule, and why.

    `select` is a criterion that items name, or what the codes of findings start with.
    All of an errored check is unknown, unless its items say which part is.
    """
    if evidence.status is Status.SKIPPED:
        return not_applicable(_said(evidence, "does not apply"))
    if evidence.status is Status.ERRORED and not _items_tell(rule, select, evidence):
        return unknown(_said(evidence, "not assessed"))
    match rule:
        case PassFail():
            share = _pass_fail(evidence, select)
        case Proportion():
            share = _proportion(evidence, select)
        case PerFinding():
            share = _per_finding(rule, evidence, select)
        case PerThousandLines():
            share = _per_thousand_lines(rule, evidence, select)
        case _:  # Thresholds
            share = _thresholds(rule, evidence)
    return share


def together(evidence: Evidence, selections: frozenset[str]) -> Evidence:
    """Return evidence in which the items of each selection pass together or not at all.

    How many tests a race loses is chance; that it can be lost is not. Counted one by one, they
    would make the same submission's total another one each time.
    """
    changed: dict[int, Status] = {}
    for selection in selections:
        group = [n for n, item in enumerate(evidence.items) if selection in item.criteria]
        statuses = {evidence.items[n].status for n in group}
        if statuses & {Status.FAILED, Status.SKIPPED}:
            changed |= dict.fromkeys(group, Status.FAILED)
        elif Status.ERRORED in statuses:
            changed |= dict.fromkeys(
                (n for n in group if changed.get(n) is not Status.FAILED), Status.ERRORED
            )
    items = tuple(
        replace(item, status=changed.get(n, item.status)) for n, item in enumerate(evidence.items)
    )
    return replace(evidence, items=items)


def _items_tell(rule: Rule, select: str | None, evidence: Evidence) -> bool:
    """Tell whether an errored check marks what it could not assess, for a rule that counts that."""
    counts = isinstance(rule, Proportion) or (isinstance(rule, PassFail) and select is not None)
    return counts and any(item.status is Status.ERRORED for item in evidence.items)


def _pass_fail(evidence: Evidence, select: str | None) -> Share:
    """Judge by the status; with a selection, by whether all of that passed."""
    if select is None:
        passed = evidence.status is Status.PASSED
        return _exactly(Fraction(passed), _said(evidence, "passed" if passed else "failed"))
    share = _proportion(evidence, select)
    if share.standing is Standing.NOT_APPLICABLE:
        return share
    low, high = Fraction(share.low == 1), Fraction(share.high == 1)
    standing = Standing.SCORED if low == high else Standing.NOT_ASSESSED
    return Share(low=low, high=high, reason=f"{share.reason}; all must", standing=standing)


def _proportion(evidence: Evidence, select: str | None) -> Share:
    items = _items(evidence, select)
    if not items:
        return _no_items(evidence, select)
    passed = sum(item.status is Status.PASSED for item in items)
    errored = sum(item.status is Status.ERRORED for item in items)
    skipped = sum(item.status is Status.SKIPPED for item in items)
    reason = f"{passed} of {len(items)} passed"
    if skipped:
        reason += f", {skipped} skipped, which is no pass"
    if errored:
        reason += f", {errored} could not be assessed"
    return Share(
        low=Fraction(passed, len(items)),
        high=Fraction(passed + errored, len(items)),
        reason=reason,
        standing=Standing.NOT_ASSESSED if errored else Standing.SCORED,
    )


def _no_items(evidence: Evidence, select: str | None) -> Share:
    """Judge a check without selected items: no pass if it failed or only claims, else no matter."""
    if not evidence.items and evidence.status is Status.FAILED:
        return _exactly(_NONE, _said(evidence, "failed"))
    if not evidence.items and evidence.origin is Origin.CLAIMED:
        return _exactly(_NONE, "0 of 0 passed: to claim nothing earns nothing")
    about = f" for {select}" if select else ""
    return not_applicable(f"the check {evidence.check} has nothing to pass{about}")


def _per_finding(rule: PerFinding, evidence: Evidence, select: str | None) -> Share:
    if _did_not_look(evidence):
        return _exactly(_NONE, _said(evidence, "failed"))
    findings = _findings(evidence, select)
    costs = dict(rule.costs)
    cost = sum((costs.get(finding.severity, _NONE) for finding in findings), _NONE)
    taken = min(cost, rule.cap)
    counted = ", ".join(
        f"{number} {severity.value}"
        for severity, _ in reversed(rule.costs)
        if (number := sum(finding.severity is severity for finding in findings))
    )
    reason = f"{_count(len(findings), 'finding')}{f' ({counted})' if counted else ''}"
    if taken:
        reason += f" take {percent(taken)}{', the most they can' if cost > rule.cap else ''}"
    return _exactly(_ALL - taken, reason)


def _per_thousand_lines(rule: PerThousandLines, evidence: Evidence, select: str | None) -> Share:
    if _did_not_look(evidence):
        return _exactly(_NONE, _said(evidence, "failed"))
    lines = evidence.measure(rule.lines)
    if lines is None:
        return _unmeasured(evidence, rule.lines)
    findings = len(_findings(evidence, select))
    if lines <= 0:
        return _exactly(_NONE, f"{_count(findings, 'finding')} in 0 lines: there is no source")
    rate = Fraction(findings * 1000, lines)
    share = (rule.zero - rate) / (rule.zero - rule.free)
    return _exactly(
        max(_NONE, min(_ALL, share)),
        f"{_count(findings, 'finding')} in {lines} lines, {decimal(rate)} per 1,000;"
        f" up to {decimal(rule.free)} cost nothing, {decimal(rule.zero)} cost all",
    )


def _thresholds(rule: Thresholds, evidence: Evidence) -> Share:
    measured = evidence.measure(rule.measure)
    if measured is None:
        return _unmeasured(evidence, rule.measure)
    value, said = Fraction(measured), f"{_words(rule.measure)}: {measured}"
    if rule.per is not None:
        base = evidence.measure(rule.per)
        if base is None:
            return _unmeasured(evidence, rule.per)
        said += f" of {base} {_words(rule.per)}"
        if base <= 0:
            return _exactly(_NONE, said)
        value /= base
    reached = [(at_least, share) for at_least, share in rule.steps if value >= at_least]
    if not reached:
        return _exactly(_NONE, f"{said}; points start at {decimal(rule.steps[0][0])}")
    at_least, share = reached[-1]
    return _exactly(share, f"{said}; from {decimal(at_least)} on it earns {percent(share)}")


def _unmeasured(evidence: Evidence, measure: str) -> Share:
    """Judge a check that lacks a measure: the candidate's fault if it failed, else ours."""
    if evidence.status is Status.FAILED:
        return _exactly(_NONE, _said(evidence, "failed"))
    return unknown(f"not assessed: {evidence.check} did not measure {measure}")


def _did_not_look(evidence: Evidence) -> bool:
    """Tell whether a check failed before it could find anything, or crashed on the files.

    One finding, that its tool crashed, is not one fault in so many lines: it hides all others.
    """
    if evidence.status is not Status.FAILED:
        return False
    crash = f"{evidence.check}:crash"
    return not evidence.findings or any(each.code == crash for each in evidence.findings)


def _items(evidence: Evidence, select: str | None) -> tuple[Item, ...]:
    return tuple(item for item in evidence.items if select is None or select in item.criteria)


def _findings(evidence: Evidence, select: str | None) -> tuple[Finding, ...]:
    return tuple(each for each in evidence.findings if each.code.startswith(select or ""))


# Words


def _said(evidence: Evidence, otherwise: str) -> str:
    """Return the check's own sentence, without its full stop, to be part of another."""
    return evidence.summary.strip().removesuffix(".") or otherwise


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number or 'no'} {noun}s"


def _words(measure: str) -> str:
    return measure.replace("_", " ")


def percent(share: Fraction) -> str:
    """Return a share from 0 to 1 as a percentage in words."""
    return f"{decimal(share * 100)} %"


def decimal(number: Fraction) -> str:
    """Return at most two places, cut and not rounded, so that 99.999 does not read as 100."""
    hundredths = number * 100 // 1
    if hundredths == 0 < number:
        return "under 0.01"
    return f"{hundredths // 100}.{hundredths % 100:02}".rstrip("0").rstrip(".")

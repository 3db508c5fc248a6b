"""A rubric's rules in words, with what they cost in points: for `flaskgrade rubric show`."""

from collections.abc import Iterable
from fractions import Fraction

from flaskgrade.model.evidence import Severity
from flaskgrade.model.rubric import (
    Band,
    Criterion,
    Gate,
    PassFail,
    PerFinding,
    PerThousandLines,
    Proportion,
    Rubric,
    Thresholds,
)
from flaskgrade.rubric.weights import ACCEPTANCE, plain

_LEAST = Fraction(1, 100)


def rule_in_words(criterion: Criterion, points: Fraction) -> str:
    """Return how evidence becomes points of a criterion that has so many of 100.

    That it is scaled is not said here.
    """
    rule, tried = criterion.rule, _tried(criterion.check, criterion.select)
    match rule:
        case PassFail() if criterion.select is None:
            said = f"all or nothing: {criterion.check} passes or fails"
        case PassFail():
            said = f"all or nothing: each of the {tried}"
        case Proportion():
            said = f"by share: the {tried}"
        case PerFinding():
            said = _per_finding(rule, points, _findings(criterion))
        case PerThousandLines():
            said = (
                f"{_findings(criterion)} per 1,000 {_named(rule.lines)}:"
                f" up to {plain(rule.free)} cost nothing, {plain(rule.zero)} cost all,"
                " evenly between"
            )
        case Thresholds():
            said = _thresholds(rule, points)
        case _:  # Anchored
            most = len(rule.anchors) - 1
            said = f"the mean of marks from 0 to {most}: each is worth {plain(points / most)}"
    return said


def _tried(check: str, select: str | None) -> str:
    things = "hidden tests" if check == ACCEPTANCE else f"things that {check} looks at"
    return f"{things} for {select}" if select else things


def _findings(criterion: Criterion) -> str:
    return f"findings {criterion.select}…" if criterion.select else "findings"


def _per_finding(rule: PerFinding, points: Fraction, findings: str) -> str:
    """Say what a finding of each severity takes, and how many of it take the most there is."""
    everything = "all" if rule.cap == 1 else "the most"
    taken = [
        f"{severity.value} {_worth(cost, points)} ({-(-rule.cap // cost)} take {everything})"
        for severity, cost in rule.costs
        if cost
    ]
    costs = dict(rule.costs)
    free = [each.value for each in Severity if not costs.get(each)]
    costless = f"; {_listed(free, 'or')} nothing" if free else ""
    together = f"; together at most {_worth(rule.cap, points)}" if rule.cap < 1 else ""
    return f"each of the {findings} costs, by severity: {', '.join(taken)}{costless}{together}"


def _thresholds(rule: Thresholds, points: Fraction) -> str:
    per_cent = rule.per is not None
    steps = (
        f"from {plain(least * 100)} % on" if per_cent else f"from {plain(least)} on"
        for least, _ in rule.steps
    )
    earned = ", ".join(
        f"{step} {_worth(share, points)}"
        for step, (_, share) in zip(steps, rule.steps, strict=True)
    )
    of = f" of {_named(rule.per)}" if rule.per is not None else ""
    return f"{_named(rule.measure)}{of}: {earned}; below that nothing"


def gate_in_words(gate: Gate, bands: tuple[Band, ...]) -> str:
    """Return what a gate asks, and what it costs."""
    tried = _tried(gate.check, gate.select)
    if gate.select is None and gate.at_least == 1:
        asked = f"{gate.check} must pass"
    elif gate.at_least == 1:
        asked = f"each of the {tried} must pass"
    else:
        asked = f"{plain(gate.at_least * 100)} % of the {tried} must pass"
    return f"{asked}; whoever fails it does not pass, and is {gate.band or bands[-1].name} at best"


def works_in_words(rubric: Rubric) -> str:
    """Return what says how far the app works."""
    if not rubric.works:
        return "nothing says how far the app works"
    return f"the share of {', else of '.join(rubric.works)} that passes"


def _worth(share: Fraction, points: Fraction) -> str:
    """Return a share, and what it is in points of 100."""
    worth = share * points
    shown = plain(worth) if worth >= _LEAST or not worth else "under 0.01"
    return f"{plain(share * 100)} % = {shown}"


def _listed(words: Iterable[str], last: str) -> str:
    *first, final = words
    return f"{', '.join(first)} {last} {final}" if first else final


def _named(measure: str) -> str:
    return measure.replace("_", " ")

"""What a criterion asks of its check that no evidence can bring about."""

from collections.abc import Iterator
from itertools import pairwise

from flaskgrade.model.output import Output
from flaskgrade.model.rubric import (
    Anchored,
    Criterion,
    PassFail,
    PerFinding,
    PerThousandLines,
    Proportion,
    Rule,
    Thresholds,
)
from flaskgrade.rubric.weights import plain


def in_vain(criterion: Criterion, output: Output) -> Iterator[tuple[str, str]]:
    """Yield what a criterion asks of its check that the check never hands on."""
    check, select, rule = criterion.check, criterion.select, criterion.rule
    if isinstance(rule, Proportion) or (isinstance(rule, PassFail) and select is not None):
        if not output.items:
            yield "points", f"nobody can earn it: {check} has findings only, and no items that pass"
        elif select is not None and not output.any_criterion and select not in output.criteria:
            named = ", ".join(sorted(output.criteria)) or "none"
            yield (
                "select",
                f"nobody can earn it: no item of {check} is about {select}; about: {named}",
            )
    if isinstance(rule, PerFinding | PerThousandLines) and select is not None:
        starts = {f"{check}:", *output.more_codes}
        if not any(select.startswith(start) or start.startswith(select) for start in starts):
            listed = ", ".join(sorted(starts))
            yield "select", f"nobody can lose it: codes of {check} start with {listed}"
    for measure in _measures(rule):
        if measure not in output.measures:
            listed = ", ".join(sorted(output.measures)) or "nothing"
            yield "points", f"is never assessed: {check} does not measure {measure}, but {listed}"
    if isinstance(rule, Thresholds) and select is not None:
        yield "select", "has no effect: thresholds are about a measure, and select nothing"


def _measures(rule: Rule | Anchored) -> tuple[str, ...]:
    if isinstance(rule, PerThousandLines):
        return (rule.lines,)
    if isinstance(rule, Thresholds):
        return (rule.measure,) if rule.per is None else (rule.measure, rule.per)
    return ()


def out_of_reach(rule: Rule | Anchored) -> Iterator[tuple[str, str]]:
    """Yield what a rule says that no evidence can bring about."""
    if isinstance(rule, PerFinding):
        if rule.cap == 0:
            yield "points", "findings cost nothing: the cap is 0"
        for severity, cost in rule.costs:
            if rule.cap and cost > rule.cap:
                most = f"all together take {plain(rule.cap)} at most"
                yield "points", f"a {severity.value} finding never costs {plain(cost)}: {most}"
    if isinstance(rule, Thresholds):
        shares = [share for _, share in rule.steps]
        if shares[-1] != 1:
            yield "points", f"nobody can earn all of it: the last step gives {plain(shares[-1])}"
        if any(later <= earlier for earlier, later in pairwise(shares)):
            yield "points", "a step gives no more than the one below it"

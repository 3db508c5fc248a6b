"""Read how evidence becomes points: the `points:` of a criterion."""

from fractions import Fraction

from flaskgrade.model.evidence import Severity
from flaskgrade.model.rubric import (
    Anchored,
    PassFail,
    PerFinding,
    PerThousandLines,
    Proportion,
    Rule,
    Thresholds,
)
from flaskgrade.yamlfile import Value

MEASURE = r"[a-z][a-z0-9_]{0,39}"
ANCHORS = 5  # 0 to 4


def anchored(points: Value) -> Anchored:
    """Return the anchors of a criterion that people mark, the lowest first. Raises FileError."""
    sentences = points.table().allow(required=("anchors",))["anchors"].items()
    if len(sentences) != ANCHORS:
        raise points.error(f"must have {ANCHORS} anchors, for 0 to {ANCHORS - 1}")
    return Anchored(anchors=tuple(one.text(longest=400) for one in sentences))


def rule(points: Value) -> Rule:
    """Return the rule that `points:` of a criterion says. Raises FileError."""
    if not points.is_table:
        chosen = points.choice(("pass_fail", "proportion"))
        return PassFail() if chosen == "pass_fail" else Proportion()
    rules = {
        "per_finding": _per_finding,
        "per_thousand_lines": _per_thousand_lines,
        "thresholds": _thresholds,
    }
    table = points.table().allow(optional=rules)
    if len(table.entries) != 1:
        raise points.error(f"must have exactly one of {', '.join(rules)}")
    name, entry = next(iter(table.entries.items()))
    return rules[name](entry.value)


def _per_finding(value: Value) -> Rule:
    severities = {severity.value: severity for severity in Severity}
    table = value.table().allow(optional=(*severities, "cap"))
    costs = tuple(
        (severity, table[name].number(at_least=0, at_most=1))
        for name, severity in severities.items()
        if name in table.entries
    )
    if not any(cost > 0 for _, cost in costs):
        raise value.error("no severity costs anything, so that findings would not count")
    cap = table.get("cap")
    return PerFinding(costs=costs, cap=cap.number(at_least=0, at_most=1) if cap else Fraction(1))


def _per_thousand_lines(value: Value) -> Rule:
    table = value.table().allow(required=("free", "zero"), optional=("lines",))
    free, zero = table["free"].number(at_least=0), table["zero"].number(at_least=0)
    if zero <= free:
        raise table["zero"].error("must be more than `free`")
    lines = table.get("lines")
    return PerThousandLines(
        free=free, zero=zero, lines=_measure(lines) if lines else "source_lines"
    )


def _thresholds(value: Value) -> Rule:
    table = value.table().allow(required=("measure", "steps"), optional=("per",))
    steps: list[tuple[Fraction, Fraction]] = []
    for step in table["steps"].items():
        pair = step.items()
        if len(pair) != 2:  # noqa: PLR2004 - a step is a pair
            raise step.error("must be a pair: [at least, share]")
        at_least, share = pair[0].number(at_least=0), pair[1].number(at_least=0, at_most=1)
        if steps and at_least <= steps[-1][0]:
            raise pair[0].error("steps go from the lowest to the highest")
        steps.append((at_least, share))
    if not steps:
        raise table["steps"].error("must have at least one step")
    per = table.get("per")
    return Thresholds(
        measure=_measure(table["measure"]),
        steps=tuple(steps),
        per=_measure(per) if per else None,
    )


def _measure(value: Value) -> str:
    return value.text(MEASURE, of="the name of a measure")

"""A rubric as plain values: with all that it comes to, for programs, or as one file of its own."""

import json
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from flaskgrade.model.rubric import (
    Anchored,
    Criterion,
    Gate,
    PassFail,
    PerFinding,
    PerThousandLines,
    Proportion,
    Rubric,
    Rule,
)
from flaskgrade.rubric.layers import Stack
from flaskgrade.rubric.load import own_select
from flaskgrade.rubric.stated import explanations
from flaskgrade.rubric.words import gate_in_words, rule_in_words
from flaskgrade.yamlfile import Table, Value

_SILENT: Mapping[str, str] = MappingProxyType({})
_FILE_VALUES = ("works", "pass_mark", "claimed_cap", "reviewers", "bands")


def write_json(document: object) -> str:
    """Return plain values, fractions among them, as JSON for people and programs."""
    return json.dumps(document, indent=2, ensure_ascii=False, default=_number) + "\n"


def _number(value: object) -> float:
    if not isinstance(value, Fraction):
        raise TypeError(f"no plain value: {value!r}")
    return round(float(value), 4)


def described(rubric: Rubric, stack: Stack, points: Mapping[str, Fraction]) -> dict[str, Any]:
    """Return what `flaskgrade rubric show --json` prints: values, words, points of 100, places.

    `points` are those of the criteria that are to be shown.
    """
    about = explanations(stack)
    whole = as_file(rubric)
    shown = [one for one in rubric.criteria if one.id in points]
    return {
        **{key: whole[key] for key in ("rubric", "title", "version")},
        "digest": rubric.digest,
        "describes": rubric.describes,
        "files": [str(layer.path) for layer in stack.layers],
        **{key: whole[key] for key in _FILE_VALUES},
        "set_at": {
            key: place(value) for key in _FILE_VALUES if (value := stack.top.get(key)) is not None
        },
        "categories": [
            {
                "id": category.id,
                "title": category.title,
                "points": sum(
                    (points[one.id] for one in shown if one.category == category.id), Fraction(0)
                ),
            }
            for category in rubric.categories
        ],
        "criteria": [
            {
                "id": one.id,
                **whole["criteria"][one.id],
                "points": points[one.id],
                "rule": whole["criteria"][one.id]["points"],
                "select": one.select,
                "scaled": one.scaled,
                "in_words": rule_in_words(one, points[one.id]),
                "about": about.get(one.id, ""),
                "set_at": _places(stack.criteria[one.id], weights(stack, one.id)),
            }
            for one in shown
        ],
        "gates": [
            {
                "id": gate.id,
                **whole["gates"][gate.id],
                "in_words": gate_in_words(gate, rubric.bands),
                "set_at": _places(stack.gates[gate.id], ()),
            }
            for gate in rubric.gates
        ],
    }


def weights(stack: Stack, criterion: str) -> tuple[str, ...]:
    """Return where a criterion's weight comes from: its place, and that of each factor since."""
    found: list[str] = []
    for value, is_factor in stack.weighing(criterion):
        written = f"{place(value)} (× {float(value.number()):g})" if is_factor else place(value)
        found = [*found, written] if is_factor else [written]
    return tuple(found)


def place(value: Value) -> str:
    """Return where a value stands."""
    return f"{value.path}:{value.line}"


def _places(table: Table, weighing: tuple[str, ...]) -> dict[str, Any]:
    places: dict[str, Any] = {
        key: place(entry.value)
        for key, entry in table.entries.items()
        if key not in {"weight", "times"}
    }
    return places | ({"weight": list(weighing)} if weighing else {})


def as_file(rubric: Rubric, about: Mapping[str, str] = _SILENT) -> dict[str, Any]:
    """Return a rubric as one file would say it, with nothing inherited: it has the same digest.

    `about` explains criteria in words.
    """
    kept = {one.id: about[one.id] for one in rubric.criteria if one.id in about}
    return {
        "rubric": rubric.name,
        "title": rubric.title,
        "version": rubric.version,
        **({"describes": rubric.describes} if rubric.describes else {}),
        "works": list(rubric.works),
        "pass_mark": rubric.pass_mark,
        "claimed_cap": rubric.claimed_cap,
        "reviewers": rubric.reviewers,
        "bands": [{"name": band.name, "at_least": band.at_least} for band in rubric.bands],
        "categories": {category.id: category.title for category in rubric.categories},
        "criteria": {one.id: _criterion(one) for one in rubric.criteria},
        "gates": {gate.id: _gate(gate) for gate in rubric.gates},
        **({"about": kept} if kept else {}),
    }


def _criterion(one: Criterion) -> dict[str, Any]:
    return {
        "title": one.title,
        "category": one.category,
        "weight": one.weight,
        "check": one.check,
        **({"select": one.select} if one.select != own_select(one.id, one.check) else {}),
        **({"scaled": True} if one.scaled else {}),
        "points": _rule(one.rule),
    }


def _rule(rule: Rule | Anchored) -> Any:
    match rule:
        case Anchored():
            return {"anchors": list(rule.anchors)}
        case PassFail():
            return "pass_fail"
        case Proportion():
            return "proportion"
        case PerFinding():
            costs = {severity.value: cost for severity, cost in rule.costs}
            return {"per_finding": {**costs, "cap": rule.cap}}
        case PerThousandLines():
            return {
                "per_thousand_lines": {"free": rule.free, "zero": rule.zero, "lines": rule.lines}
            }
        case _:  # Thresholds
            per = {"per": rule.per} if rule.per is not None else {}
            steps = [list(step) for step in rule.steps]
            return {"thresholds": {"measure": rule.measure, **per, "steps": steps}}


def _gate(gate: Gate) -> dict[str, Any]:
    return {
        "title": gate.title,
        "check": gate.check,
        **({"select": gate.select} if gate.select is not None else {}),
        "at_least": gate.at_least,
        **({"band": gate.band} if gate.band is not None else {}),
    }

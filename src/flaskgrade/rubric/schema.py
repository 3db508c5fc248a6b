"""The JSON Schema of rubric files, for editors: it completes keys and marks mistakes as one types.

The loader is the judge: it also sees what a schema cannot, such as the order of bands and what a
rubric inherits. Both take their keys and patterns from `load`.
"""

from collections.abc import Iterable, Mapping

from flaskgrade.model.evidence import Severity
from flaskgrade.rubric.layers import FILE_KEYS, HEAVIEST, ID, OPTIONAL_KEYS, SHARED_KEYS
from flaskgrade.rubric.load import (
    CRITERION_KEYS,
    CRITERION_OPTIONAL_KEYS,
    GATE_KEYS,
    GATE_OPTIONAL_KEYS,
    NAME,
    NAMES,
    SELECT,
)
from flaskgrade.rubric.points import ANCHORS, MEASURE
from flaskgrade.rubric.stated import LONGEST_PAGE, LONGEST_SUM, SUM_KEYS, SUM_OPTIONAL_KEYS

_TITLE = {"type": "string", "pattern": r"\S", "maxLength": 200}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_PER_CENT = {"type": "number", "minimum": 0, "maximum": 100}
_NOT_NEGATIVE = {"type": "number", "minimum": 0}
_NAME = {"type": "string", "pattern": f"^{NAME}$"}
_SELECT = {"type": "string", "pattern": f"^{SELECT}$"}
_MEASURE = {"type": "string", "pattern": f"^{MEASURE}$"}

# Every key that may stand in a file, with what its value may be.
_FILE = {
    "rubric": {"type": "string", "pattern": f"^{NAMES}$", "maxLength": 200},
    "title": _TITLE,
    "version": {"type": "integer", "minimum": 1},
    "extends": {
        "description": "Shipped rubrics, or paths of files; the last one is laid on top.",
        "oneOf": [_TITLE, {"type": "array", "items": _TITLE, "minItems": 1}],
    },
    "describes": _TITLE | {"maxLength": 2000, "description": "What a level shows."},
    "works": {
        "type": "array",
        "items": _NAME,
        "description": "Checks; the first with evidence says how far the thing works.",
    },
    "claimed_cap": _PER_CENT | {"description": "Points that claimed evidence earns at most."},
    "pass_mark": _PER_CENT,
    "reviewers": {
        "type": "integer",
        "minimum": 1,
        "maximum": 20,
        "description": "How many people must mark a reviewed criterion before it counts.",
    },
}
_CRITERION = {
    "title": _TITLE,
    "category": _TITLE,
    "weight": {
        "type": "number",
        "minimum": 0,
        "maximum": HEAVIEST,
        "description": "Relative to the other weights; 0 drops the criterion.",
    },
    "times": {
        "type": "number",
        "minimum": 0,
        "maximum": HEAVIEST,
        "description": "The inherited weight times this.",
    },
    "check": _NAME,
    "select": _SELECT | {"description": "The criterion of items, or the start of codes."},
    "scaled": {"type": "boolean", "description": "Counts as far as the thing works."},
}
_GATE = {
    "title": _TITLE,
    "check": _NAME,
    "select": _SELECT,
    "at_least": _SHARE | {"description": "The share that must pass; 0 drops the gate."},
    "band": _TITLE | {"description": "The best band of whoever fails the gate."},
}
_SUM = {
    "weight": {
        "type": "number",
        "minimum": 0,
        "maximum": LONGEST_SUM,
        "description": "What the weights come to, of a category or of `all`.",
    },
    "without": {"type": "array", "items": {"type": "string", "pattern": f"^{ID}$"}},
}


def rubric_schema() -> dict[str, object]:
    """Return the schema (2020-12). With `extends`, criteria and gates may leave out keys."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "flaskgrade rubric",
        **_object(
            {
                **_FILE,
                "bands": {
                    "type": "array",
                    "minItems": 1,
                    "items": _object(
                        {"name": _TITLE | {"maxLength": 40}, "at_least": _PER_CENT},
                        required=("name", "at_least"),
                    ),
                },
                "categories": _by_id(_TITLE),
                "criteria": _by_id(
                    _object(
                        {**_CRITERION, "points": _points()},
                        known=(*CRITERION_KEYS, *CRITERION_OPTIONAL_KEYS),
                    )
                ),
                "gates": _by_id(_object(_GATE, known=(*GATE_KEYS, *GATE_OPTIONAL_KEYS))),
                "about": _by_id(
                    _TITLE
                    | {"maxLength": LONGEST_PAGE, "description": "What earns it, what loses it."}
                ),
                "sums": _by_id(_object(_SUM, known=(*SUM_KEYS, *SUM_OPTIONAL_KEYS))),
            },
            required=FILE_KEYS,
            known=(*FILE_KEYS, *SHARED_KEYS, *OPTIONAL_KEYS),
        ),
        "if": {"not": {"required": ["extends"]}},
        "then": {
            "required": list(SHARED_KEYS),
            "properties": {
                "criteria": {"additionalProperties": {"required": list(CRITERION_KEYS)}},
                "gates": {"additionalProperties": {"required": list(GATE_KEYS)}},
            },
        },
    }


def _points() -> dict[str, object]:
    costs = {severity.value: _SHARE for severity in Severity}
    rules = {
        "per_finding": _object({**costs, "cap": _SHARE}),
        "per_thousand_lines": _object(
            {"free": _NOT_NEGATIVE, "zero": _NOT_NEGATIVE, "lines": _MEASURE},
            required=("free", "zero"),
        ),
        "anchors": {
            "type": "array",
            "minItems": ANCHORS,
            "maxItems": ANCHORS,
            "items": {"type": "string", "pattern": r"\S", "maxLength": 400},
            "description": "For `check: review`: what earns 0, 1, 2, 3 and 4.",
        },
        "thresholds": _object(
            {
                "measure": _MEASURE,
                "per": _MEASURE,
                "steps": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "array",
                        "prefixItems": [_NOT_NEGATIVE, _SHARE],
                        "minItems": 2,
                        "maxItems": 2,
                    },
                },
            },
            required=("measure", "steps"),
        ),
    }
    return {
        "oneOf": [
            {"enum": ["pass_fail", "proportion"]},
            {**_object(rules), "minProperties": 1, "maxProperties": 1},
        ]
    }


def _object(
    properties: Mapping[str, object], *, required: Iterable[str] = (), known: Iterable[str] = ()
) -> dict[str, object]:
    """Return the schema of a mapping. `known` are the loader's keys, if it has a list of them."""
    if (names := set(known)) and names != set(properties):
        raise ValueError(f"schema and loader differ in {names ^ set(properties)}")
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _by_id(schema: dict[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "propertyNames": {"pattern": f"^{ID}$"},
        "additionalProperties": schema,
    }

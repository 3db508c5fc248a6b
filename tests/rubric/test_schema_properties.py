"""Schema and loader take the same files: whatever is done to a right one, both say the same of it.

The loader sees what a schema can't. What that is, is listed here, so that neither can drift.
"""

# ruff: noqa: PT017 - that an error is raised is no must, what it says is

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flaskgrade.errors import UsageError
from flaskgrade.rubric.load import load_rubric
from flaskgrade.rubric.schema import rubric_schema

VALIDATOR = jsonschema.Draft202012Validator(rubric_schema())
WHOLE: dict[str, Any] = {
    "rubric": "own",
    "title": "Own",
    "version": 1,
    "describes": "What it takes.",
    "works": ["serves"],
    "pass_mark": 60,
    "claimed_cap": 12.5,
    "reviewers": 2,
    "bands": [{"name": "good", "at_least": 50}, {"name": "bad", "at_least": 0}],
    "categories": {"api": "The API", "code": "The code"},
    "sums": {"all": {"weight": 12, "without": ["H1"]}, "api": {"weight": 3}},
    "criteria": {
        "C1": {
            "title": "One",
            "category": "api",
            "weight": 3,
            "check": "acceptance",
            "select": "C9",
            "scaled": True,
            "points": "proportion",
        },
        "Q1": {
            "title": "Two",
            "category": "code",
            "weight": 1.5,
            "check": "ruff",
            "points": {"per_finding": {"low": 0.02, "high": 0.5, "cap": 0.75}},
        },
        "Q3": {
            "title": "Three",
            "category": "code",
            "weight": 1.5,
            "check": "mypy",
            "points": {"per_thousand_lines": {"free": 2, "zero": 30, "lines": "lines"}},
        },
        "T1": {
            "title": "Four",
            "category": "code",
            "weight": 6,
            "check": "own-tests",
            "points": {"thresholds": {"measure": "a", "per": "b", "steps": [[0.5, 0.25], [1, 1]]}},
        },
        "H1": {
            "title": "Five",
            "category": "code",
            "weight": 2,
            "check": "review",
            "points": {"anchors": ["none", "some", "half", "most", "all"]},
        },
    },
    "gates": {
        "core": {
            "title": "It works",
            "check": "acceptance",
            "select": "C1",
            "at_least": 0.5,
            "band": "bad",
        }
    },
    "about": {"C1": "What earns it."},
}
OVERLAY: dict[str, Any] = {
    "rubric": "own",
    "title": "Own",
    "version": 2,
    "extends": ["base", "web"],
    "criteria": {"C1": {"times": 0.5}, "C2": {"weight": 4, "select": "C3"}},
    "gates": {"core": {"at_least": 0.75}},
}
VALUES = st.sampled_from(
    [
        *(0, 1, -1, 0.5, 7, 101, 1001, 100001, True, False, None, "", " ", "x", "C1", "mid", "a b"),
        *("proportion", "bad", "acceptance", "x" * 300, [], ["x"], [1], {}, {"x": 1}, [[1, 1]]),
    ]
)
NAMES = st.sampled_from(["x", "weight", "times", "C1", "title", "at_least", "cap", "a b", "all"])
# What no schema says: what stands in another place of the file, in another file, or in an order.
BEYOND = (
    "unknown name",  # of a band, category, criterion or rubric
    "is no category",
    "there is no such criterion",
    "there is no rubric",
    "go round in a circle",
    "bands go from the best",
    "the last band must start at 0",
    "there is already a band",
    "steps go from the lowest",
    "must be more than `free`",
    "no severity costs anything",
    "no criterion with a weight above 0",
    "must name a check, since",
    "stands beside a weight",
    "comes to a weight",
    "is missing",  # what is new in an overlay
    "must have exactly one of",  # anchors for a check, rules for people
    "unknown key 'anchors'",
    "must be keys with values, not 'p",  # `proportion` for people
    "unknown key 'per_",
    "unknown key 'thresholds'",
)


@st.composite
def spoiled(draw: st.DrawFn) -> dict[str, Any]:
    """Return a rubric to which up to three things were done."""
    document: dict[str, Any] = deepcopy(draw(st.sampled_from([WHOLE, OVERLAY])))
    for _ in range(draw(st.integers(1, 3))):
        _spoil(draw, document)
    return document


def _spoil(draw: st.DrawFn, document: Any) -> None:
    here = document
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        if not isinstance(here[key], dict | list) or draw(st.integers(0, 3)) == 0:
            break
        here = here[key]
    what = draw(st.sampled_from(["change", "change", "drop", "add"]))
    if what == "change":
        here[key] = deepcopy(draw(VALUES))
    elif what == "drop":
        del here[key]
    elif isinstance(here, dict):
        here[draw(NAMES)] = deepcopy(draw(VALUES))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
)
@given(document=spoiled())
def test_schema_and_loader_say_the_same(tmp_path: Path, document: dict[str, Any]) -> None:
    """What the schema refuses the loader refuses; what only the loader refuses is listed."""
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    by_schema = next(VALIDATOR.iter_errors(document), None)

    try:
        load_rubric(str(path))
    except UsageError as error:
        told = by_schema is not None or any(beyond in error.message for beyond in BEYOND)
        assert told, f"only the loader: {error.message}\n{json.dumps(document)}"
    else:
        assert by_schema is None, f"only the schema: {by_schema}"

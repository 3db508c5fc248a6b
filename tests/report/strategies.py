"""Hypothesis strategies: any report at all, and texts that attack."""

import dataclasses
import types
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from flaskgrade.model.report import SCHEMA_VERSION, Report
from flaskgrade.model.score import Standing
from tests.report.hostile import ATTACKS

SURROGATES = st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF, categories=["Cs"])
ANY_TEXT = st.text(st.one_of(st.characters(), SURROGATES), max_size=40)
# Pieces of attacks, glued in any order, with anything between.
HOSTILE_TEXT = st.lists(
    st.one_of(
        st.sampled_from([attack.format(url="http://evil.invalid") for attack in ATTACKS]),
        st.sampled_from(list("`|<>\\[]()!@#&~*_:\n\t \x1b\x9b\x00'\"{}%$-")),
        st.sampled_from(["```", "http://e.invalid", "www.", "@org", "#1", "GH-1", "<!--", "</"]),
        ANY_TEXT,
    ),
    min_size=1,
    max_size=6,
).map("".join)


def reports() -> st.SearchStrategy[Report]:
    """Return a strategy for reports of any shape that the types allow."""
    found: st.SearchStrategy[Report] = _of(Report)
    return found.map(_possible)


def _possible(report: Report) -> Report:
    """Return the report with what every scorecard keeps: a known schema, settled points equal."""
    criteria = tuple(
        dataclasses.replace(one, high=one.low) if one.standing is Standing.SCORED else one
        for one in report.scorecard.criteria
    )
    scorecard = dataclasses.replace(report.scorecard, criteria=criteria)
    return dataclasses.replace(report, schema=SCHEMA_VERSION, scorecard=scorecard)


@cache
def _of(hint: Any) -> st.SearchStrategy[Any]:
    if get_origin(hint) in {Union, types.UnionType}:
        inner = next(option for option in get_args(hint) if option is not types.NoneType)
        return st.none() | _of(inner)
    if get_origin(hint) is tuple:
        kinds = get_args(hint)
        if kinds[-1] is ...:
            return st.lists(_of(kinds[0]), max_size=2).map(tuple)
        return st.tuples(*(_of(kind) for kind in kinds))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        fields = {name: _of(kind) for name, kind in get_type_hints(hint).items()}
        return st.builds(hint, **fields)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    simple: dict[object, st.SearchStrategy[Any]] = {
        str: st.text(max_size=12),
        bool: st.booleans(),
        int: st.integers(-(10**9), 10**9),
        Fraction: st.fractions(min_value=-1000, max_value=1000),
    }
    return simple[hint]

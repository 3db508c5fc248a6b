"""Readers for types: JSON values to frozen dataclasses, strictly, by their type hints.

A reader for each type is made once, for a report has tens of thousands of values.
"""

import dataclasses
import re
import types
from collections.abc import Callable, Mapping
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

EXACT = "exact"
AS_IS: Mapping[str, str] = types.MappingProxyType({})
_FRACTION = re.compile(r"-?[0-9]{1,400}/[1-9][0-9]{0,399}")
_NAMES: Mapping[type, str] = types.MappingProxyType(
    {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "an object",
        types.NoneType: "null",
    }
)


def path(where: str, name: str) -> str:
    """Return the name of a field as an error shows it, such as `criteria[0].points`."""
    return f"{where}.{name}" if where else name


class Misfit(Exception):
    """Data is not what a type asks for. Its place is put together only when it is needed."""

    def __init__(self, problem: str, *steps: str | int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.steps = list(steps)

    def within(self, step: str | int) -> "Misfit":
        """Return this misfit, seen from one level further out."""
        self.steps.insert(0, step)
        return self

    def path_from(self, where: str, shown: Mapping[str, str] = AS_IS) -> str:
        """Return the name of the field, such as `criteria[0].points`."""
        for depth, step in enumerate(self.steps):
            if isinstance(step, int):
                where = f"{where}[{step}]"
            else:
                where = path(where, shown.get(step, step) if depth == 0 else step)
        return where


@cache
def reader(hint: Any) -> Callable[[object], object]:
    """Return what reads a value of a type. It raises Misfit for anything else."""
    if get_origin(hint) in {Union, types.UnionType}:
        inner = reader(next(one for one in get_args(hint) if one is not types.NoneType))
        return lambda data: None if data is None else inner(data)
    if get_origin(hint) is tuple:
        return _tuple_reader(get_args(hint))
    if dataclasses.is_dataclass(hint):
        return _dataclass_reader(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _member_reader(hint)
    return _scalar_reader(hint)


def _scalar_reader(kind: type) -> Callable[[object], object]:
    def read(data: object) -> object:
        if type(data) is not kind:
            raise Misfit(not_a(kind, data))
        return data

    return read


def _member_reader(kind: type[Enum]) -> Callable[[object], object]:
    members = {member.value: member for member in kind}

    def read(data: object) -> object:
        if not isinstance(data, str) or data not in members:
            raise Misfit(f"must be one of {', '.join(members)}")
        return members[data]

    return read


def _tuple_reader(hints: tuple[Any, ...]) -> Callable[[object], object]:
    only_text = [str] * len(hints)
    repeated = reader(hints[0]) if hints[-1] is ... else None
    fixed = () if repeated else tuple(reader(hint) for hint in hints)
    texts = all(hint is str for hint in hints)

    def read(data: object) -> object:
        if not isinstance(data, list):
            raise Misfit(not_a(list, data))
        if repeated is None and len(fixed) != len(data):
            raise Misfit(f"must have {len(fixed)} entries, not {len(data)}")
        if texts and [*map(type, data)] == only_text:  # headers, of which there are thousands
            return tuple(data)
        made: list[object] = []
        try:
            if repeated:
                for part in data:
                    made.append(repeated(part))  # noqa: PERF401 - its length says where it stopped
            else:
                for one, part in zip(fixed, data, strict=True):
                    made.append(one(part))
        except Misfit as misfit:
            raise misfit.within(len(made)) from None
        return tuple(made)

    return read


def _dataclass_reader(kind: Any) -> Callable[[object], object]:
    hints = get_type_hints(kind)
    exact = [name for name, hint in hints.items() if hint is Fraction]
    parts = [(name, reader(hint)) for name, hint in hints.items() if hint is not Fraction]
    whole = not exact  # with fractions, a document may have more: `exact`, what follows from them

    def read(data: object) -> object:
        if not isinstance(data, dict):
            raise Misfit(not_a(dict, data))
        values: dict[str, object] = {name: fraction(data, name) for name in exact}
        for name, part in parts:
            if name not in data:
                raise Misfit("is missing", name)
            try:
                values[name] = part(data[name])
            except Misfit as misfit:
                raise misfit.within(name) from None
        if whole and len(data) != len(hints):
            raise Misfit("is unknown", next(name for name in data if name not in hints))
        return kind(**values)

    return read


def fraction(fields: dict[str, Any], name: str) -> Fraction:
    """Return a field's fraction, from its number and its exact form. Raises Misfit."""
    if name not in fields:
        raise Misfit("is missing", name)
    data = fields[name]
    if isinstance(data, bool) or not isinstance(data, int | float):
        raise Misfit(f"must be a number, not {_name(data)}", name)
    exact = fields.get(EXACT, {})
    if not isinstance(exact, dict):
        raise Misfit(not_a(dict, exact), EXACT)
    if name not in exact:
        return read_number(data)
    text = exact[name]
    if type(text) is not str:
        raise Misfit(not_a(str, text), EXACT, name)
    if not _FRACTION.fullmatch(text):
        raise Misfit('must be a fraction such as "25/7"', EXACT, name)
    return Fraction(text)


def read_number(value: float) -> Fraction:
    """Return a JSON number as it is spelled."""
    return Fraction(value) if isinstance(value, int) else Fraction(repr(value))


def not_a(kind: type, data: object) -> str:
    """Return what is wrong with data that is not of a type."""
    return f"must be {_NAMES[kind]}, not {_name(data)}"


def _name(data: object) -> str:
    return _NAMES.get(type(data), type(data).__name__)

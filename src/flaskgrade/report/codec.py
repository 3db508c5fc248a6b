"""Frozen dataclasses to JSON values and back, by their type hints, exact and strict.

A fraction is written as a number, half-even to four decimals; where that is not all of it, its
object has an `exact` that maps the field's name to the fraction, such as `{"points": "25/7"}`.
"""

import dataclasses
import re
import types
from collections.abc import Mapping
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from flaskgrade.errors import UsageError
from flaskgrade.report import plain

T = TypeVar("T")
DECIMALS = 4
EXACT = "exact"
_FRACTION = re.compile(r"-?[0-9]{1,400}/[1-9][0-9]{0,399}")
_AS_IS: Mapping[str, str] = types.MappingProxyType({})
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


def wrong(where: str, problem: str) -> UsageError:
    """Return the error that says which field of a report is wrong, and how."""
    return UsageError(
        f"not a flaskgrade report: {plain.line(where, 200) or 'the document'}: "
        f"{plain.line(problem, 200)}",
        hint="Give a file that `flaskgrade grade --format json` wrote, unchanged.",
    )


def number(value: Fraction) -> int | float:
    """Return the value as a JSON number, half-even to four decimals."""
    rounded = round(value, DECIMALS)
    return rounded.numerator if rounded.denominator == 1 else float(rounded)


def fractions(values: dict[str, Fraction]) -> dict[str, Any]:
    """Return numbers by name, and under `exact` those that a number can't hold."""
    numbers: dict[str, Any] = {name: number(value) for name, value in values.items()}
    exact = {
        name: f"{value.numerator}/{value.denominator}"
        for name, value in values.items()
        if _read_number(numbers[name]) != value
    }
    return numbers | ({EXACT: exact} if exact else {})


def encode(value: object) -> Any:
    """Return a dataclass, tuple, enum or plain value as what `json.dumps` takes."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [encode(part) for part in value]
    if dataclasses.is_dataclass(value):
        held = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        exact = {name: part for name, part in held.items() if isinstance(part, Fraction)}
        return {name: encode(part) for name, part in held.items()} | fractions(exact)
    return value


def decode(kind: type[T], data: object, where: str, *, shown: Mapping[str, str] = _AS_IS) -> T:
    """Return the dataclass that was encoded; `shown` has fields that the document names otherwise.

    Raises UsageError naming the field that is wrong.
    """
    fields = mapping(data, where)
    values: dict[str, object] = {}
    for name, hint in _hints(cast("Any", kind)).items():
        if hint is Fraction:
            values[name] = fraction(fields, name, where)
        else:
            here = path(where, shown.get(name, name))
            values[name] = _value(hint, required(fields, name, where), here)
    return kind(**values)


def path(where: str, name: str) -> str:
    """Return the name of a field as an error shows it, such as `criteria[0].points`."""
    return f"{where}.{name}" if where else name


def mapping(data: object, where: str) -> dict[str, Any]:
    """Return the data if it is an object."""
    if not isinstance(data, dict):
        raise wrong(where, f"must be an object, not {_name(data)}")
    return data


def sequence(data: object, where: str) -> list[Any]:
    """Return the data if it is a list."""
    if not isinstance(data, list):
        raise wrong(where, f"must be a list, not {_name(data)}")
    return data


def required(fields: dict[str, Any], name: str, where: str) -> object:
    """Return a field that must be there."""
    if name not in fields:
        raise wrong(path(where, name), "is missing")
    return cast("object", fields[name])


def scalar(kind: type[T], data: object, where: str) -> T:
    """Return the data if it is of exactly that type: a bool is no int."""
    if type(data) is not kind:
        raise wrong(where, f"must be {_NAMES[kind]}, not {_name(data)}")
    return data


def fraction(fields: dict[str, Any], name: str, where: str) -> Fraction:
    """Return a fraction from its number and, where there is one, its exact form."""
    data = required(fields, name, where)
    if isinstance(data, bool) or not isinstance(data, int | float):
        raise wrong(path(where, name), f"must be a number, not {_name(data)}")
    exact = mapping(fields.get(EXACT, {}), path(where, EXACT))
    if name not in exact:
        return _read_number(data)
    here = path(path(where, EXACT), name)
    text = scalar(str, exact[name], here)
    if not _FRACTION.fullmatch(text):
        raise wrong(here, 'must be a fraction such as "25/7"')
    return Fraction(text)


def _read_number(value: float) -> Fraction:
    return Fraction(repr(value))


def _value(hint: Any, data: object, where: str) -> object:
    if get_origin(hint) in {Union, types.UnionType}:
        inner = next(option for option in get_args(hint) if option is not types.NoneType)
        return None if data is None else _value(inner, data, where)
    if get_origin(hint) is tuple:
        return _tuple(get_args(hint), data, where)
    if dataclasses.is_dataclass(hint):
        return decode(cast("type[object]", hint), data, where)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _member(hint, data, where)
    return scalar(hint, data, where)


def _member(kind: type[Enum], data: object, where: str) -> Enum:
    for member in kind:
        if member.value == data:
            return member
    raise wrong(where, f"must be one of {', '.join(str(member.value) for member in kind)}")


def _tuple(kinds: tuple[Any, ...], data: object, where: str) -> tuple[object, ...]:
    entries = sequence(data, where)
    if kinds[-1] is ...:
        kinds = (kinds[0],) * len(entries)
    if len(kinds) != len(entries):
        raise wrong(where, f"must have {len(kinds)} entries, not {len(entries)}")
    pairs = enumerate(zip(kinds, entries, strict=True))
    return tuple(_value(kind, entry, f"{where}[{index}]") for index, (kind, entry) in pairs)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _name(data: object) -> str:
    return _NAMES.get(type(data), type(data).__name__)

"""Frozen dataclasses to JSON values and back, by their type hints, exact and strict.

A fraction is written as a number, half-even to four decimals; where that is not all of it, its
object has an `exact` that maps the field's name to the fraction, such as `{"points": "25/7"}`.
"""

import dataclasses
from collections.abc import Mapping
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar, cast, get_type_hints

from flaskgrade.errors import UsageError
from flaskgrade.report import plain, readers
from flaskgrade.report.readers import EXACT, Misfit, path

T = TypeVar("T")
PARTS: int = 10**4


def wrong(where: str, problem: str) -> UsageError:
    """Return the error that says which field of a report is wrong, and how."""
    return UsageError(
        f"not a flaskgrade report: {plain.line(where, 200) or 'the document'}: "
        f"{plain.line(problem, 200)}",
        hint="Give a file that `flaskgrade grade --format json` wrote, unchanged.",
    )


def number(value: Fraction) -> int | float:
    """Return the value as a JSON number, half-even to four decimals."""
    parts, rest = divmod(value.numerator * PARTS, value.denominator)
    twice = 2 * rest
    if twice > value.denominator or (twice == value.denominator and parts % 2):
        parts += 1
    return parts / PARTS if parts % PARTS else parts // PARTS


def fractions(values: dict[str, Fraction]) -> dict[str, Any]:
    """Return numbers by name, and under `exact` those that a number can't hold."""
    numbers: dict[str, Any] = {name: number(value) for name, value in values.items()}
    exact = {
        name: f"{value.numerator}/{value.denominator}"
        for name, value in values.items()
        if PARTS % value.denominator or readers.read_number(numbers[name]) != value
    }
    return numbers | ({EXACT: exact} if exact else {})


def encode(value: object) -> Any:
    """Return a dataclass, tuple, enum or plain value as what `json.dumps` takes."""
    kind = type(value)
    if kind is str or value is None:
        return value
    if isinstance(value, tuple):
        return [encode(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        names, exact = _fields(cast("Any", kind))
        held = {name: encode(getattr(value, name)) for name in names}
        return held | fractions({name: held[name] for name in exact}) if exact else held
    return value


def decode(
    kind: type[T], data: object, where: str, *, shown: Mapping[str, str] = readers.AS_IS
) -> T:
    """Return the dataclass that was encoded; `shown` has fields that the document names otherwise.

    Raises UsageError naming the field that is wrong.
    """
    try:
        return cast("T", readers.reader(cast("Any", kind))(data))
    except Misfit as misfit:
        raise wrong(misfit.path_from(where, shown), misfit.problem) from None


def mapping(data: object, where: str) -> dict[str, Any]:
    """Return the data if it is an object."""
    if not isinstance(data, dict):
        raise wrong(where, readers.not_a(dict, data))
    return data


def sequence(data: object, where: str) -> list[Any]:
    """Return the data if it is a list."""
    if not isinstance(data, list):
        raise wrong(where, readers.not_a(list, data))
    return data


def required(fields: dict[str, Any], name: str, where: str) -> object:
    """Return a field that must be there."""
    if name not in fields:
        raise wrong(path(where, name), "is missing")
    return cast("object", fields[name])


def scalar(kind: type[T], data: object, where: str) -> T:
    """Return the data if it is of exactly that type: a bool is no int."""
    if type(data) is not kind:
        raise wrong(where, readers.not_a(kind, data))
    return data


def fraction(fields: dict[str, Any], name: str, where: str) -> Fraction:
    """Return a fraction from its number and, where there is one, its exact form."""
    try:
        return readers.fraction(fields, name)
    except Misfit as misfit:
        raise wrong(misfit.path_from(where), misfit.problem) from None


@cache
def _fields(kind: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a dataclass's fields, and those of them that are fractions."""
    hints = get_type_hints(kind)
    return tuple(hints), tuple(name for name, hint in hints.items() if hint is Fraction)

"""The files that a rubric is made of, and how they lie on each other; each value knows its place.

A file lies on what it `extends`: one rubric or a list of them. However many ways lead to a file, it
is laid once, where it is first needed, so that of `[mid, web]`, which both extend `base`, the base
comes first, then `mid`, then `web`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from flaskgrade.errors import UsageError
from flaskgrade.shipped import find
from flaskgrade.yamlfile import Table, Value, read_yaml

ID = r"[A-Za-z][A-Za-z0-9_-]{0,39}"
FILE_KEYS = ("rubric", "title", "version")
SHARED_KEYS = ("works", "pass_mark", "bands", "categories", "criteria")
OPTIONAL_KEYS = ("extends", "describes", "claimed_cap", "gates", "about", "sums", "reviewers")
HEAVIEST = 1000
_PLACES = 10**12  # a weight has at most twelve decimals, as a number in a file


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One file of a rubric, and the files that it extends, in its order."""

    path: Path
    top: Table
    categories: Mapping[str, Value]
    criteria: Mapping[str, Table]
    gates: Mapping[str, Table]
    about: Mapping[str, Value]
    sums: Mapping[str, Table]
    extends: "tuple[Layer, ...]" = ()


@dataclass(frozen=True, kw_only=True)
class Stack:
    """The layers of one or several rubrics, the lowest first, and what they come to together."""

    heads: tuple[Layer, ...]  # the files that were named
    layers: tuple[Layer, ...]  # these and all that they extend, each once
    top: Table
    categories: Mapping[str, Value]
    criteria: Mapping[str, Table]
    gates: Mapping[str, Table]
    about: Mapping[str, Value]
    sums: Mapping[str, Table]

    def describes(self) -> tuple[Value, ...]:
        """Return what is said of the level in words: the head's, or of all that it extends."""
        return tuple(dict.fromkeys(said for head in self.heads for said in _described(head)))

    def weight(self, criterion: str) -> Fraction:
        """Return a criterion's weight: the last that is stated, times each `times` above it.

        Raises FileError.
        """
        weight = Fraction(0)
        for value, is_factor in self.weighing(criterion):
            number = value.number(at_least=0, at_most=HEAVIEST)
            weight = weight * number if is_factor else number
            if is_factor and (weight * _PLACES).denominator != 1:
                raise value.error("comes to a weight of more than twelve decimals")
            if weight > HEAVIEST:
                raise value.error(f"comes to a weight above {HEAVIEST}")
        return weight

    def weighing(self, criterion: str) -> tuple[tuple[Value, bool], ...]:
        """Return the weights and factors that files state, the lowest first; True for a factor."""
        return tuple(
            (value, key == "times")
            for layer in self.layers
            if (table := layer.criteria.get(criterion)) is not None
            for key in ("weight", "times")
            if (value := table.get(key)) is not None
        )


def stacked(name_or_path: str, *, beside: Path = Path()) -> Stack:
    """Return the files of a rubric, or of several that are joined by `+`.

    Raises FileError with the line of what is wrong, and UsageError if there is no such rubric.
    """
    parts = (name_or_path,) if (beside / name_or_path).is_file() else name_or_path.split("+")
    heads = tuple(_layer(find("rubrics", part, beside=beside), above=()) for part in parts)
    layers = tuple({layer.path.resolve(): layer for layer in _ordered(heads)}.values())
    return Stack(
        heads=heads,
        layers=layers,
        top=_over(layer.top for layer in layers),
        categories=_last(layer.categories for layer in layers),
        criteria=_merged(layer.criteria for layer in layers),
        gates=_merged(layer.gates for layer in layers),
        about=_last(layer.about for layer in layers),
        sums=_merged(layer.sums for layer in layers),
    )


def _ordered(heads: Iterable[Layer]) -> Iterator[Layer]:
    for head in heads:
        yield from _ordered(head.extends)
        yield head


def _layer(path: Path, *, above: tuple[Path, ...]) -> Layer:
    """Return a file with what it extends; `above` are the files that led here."""
    top = read_yaml(path).table()
    top.allow(required=FILE_KEYS, optional=(*OPTIONAL_KEYS, *SHARED_KEYS))
    extends = top.get("extends")
    if extends is None:
        top.allow(
            required=(*FILE_KEYS, *SHARED_KEYS),
            optional=OPTIONAL_KEYS,
            hint="A rubric has it itself or inherits it by `extends:`.",
        )
    layer = Layer(
        path=path,
        top=top,
        categories=_named(top.get("categories")),
        criteria=_tables(top.get("criteria")),
        gates=_tables(top.get("gates")),
        about=_named(top.get("about")),
        sums=_tables(top.get("sums")),
        extends=_extended(extends, path, above) if extends is not None else (),
    )
    for table in layer.criteria.values():
        if (times := table.get("times")) is not None and table.get("weight") is not None:
            raise times.error("stands beside a weight", hint="Write what they come to.")
    return layer


def _extended(extends: Value, path: Path, above: tuple[Path, ...]) -> tuple[Layer, ...]:
    chain = (*above, path.resolve())
    named = extends.items() if extends.is_list else (extends,)
    if not named:
        raise extends.error("names no rubric")
    found = []
    for value in named:
        try:
            base = find("rubrics", value.text(), beside=path.parent)
        except UsageError as error:
            raise value.error(error.message, hint=error.hint) from error
        if base.resolve() in chain:
            circle = " → ".join(each.stem for each in (*chain, base))
            raise value.error(f"this goes round in a circle: {circle}")
        found.append(_layer(base, above=chain))
    return tuple(found)


def _described(layer: Layer) -> Iterator[Value]:
    own = layer.top.get("describes")
    if own is not None:
        yield own
    else:
        for each in layer.extends:
            yield from _described(each)


def _named(section: Value | None) -> dict[str, Value]:
    if section is None:
        return {}
    return dict(section.table().named(ID, of="an id such as C1: letters, digits, '-' and '_'"))


def _tables(section: Value | None) -> dict[str, Table]:
    return {key: value.table() for key, value in _named(section).items()}


def _last(sections: Iterable[Mapping[str, Value]]) -> dict[str, Value]:
    return {key: value for section in sections for key, value in section.items()}


def _merged(sections: Iterable[Mapping[str, Table]]) -> dict[str, Table]:
    """Return tables by name, each overridden key by key."""
    merged: dict[str, Table] = {}
    for section in sections:
        for key, table in section.items():
            merged[key] = table.over(merged[key]) if key in merged else table
    return merged


def _over(tables: Iterable[Table]) -> Table:
    lowest, *others = tables
    for table in others:
        lowest = table.over(lowest)
    return lowest

"""Read a rubric: its file, the files that it extends, and what they come to together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from flaskgrade.errors import UsageError
from flaskgrade.model.rubric import REVIEW, Band, Category, Criterion, Gate, Rubric
from flaskgrade.rubric.digest import digest
from flaskgrade.rubric.points import anchored, rule
from flaskgrade.shipped import find
from flaskgrade.yamlfile import Table, Value, read_yaml

ID = r"[A-Za-z][A-Za-z0-9_-]{0,39}"
NAME = r"[a-z0-9][a-z0-9-]{0,39}"
SELECT = r"[A-Za-z][A-Za-z0-9_:./-]{0,79}"

FILE_KEYS = ("rubric", "title", "version")
SHARED_KEYS = ("works", "pass_mark", "bands", "categories", "criteria")
OPTIONAL_KEYS = ("extends", "describes", "claimed_cap", "gates", "reviewers")
CRITERION_KEYS = ("title", "category", "weight", "check", "points")
CRITERION_OPTIONAL_KEYS = ("select", "scaled")
GATE_KEYS = ("title", "check")
GATE_OPTIONAL_KEYS = ("select", "at_least", "band")

# A check whose items each say which criteria they bear on: there, a criterion selects its own.
_ITEMS_NAME_CRITERIA = "acceptance"


def load_rubric(
    name_or_path: str, *, checks: frozenset[str] | None = None, beside: Path = Path()
) -> Rubric:
    """Return a shipped rubric by name, or the rubric of a file, overlays applied.

    A path is relative to `beside`. With `checks`, a rubric that names any other check is refused.
    Raises FileError with the line of what is wrong, and UsageError if there is no such rubric.
    """
    return _rubric(_layers(find("rubrics", name_or_path, beside=beside), above=()), checks)


@dataclass(frozen=True, kw_only=True)
class _Layer:
    """A rubric file, or several laid over each other; each value knows its file."""

    top: Table
    categories: Mapping[str, Value]
    criteria: Mapping[str, Table]
    gates: Mapping[str, Table]

    def over(self, base: "_Layer") -> "_Layer":
        """Return this laid over `base`: criteria and gates are overridden key by key."""
        return _Layer(
            top=self.top.over(base.top),
            categories={**base.categories, **self.categories},
            criteria=_tables_over(self.criteria, base.criteria),
            gates=_tables_over(self.gates, base.gates),
        )


def _tables_over(top: Mapping[str, Table], base: Mapping[str, Table]) -> dict[str, Table]:
    merged = dict(base)
    for key, table in top.items():
        merged[key] = table.over(base[key]) if key in base else table
    return merged


def _layers(path: Path, *, above: tuple[Path, ...]) -> _Layer:
    """Return the file laid over what it extends; `above` are the files that led here."""
    layer = _layer(path)
    extends = layer.top.get("extends")
    if extends is None:
        layer.top.allow(
            required=(*FILE_KEYS, *SHARED_KEYS),
            optional=OPTIONAL_KEYS,
            hint="A rubric has it itself or inherits it by `extends:`.",
        )
        return layer
    chain = (*above, path.resolve())
    try:
        base = find("rubrics", extends.text(), beside=path.parent)
    except UsageError as error:
        raise extends.error(error.message, hint=error.hint) from error
    if base.resolve() in chain:
        circle = " → ".join(each.stem for each in (*chain, base))
        raise extends.error(f"this goes round in a circle: {circle}")
    return layer.over(_layers(base, above=chain))


def _layer(path: Path) -> _Layer:
    top = read_yaml(path).table()
    top.allow(required=FILE_KEYS, optional=(*OPTIONAL_KEYS, *SHARED_KEYS))
    return _Layer(
        top=top,
        categories=_named(top.get("categories")),
        criteria={key: value.table() for key, value in _named(top.get("criteria")).items()},
        gates={key: value.table() for key, value in _named(top.get("gates")).items()},
    )


def _named(section: Value | None) -> dict[str, Value]:
    if section is None:
        return {}
    return dict(section.table().named(ID, of="an id such as C1: letters, digits, '-' and '_'"))


def _rubric(layer: _Layer, checks: frozenset[str] | None) -> Rubric:
    top = layer.top
    claimed_cap, describes = top.get("claimed_cap"), top.get("describes")
    reviewers = top.get("reviewers")
    bands = _bands(top["bands"])
    criteria = _criteria(layer, checks)
    if not criteria:
        raise top["criteria"].error("no criterion with a weight above 0 is left")
    works = tuple(_check(value, checks) for value in top["works"].items())
    for criterion in criteria:
        if criterion.scaled and not works:
            raise top["works"].error(
                f"must name a check, since criterion {criterion.id} is scaled",
                hint="`works` says which checks tell how far the thing works.",
            )
    rubric = Rubric(
        name=top["rubric"].text(NAME, of="a name: small letters, digits and '-'"),
        title=top["title"].text(),
        version=top["version"].integer(at_least=1),
        digest="",
        works=works,
        categories=tuple(
            Category(id=key, title=value.text())
            for key, value in layer.categories.items()
            if any(criterion.category == key for criterion in criteria)
        ),
        criteria=criteria,
        gates=_gates(layer, bands, checks),
        bands=bands,
        pass_mark=top["pass_mark"].number(at_least=0, at_most=100),
        claimed_cap=claimed_cap.number(at_least=0, at_most=100) if claimed_cap else Fraction(10),
        describes=describes.text(longest=2000).strip() if describes else "",
        reviewers=reviewers.integer(at_least=1, at_most=20) if reviewers else 1,
    )
    return replace(rubric, digest=digest(rubric))


def _bands(section: Value) -> tuple[Band, ...]:
    bands: list[Band] = []
    for value in section.items():
        table = value.table().allow(required=("name", "at_least"))
        band = Band(
            name=table["name"].text(longest=40),
            at_least=table["at_least"].number(at_least=0, at_most=100),
        )
        if any(band.name == other.name for other in bands):
            raise table["name"].error(f"there is already a band '{band.name}'")
        if bands and band.at_least >= bands[-1].at_least:
            raise table["at_least"].error("bands go from the best to the lowest")
        bands.append(band)
    if not bands or bands[-1].at_least != 0:
        raise section.error("the last band must start at 0, so that every total has one")
    return tuple(bands)


def _criteria(layer: _Layer, checks: frozenset[str] | None) -> tuple[Criterion, ...]:
    """Return the criteria that count; all are read, so that a dropped one has no errors either."""
    hint = f"A criterion that is not inherited needs {', '.join(CRITERION_KEYS)}."
    criteria = []
    for key, table in layer.criteria.items():
        table.allow(required=CRITERION_KEYS, optional=CRITERION_OPTIONAL_KEYS, hint=hint)
        select, scaled = table.get("select"), table.get("scaled")
        check = _check(table["check"], checks | {REVIEW} if checks is not None else None)
        own = key if check == _ITEMS_NAME_CRITERIA else None
        criterion = Criterion(
            id=key,
            title=table["title"].text(),
            category=table["category"].choice(layer.categories),
            weight=table["weight"].number(at_least=0, at_most=1000),
            check=check,
            rule=(anchored if check == REVIEW else rule)(table["points"]),
            select=_select(select) if select else own,
            scaled=scaled.flag() if scaled else False,
        )
        if criterion.weight > 0:
            criteria.append(criterion)
    return tuple(criteria)


def _gates(
    layer: _Layer, bands: tuple[Band, ...], checks: frozenset[str] | None
) -> tuple[Gate, ...]:
    hint = f"A gate that is not inherited needs {', '.join(GATE_KEYS)}."
    gates = []
    for key, table in layer.gates.items():
        table.allow(required=GATE_KEYS, optional=GATE_OPTIONAL_KEYS, hint=hint)
        select, at_least, band = table.get("select"), table.get("at_least"), table.get("band")
        gate = Gate(
            id=key,
            title=table["title"].text(),
            check=_check(table["check"], checks),
            at_least=at_least.number(at_least=0, at_most=1) if at_least else Fraction(1),
            select=_select(select) if select else None,
            band=band.choice(each.name for each in bands) if band else None,
        )
        if gate.at_least > 0:
            gates.append(gate)
    return tuple(gates)


def _check(value: Value, checks: frozenset[str] | None) -> str:
    if checks is not None:
        return value.choice(checks)
    return value.text(NAME, of="the name of a check")


def _select(value: Value) -> str:
    return value.text(SELECT, of="a criterion's id or the start of a finding's code")

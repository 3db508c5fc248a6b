"""Read a rubric: its file, the files that it extends, and what they come to together."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from flaskgrade.model.rubric import REVIEW, Band, Category, Criterion, Gate, Rubric
from flaskgrade.rubric.digest import digest
from flaskgrade.rubric.layers import Stack, stacked
from flaskgrade.rubric.points import anchored, rule
from flaskgrade.rubric.stated import explanations, stated_sums
from flaskgrade.yamlfile import Table, Value

NAME = r"[a-z0-9][a-z0-9-]{0,39}"
NAMES = rf"{NAME}(\+{NAME})*"
SELECT = r"[A-Za-z][A-Za-z0-9_:./-]{0,79}"

CRITERION_KEYS = ("title", "category", "weight", "check", "points")
CRITERION_OPTIONAL_KEYS = ("select", "scaled", "times")
GATE_KEYS = ("title", "check")
GATE_OPTIONAL_KEYS = ("select", "at_least", "band")

# A check whose items each say which criteria they bear on: there, a criterion selects its own.
_ITEMS_NAME_CRITERIA = "acceptance"


def load_rubric(
    name_or_path: str, *, checks: frozenset[str] | None = None, beside: Path = Path()
) -> Rubric:
    """Return a shipped rubric by name, or the rubric of a file, overlays applied.

    Several joined by `+`, such as `mid+web`, are laid over each other in that order. A path is
    relative to `beside`. With `checks`, a rubric that names any other check is refused.
    Raises FileError with the line of what is wrong, and UsageError if there is no such rubric.
    """
    return composed(stacked(name_or_path, beside=beside), checks=checks)


def composed(stack: Stack, *, checks: frozenset[str] | None = None) -> Rubric:
    """Return what the files of a rubric come to. Raises FileError."""
    top = stack.top
    claimed_cap, reviewers = top.get("claimed_cap"), top.get("reviewers")
    bands = _bands(top["bands"])
    criteria = _criteria(stack, checks)
    if not criteria:
        raise top["criteria"].error("no criterion with a weight above 0 is left")
    titles = {key: value.text() for key, value in stack.categories.items()}
    explanations(stack)
    stated_sums(stack)
    works = tuple(_check(value, checks) for value in top["works"].items())
    for criterion in criteria:
        if criterion.scaled and not works:
            raise top["works"].error(
                f"must name a check, since criterion {criterion.id} is scaled",
                hint="`works` says which checks tell how far the thing works.",
            )
    rubric = Rubric(
        name="+".join(
            head.top["rubric"].text(NAMES, of="a name: small letters, digits and '-'")
            for head in stack.heads
        ),
        title=", ".join(head.top["title"].text() for head in stack.heads),
        # Of several, the sum: it rises whenever one of theirs does.
        version=sum(head.top["version"].integer(at_least=1) for head in stack.heads),
        digest="",
        works=works,
        categories=tuple(
            Category(id=key, title=title)
            for key, title in titles.items()
            if any(criterion.category == key for criterion in criteria)
        ),
        criteria=criteria,
        gates=_gates(stack, bands, checks),
        bands=bands,
        pass_mark=top["pass_mark"].number(at_least=0, at_most=100),
        claimed_cap=claimed_cap.number(at_least=0, at_most=100) if claimed_cap else Fraction(10),
        describes=" ".join(said.text(longest=2000).strip() for said in stack.describes()),
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


def _criteria(stack: Stack, checks: frozenset[str] | None) -> tuple[Criterion, ...]:
    """Return the criteria that count; all are read, so that a dropped one has no errors either."""
    hint = f"A criterion that is not inherited needs {', '.join(CRITERION_KEYS)}."
    criteria = []
    for key, table in stack.criteria.items():
        _refuse_unknown(stack, "criteria", stack.criteria, key, hint)
        table.allow(required=CRITERION_KEYS, optional=CRITERION_OPTIONAL_KEYS, hint=hint)
        select, scaled = table.get("select"), table.get("scaled")
        check = _check(table["check"], checks | {REVIEW} if checks is not None else None)
        criterion = Criterion(
            id=key,
            title=table["title"].text(),
            category=table["category"].choice(stack.categories),
            weight=stack.weight(key),
            check=check,
            rule=(anchored if check == REVIEW else rule)(table["points"]),
            select=_select(select) if select else own_select(key, check),
            scaled=scaled.flag() if scaled else False,
        )
        if criterion.weight > 0:
            criteria.append(criterion)
    return tuple(criteria)


def own_select(criterion: str, check: str) -> str | None:
    """Return what a criterion selects that does not say it."""
    return criterion if check == _ITEMS_NAME_CRITERIA else None


def _gates(
    stack: Stack, bands: tuple[Band, ...], checks: frozenset[str] | None
) -> tuple[Gate, ...]:
    hint = f"A gate that is not inherited needs {', '.join(GATE_KEYS)}."
    gates = []
    for key, table in stack.gates.items():
        _refuse_unknown(stack, "gates", stack.gates, key, hint)
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


def _refuse_unknown(
    stack: Stack, section: str, merged: Mapping[str, Table], key: str, hint: str
) -> None:
    """Raise FileError where an overlay changes what nothing below it has: a name that is mistyped.

    What is new has a title, at least.
    """
    if len(stack.layers) == 1 or "title" in merged[key].entries:
        return
    known = [name for name, table in merged.items() if "title" in table.entries]
    for layer in stack.layers:
        named = layer.top.get(section)
        if named is not None and key in (entries := named.table().entries):
            inherited = f" Inherited are {', '.join(known)}."
            entries[key].key.choice(known, hint=f"{hint}{inherited}")


def _check(value: Value, checks: frozenset[str] | None) -> str:
    if checks is not None:
        return value.choice(checks)
    return value.text(NAME, of="the name of a check")


def _select(value: Value) -> str:
    return value.text(SELECT, of="a criterion's id or the start of a finding's code")

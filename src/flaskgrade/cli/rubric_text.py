"""A rubric in words and columns, for `flaskgrade rubric show` and `diff`."""

import textwrap
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from flaskgrade.model.rubric import Criterion, Rubric
from flaskgrade.rubric.diff import Difference, Said, Weighed
from flaskgrade.rubric.layers import Stack
from flaskgrade.rubric.weights import plain
from flaskgrade.rubric.words import gate_in_words, rule_in_words, works_in_words
from flaskgrade.yamlfile import Table, Value

WIDTH = 100
INDENT = 24
COLUMN = 16
REST = WIDTH - 2 * COLUMN - 10
SCALED = "×"
CLAIMED = "what code of the candidate's reports earns"
NOTHING = "–"


def shown(rubric: Rubric, stack: Stack, points: Mapping[str, Fraction]) -> str:
    """Return what a rubric comes to, and which file says so; `points` are of what is shown."""
    head = (*_head(rubric, stack), "", *_values(rubric, stack))
    return "\n".join((*head, *_weighed(rubric, stack, points), *_gates(rubric, stack))) + "\n"


def _head(rubric: Rubric, stack: Stack) -> Iterator[str]:
    yield f"{rubric.title} ({rubric.name}, version {rubric.version})"
    yield from _wrapped(rubric.describes, 2)
    yield ""
    for layer in stack.layers:
        yield f"  {'files' if layer is stack.layers[0] else '':<10} {layer.path}"


def _values(rubric: Rubric, stack: Stack) -> Iterator[str]:
    bands = ", ".join(f"{band.name} from {plain(band.at_least)}" for band in rubric.bands)
    for key, name, said in (
        ("pass_mark", "pass mark", f"{plain(rubric.pass_mark)} of 100"),
        ("bands", "bands", bands),
        ("claimed_cap", "claims", f"{CLAIMED} {plain(rubric.claimed_cap)} at most"),
        ("works", SCALED, f"counts as far as the app works: {works_in_words(rubric)}"),
    ):
        value = stack.top.get(key)
        at = f"  [{_at(value)}]" if value is not None else ""
        first, *others = _wrapped(f"{said}{at}", 13)
        yield f"  {name:<10} {first.strip()}"
        yield from others


def _weighed(rubric: Rubric, stack: Stack, points: Mapping[str, Fraction]) -> Iterator[str]:
    for category in rubric.categories:
        criteria = [
            one for one in rubric.criteria if one.category == category.id and one.id in points
        ]
        if criteria:
            total = sum((points[one.id] for one in criteria), Fraction(0))
            yield ""
            yield f"{_points(total)}    {category.title}"
        for one in criteria:
            mark = SCALED if one.scaled else " "
            yield f"{_points(points[one.id])} {mark}  {one.id:<{INDENT - 11}} {one.title}"
            yield from _wrapped(rule_in_words(one, points[one.id]), INDENT)
            yield f"{'':{INDENT}}[{_said_by(one, stack)}]"


def _said_by(criterion: Criterion, stack: Stack) -> str:
    """Return where a criterion's values stand: that of the weight first, and what changed it."""
    weighing = [
        f"{_at(value)} (× {plain(value.number())})" if is_factor else _at(value)
        for value, is_factor in stack.weighing(criterion.id)
    ]
    last = max(n for n, (_, is_factor) in enumerate(stack.weighing(criterion.id)) if not is_factor)
    table = stack.criteria[criterion.id]
    others = (_at(table[key]) for key in ("title", "category", "check", "points"))
    said = list(dict.fromkeys(each for each in others if each not in weighing[last:]))
    return f"weight {', '.join(weighing[last:])}" + (f"; else {', '.join(said)}" if said else "")


def _gates(rubric: Rubric, stack: Stack) -> Iterator[str]:
    if rubric.gates:
        yield ""
        yield "Gates"
    for gate in rubric.gates:
        yield f"  {gate.id:<{INDENT - 3}} {gate.title}"
        yield from _wrapped(gate_in_words(gate, rubric.bands), INDENT)
        yield f"{'':{INDENT}}[{_places(stack.gates[gate.id])}]"


def _places(table: Table) -> str:
    return ", ".join(dict.fromkeys(_at(entry.value) for entry in table.entries.values()))


def _at(value: Value) -> str:
    return f"{value.path.name}:{value.line}"


def compared(names: tuple[str, str], found: Difference) -> str:
    """Return how two rubrics of these names differ."""
    if found.is_none:
        return f"{names[0]} and {names[1]} say the same.\n"
    return "\n".join(_differing(names, found)) + "\n"


def _differing(names: tuple[str, str], found: Difference) -> Iterator[str]:
    one, other = (_cut(Path(name).name, COLUMN) for name in names)
    yield f"{'points of 100':<{REST}}{one:>{COLUMN}}{other:>{COLUMN}}"
    for row in found.categories:
        yield _row(row, row.title)
    told = [row for row in found.criteria if not row.kept]
    kept = len(found.criteria) - len(told)
    if told:
        yield ""
    for row in told:
        yield _row(row, f"{row.id:<13} {row.title}")
        for said in row.otherwise:
            yield from _wrapped(said, 14)
    if kept:
        yield f"{kept} more keep their weights, and so their points to each other."
    for title, parts in (("Gates", found.gates), ("Bands", found.bands), ("Else", found.rest)):
        if parts:
            yield ""
            yield title
        for part in parts:
            yield from _said(part, names)


def _row(row: Weighed, name: str) -> str:
    before, after = row.points
    change = f"{float(after - before):+.2f}" if before is not None and after is not None else ""
    columns = f"{_points(before):>{COLUMN}}{_points(after):>{COLUMN}}"
    return f"{_cut(name, REST):<{REST}}{columns}{change:>10}".rstrip()


def _cut(text: str, width: int) -> str:
    return text if len(text) < width else f"{text[: width - 2]}…"


def _said(part: Said, names: tuple[str, str]) -> Iterator[str]:
    yield f"  {part.name}"
    for name, words in zip(names, part.words, strict=True):
        yield from _wrapped(f"{name}: {words or NOTHING}", 4)


def _points(points: Fraction | None) -> str:
    return NOTHING if points is None else f"{float(points):6.2f}"


def _wrapped(text: str, indent: int) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent)

"""Several reports side by side, for a terminal: a column per candidate, or a list where narrow."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from flaskgrade.model.comparison import Candidate, Comparison
from flaskgrade.report import plain, view
from flaskgrade.report.terminal import printed

TEXT_LIMIT = 2000
_STYLE = {True: "green", False: "red", None: "yellow"}
_WORD = {True: "pass", False: "fail", None: "undecided"}
_FIXED = 44  # columns that candidate, total and band need beside the categories
_PER_CATEGORY = 13


def render(comparison: Comparison, *, width: int, color: bool) -> str:
    """Return the comparison for a terminal of `width` columns: one row per candidate.

    Where the categories don't fit beside each other, each candidate gets its own lines.
    """
    shown = plain.cleaned(comparison, TEXT_LIMIT)
    fits = width >= _FIXED + _PER_CATEGORY * len(shown.categories)
    body = [_table(shown)] if fits else list(_list(shown))
    return printed(Group(*_notes(shown), *body), width=width, color=color)


def _notes(comparison: Comparison) -> Iterator[RenderableType]:
    if comparison.mixed:
        yield Text("Not graded alike, so points do not compare:", style="bold yellow")
        yield from (Text(f"  {plain.line(one, 300)}", style="yellow") for one in comparison.mixed)
        yield Text()


def _table(comparison: Comparison) -> Table:
    table = Table(box=None, expand=True, padding=(0, 1), header_style="bold")
    table.add_column("Candidate", ratio=1)
    table.add_column("Total", justify="right", no_wrap=True)
    table.add_column("Band")
    for category in comparison.categories:
        table.add_column(Text(plain.line(category.title, 40)), justify="right")
    for candidate in comparison.candidates:
        cells = [
            Text(_points(comparison, candidate, category.id)) for category in comparison.categories
        ]
        table.add_row(_name(candidate), _total(candidate), _band(candidate), *cells)
    return table


def _list(comparison: Comparison) -> Iterator[RenderableType]:
    for candidate in comparison.candidates:
        table = Table(box=None, show_header=False, expand=True, padding=(0, 1))
        table.add_column(style="dim")
        table.add_column(ratio=1)
        table.add_row(Text("Candidate"), _name(candidate))
        table.add_row(Text("Total"), _total(candidate))
        table.add_row(Text("Band"), _band(candidate))
        for category in comparison.categories:
            title = Text(plain.line(category.title, 40))
            table.add_row(title, Text(_points(comparison, candidate, category.id)))
        yield table
        yield Text()


def _name(candidate: Candidate) -> Text:
    words = Text(plain.line(candidate.title, 120), style="bold")
    words.append(f"\n{plain.line(candidate.pinned[:10], 10)}", style="not bold dim")
    for gate in candidate.broken_gates:
        words.append(f"\n✘ {plain.line(gate, 120)}", style="not bold red")
    return words


def _total(candidate: Candidate) -> Text:
    total = view.interval(view.total(candidate.low), view.total(candidate.high))
    words = Text(total, style="bold")
    words.append(f" / {view.points(candidate.of)}", style="not bold dim")
    words.append(f"\n{_WORD[candidate.passed]}", style=_STYLE[candidate.passed])
    return words


def _band(candidate: Candidate) -> Text:
    ends = dict.fromkeys((candidate.band_low, candidate.band_high))
    return Text(plain.line(" to ".join(ends), 80))


def _points(comparison: Comparison, candidate: Candidate, category: str) -> str:
    found = comparison.points(candidate, category)
    if found is None:
        return view.DASH
    earned = view.interval(view.points(found.low), view.points(found.high))
    return f"{earned} / {view.points(found.of)}"

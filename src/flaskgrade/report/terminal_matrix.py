"""A kill matrix for a terminal: a row per variant, a column per criterion, and what was wrong."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from flaskgrade.model.verification import Matrix, Trial
from flaskgrade.report import matrix_view, plain
from flaskgrade.report.terminal import printed

TEXT_LIMIT = 1200
MARKS = {
    "lost": ("●", "green"),
    "extra": ("!", "bold red"),
    "kept": ("○", "bold red"),
    "open": ("?", "yellow"),
    "": ("·", "dim"),
}
NAME = 34


def render(matrix: Matrix, *, width: int, color: bool) -> str:
    """Return the matrix for a terminal of `width` columns; where it is narrower, lists."""
    shown = plain.cleaned(matrix, TEXT_LIMIT)
    return printed(Group(*_body(shown, width)), width=width, color=color)


def _body(matrix: Matrix, width: int) -> Iterator[RenderableType]:
    style = "bold green" if matrix.holds and not matrix.is_open else "bold red"
    yield Text(f"{matrix.title} · version {matrix.version} · {matrix.backend}", style="bold")
    yield Text(matrix_view.verdict(matrix), style="bold yellow" if _only_open(matrix) else style)
    for title, trials in matrix_view.groups(matrix):
        yield Text()
        yield Text(title, style="bold")
        for one in trials:
            yield _line(one)
    found = matrix_view.variants(matrix)
    if found:
        yield Text()
        yield Text(
            "Each variant loses what it says (●), and nothing else (!); ○ is claimed and not lost",
            style="bold",
        )
        needed = NAME + sum(len(criterion) + 2 for criterion, _ in matrix.criteria)
        if width >= needed:
            yield _table(matrix, found)
        for one in found:
            if width < needed or one.problems or one.open:
                yield _line(one)
    for problem in matrix.problems:
        yield Text(f"✗ {plain.line(problem, 400)}", style="red")
    if matrix.untested:
        yield Text()
        yield Text(f"No variant loses {', '.join(matrix.untested)}: untested", style="bold red")


def _only_open(matrix: Matrix) -> bool:
    return matrix.holds and matrix.is_open


def _line(one: Trial) -> Text:
    mark, style = ("✓", "green")
    if one.open:
        mark, style = "?", "yellow"
    elif one.problems:
        mark, style = "✗", "red"
    text = Text(f"  {mark} ", style=style)
    text.append(f"{plain.line(one.claim.title, 60):<{NAME - 1}} ", style="default")
    return text.append(plain.line(matrix_view.outcome(one), TEXT_LIMIT), style=style)


def _table(matrix: Matrix, variants: tuple[Trial, ...]) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="bold")
    table.add_column("variant", no_wrap=True, min_width=NAME - 4)
    for criterion, _ in matrix.criteria:
        table.add_column(criterion, justify="center", no_wrap=True)
    for one in variants:
        marks = [MARKS[matrix_view.cell(one, criterion)] for criterion, _ in matrix.criteria]
        table.add_row(
            Text(plain.line(one.claim.name, NAME), style="red" if one.problems else "default"),
            *(Text(mark, style=style) for mark, style in marks),
        )
    return table

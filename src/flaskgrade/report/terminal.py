"""The report for a terminal: the outcome first, then where points were lost, then what was graded.

Texts enter as `rich.text.Text`, never as markup, so that brackets in them stay brackets.
"""

from collections.abc import Iterator
from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from flaskgrade.model.evidence import Exchange, Finding, Item, Severity
from flaskgrade.model.report import Report
from flaskgrade.model.score import CriterionScore, GateResult, Scorecard, Standing
from flaskgrade.report import plain, review_view, view

TEXT_LIMIT = 2000
FINDINGS = 12
TESTS = 10
BAR = 16
_NARROW = 72  # below, the bars give their room to the reasons
_SEVERITY_STYLE = {
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}


def render(report: Report, *, width: int, color: bool) -> str:
    """Return the report for a terminal of `width` columns; without colour, no escape sequence."""
    shown = plain.cleaned(report, TEXT_LIMIT)
    return printed(Group(*_parts(shown, width)), width=width, color=color)


def printed(content: RenderableType, *, width: int, color: bool) -> str:
    """Return what rich makes of the content, whatever the process environment says."""
    buffer = StringIO()
    console = Console(
        file=buffer,
        width=max(width, 20),
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
        _environ={},
    )
    console.print(content)
    return "".join(f"{line.rstrip()}\n" for line in buffer.getvalue().split("\n")).rstrip() + "\n"


def _parts(report: Report, width: int) -> Iterator[RenderableType]:
    score = report.scorecard
    yield Rule(Text(plain.line(report.title, 120), style="bold"), characters="━", style="dim")
    yield from _headline(score, report)
    if score.gates:
        yield _heading("Gates")
        yield _gates(score.gates)
    for category in view.categories(report):
        yield _category(category, width)
    if failed := view.failed_items(report):
        yield _heading(f"Failed tests and steps ({len(failed)})")
        yield from (_item(item) for _, item in failed[:TESTS])
        yield from _more(len(failed) - TESTS)
    if findings := view.worst_findings(report):
        yield _heading(f"Findings, gravest first ({len(findings)})")
        yield _findings(findings[:FINDINGS])
        yield from _more(len(findings) - FINDINGS)
    if unknown := view.not_assessed(report):
        yield _heading("Not assessed")
        yield _note("No fault of the submission; these points are open, not lost.")
        yield from (_open_points(one) for one in unknown)
    if awaiting := review_view.awaiting(report):
        yield _heading("Awaiting review")
        yield _note("For people to mark; these points are open, not lost.")
        yield from (_open_points(one) for one in awaiting)
    if history := review_view.history(report):
        yield _heading("What people said")
        yield from (_said(one) for one in history)
    yield _heading("What was graded")
    yield _facts(report)


def _headline(score: Scorecard, report: Report) -> Iterator[RenderableType]:
    style = _verdict_style(score)
    line = Text("\n ")
    line.append(view.total_interval(score), style=f"bold {style}")
    line.append(f" of {view.points(score.of)}", style="bold")
    line.append(f"   {plain.line(view.band(score), 80)}   ", style="bold")
    line.append(f" {view.verdict(score)} ", style=f"bold reverse {style}")
    yield line
    yield _note(view.why(score))
    if score.works is not None and report.provenance.exercise is not None:
        yield _note(f"{view.total(score.works * 100)} % of the asked-for behaviour works.")
    if score.low != score.high:
        because = review_view.why_open(score, "something was not assessed")
        yield _note(f"The total is an interval because {because}; see below.")


def _gates(gates: tuple[GateResult, ...]) -> Table:
    table = _table()
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for gate in gates:
        words = Text(plain.line(gate.title, 200), style="bold")
        words.append(f"  {plain.line(gate.reason, 400)}", style="not bold")
        table.add_row(_gate_sign(gate), words)
    return table


def _gate_sign(gate: GateResult) -> Text:
    if gate.holds is None:
        return Text("? open", style="yellow")
    return Text("✔ holds", style="green") if gate.holds else Text("✘ fails", style="bold red")


def _category(category: view.CategoryView, width: int) -> RenderableType:
    table = _table()
    table.add_column(no_wrap=True, max_width=8, overflow="ellipsis")
    table.add_column(ratio=1)
    if width >= _NARROW:
        table.add_column(no_wrap=True, width=BAR)
    table.add_column(no_wrap=True, justify="right")
    for criterion in category.criteria:
        score = criterion.score
        words = Text(plain.line(score.title, 200))
        if score.claimed:
            words.append(" (claimed)", style="magenta")
        if score.automatic is not None:
            words.append(" (overridden)", style="magenta")
        words.append(f"\n{plain.line(score.reason, 400)}", style="dim")
        row = [Text(plain.line(score.id, 20), style="bold"), words]
        if width >= _NARROW:
            row.append(_bar(score))
        table.add_row(*row, _points(score))
    title = f"{plain.line(category.title, 80)}  {view.category_points(category)}"
    return Group(_heading(title), table)


def _bar(score: CriterionScore) -> Text:
    """Return a bar: full what is earned, hatched what is open, and nothing for what is lost."""
    if score.standing is Standing.NOT_APPLICABLE:
        return Text("·" * BAR, style="dim")
    full = int(view.share(score.low, score.of) * BAR / 100)
    reach = int(view.share(score.high, score.of) * BAR / 100)
    style = "green" if full == BAR else "yellow" if full else "red"
    bar = Text("█" * full, style=style)
    bar.append("▒" * (reach - full), style="blue")
    bar.append("░" * (BAR - reach), style="dim")
    return bar


def _points(score: CriterionScore) -> Text:
    if score.standing is Standing.NOT_APPLICABLE:
        return Text("not applicable", style="dim")
    earned = view.interval(view.points(score.low), view.points(score.high))
    amount = Text(f"{earned} / {view.points(score.of)}", style="bold")
    if score.standing in {Standing.NOT_ASSESSED, Standing.AWAITING}:
        amount.append(f"\n{score.standing.value}", style="blue")
    return amount


def _item(item: Item) -> RenderableType:
    words = Text(plain.line(item.title, 200), style="bold")
    if item.location:
        words.append(f"  {plain.line(str(item.location), 200)}", style="not bold cyan")
    details = [Text(plain.line(item.message, 300))] if item.message else []
    shown = [part for exchange in item.exchanges[-2:] for part in _exchange(exchange)]
    return _marked(Text("✘", style="bold red"), words, *details, *shown)


def _exchange(exchange: Exchange) -> Iterator[RenderableType]:
    answer = "no answer" if exchange.status is None else str(exchange.status)
    words = Text(plain.line(f"{exchange.method} {exchange.path}", 160), style="cyan")
    words.append(f"  {answer}", style="bold")
    words.append(f"  {view.duration(exchange.milliseconds)}", style="dim")
    signed = (
        (">", exchange.request_body),
        ("<", exchange.response_body),
        ("!", exchange.error or ""),
    )
    bodies = [
        _marked(Text(sign, style="dim"), Text(plain.line(body, 160), style="dim"))
        for sign, body in signed
        if body.strip()
    ]
    yield _marked(Text("→", style="cyan"), words, *bodies)


def _findings(findings: tuple[Finding, ...]) -> Table:
    table = _table()
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for finding in findings:
        words = Text()
        if finding.location:
            words.append(plain.line(str(finding.location), 160), style="cyan")
            words.append("  ")
        words.append(plain.line(finding.message, 300))
        words.append(f"  {plain.line(finding.code, 80)}", style="dim")
        severity = Text(finding.severity.value, style=_SEVERITY_STYLE[finding.severity])
        table.add_row(severity, words)
    return table


def _open_points(score: CriterionScore) -> RenderableType:
    words = Text(f"{plain.line(score.id, 20)} {plain.line(score.title, 200)}", style="bold")
    open_points = view.points(score.high - score.low)
    words.append(f"  {open_points} of {view.points(score.of)} open", style="not bold blue")
    return _marked(Text("?", style="blue"), words, Text(plain.line(score.reason, 400)))


def _said(one: review_view.Said) -> RenderableType:
    words = Text(f"{plain.line(one.criterion, 20)} {plain.line(one.title, 200)}", style="bold")
    words.append(f"  {plain.line(one.what, 400)}", style="not bold")
    by = Text(plain.line(f"{one.who}, {one.day}", 100), style="dim")
    why = [Text(plain.line(one.why, 400))] if one.why else []
    return _marked(Text("•", style="magenta"), words, *why, by)


def _facts(report: Report) -> Table:
    table = _table()
    table.add_column(no_wrap=True, style="dim")
    table.add_column(ratio=1)
    for label, value in view.facts(report):
        table.add_row(Text(label), Text(plain.line(value, 200)))
    return table


def _more(count: int) -> Iterator[RenderableType]:
    if count > 0:
        yield _note(f"and {count:,} more, in the HTML and JSON reports")


def _heading(words: str) -> Text:
    return Text(f"\n{words}", style="bold underline")


def _marked(sign: Text, *content: RenderableType) -> Table:
    """Return content behind a sign; what wraps stays in its column and can't pose as ours."""
    table = _table()
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    table.add_row(sign, Group(*content))
    return table


def _note(words: str) -> Padding:
    return Padding(Text(words, style="dim"), (0, 1))


def _table() -> Table:
    return Table(box=None, show_header=False, expand=True, padding=(0, 1), pad_edge=True)


def _verdict_style(score: Scorecard) -> str:
    if score.passed is None:
        return "yellow"
    return "green" if score.passed else "red"

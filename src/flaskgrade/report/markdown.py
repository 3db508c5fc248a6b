"""The report as a comment on a pull request: GitHub-flavoured Markdown of bounded length.

Bodies of requests and responses are left out: a comment is often read by the candidate, too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flaskgrade.model.evidence import Evidence, Exchange, Finding, Item, Status
from flaskgrade.model.report import Report
from flaskgrade.model.score import CriterionScore, GateResult, Standing
from flaskgrade.report import plain, review_view, view
from flaskgrade.report.inert import block, code, prose

LENGTH_LIMIT = 60_000  # characters; GitHub takes 65,536
TEXT_LIMIT = 8000
OUTPUT = 1500
BAR = 10
_CRITERIA = "| | Criterion | Points | Why |\n| --- | --- | --: | --- |\n"
_SAID = "| Criterion | Said | Why | Who |\n| --- | --- | --- | --- |\n"
_FINDINGS = "| Severity | Place | Finding | Code |\n| --- | --- | --- | --- |\n"
_CUT = "\n_Cut here to fit; the HTML and JSON reports have the rest._\n"


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the comment: what comes before and after its pieces; none without any."""

    start: str
    pieces: tuple[str, ...]
    end: str = ""


def render(report: Report) -> str:
    """Return the report as Markdown of at most `LENGTH_LIMIT` characters."""
    return within(report, LENGTH_LIMIT)


def within(report: Report, limit: int) -> str:
    """Return the report as Markdown of at most `limit` characters."""
    return _fitted(_sections(plain.cleaned(report, TEXT_LIMIT)), limit)


def _fitted(sections: Iterable[Section], limit: int) -> str:
    """Join sections while there is room; where it ends, the section is closed and a note added."""
    text = ""
    room = limit - len(_CUT)
    for section in sections:
        if not section.pieces:
            continue
        if len(text) + len(section.start) + len(section.end) > room:
            return text + _CUT
        text += section.start
        for piece in section.pieces:
            if len(text) + len(piece) + len(section.end) > room:
                return text + section.end + _CUT
            text += piece
        text += section.end
    return text


def _sections(report: Report) -> Iterator[Section]:
    yield Section(start="", pieces=_headline(report))
    gates = tuple(_gate(gate) for gate in report.scorecard.gates)
    yield Section(start="\n| Gate | Holds | Why |\n| --- | --- | --- |\n", pieces=gates)
    categories = tuple(_category(category) for category in view.categories(report))
    yield Section(start="\n| Category | Points | |\n| --- | --: | --- |\n", pieces=categories)
    unknown = view.not_assessed(report)
    yield _folded(
        f"Not assessed ({len(unknown)}): open, not lost, and no fault of the submission",
        tuple(_criterion(score) for score in unknown),
        table=_CRITERIA,
        shown=True,
    )
    awaiting = review_view.awaiting(report)
    yield _folded(
        f"Awaiting review ({len(awaiting)}): open, not lost, until people have marked it",
        tuple(_criterion(score) for score in awaiting),
        table=_CRITERIA,
        shown=True,
    )
    said = tuple(_said(one) for one in review_view.history(report))
    yield _folded(f"What people said ({len(said)})", said, table=_SAID)
    scores = report.scorecard.criteria
    criteria = tuple(_criterion(score) for score in scores)
    yield _folded(f"Criteria ({len(scores)})", criteria, table=_CRITERIA)
    failed = tuple(_failed(item) for _, item in view.failed_items(report))
    yield _folded(f"Failed tests and steps ({len(failed)})", failed)
    findings = tuple(_finding(finding) for finding in view.worst_findings(report))
    yield _folded(f"Findings ({len(findings)})", findings, table=_FINDINGS)
    yield _folded("Commands of failed checks", tuple(_commands(report.evidence)))
    facts = tuple(f"| {label} | {code(value, 200)} |\n" for label, value in view.facts(report))
    yield _folded("What was graded", facts, table="| | |\n| --- | --- |\n")


def _folded(
    title: str, pieces: tuple[str, ...], *, table: str = "", shown: bool = False
) -> Section:
    start = f"\n<details{' open' if shown else ''}>\n<summary>{title}</summary>\n\n{table}"
    return Section(start=start, pieces=pieces, end="\n</details>\n")


def _headline(report: Report) -> tuple[str, ...]:
    score = report.scorecard
    sign = {True: "✅", False: "❌", None: "❔"}[score.passed]
    commit = report.provenance.commit
    total = f"{view.total_interval(score)} of {view.points(score.of)}"
    lines = [
        f"## {sign} {total} · {view.verdict(score)} · {prose(view.band(score), 80)}\n\n",
        f"**Report** for {prose(report.title, 120)}",
        f" at {code(commit[:10], 10)}" if commit else "",
        f"\n\n{view.why(score)}",
    ]
    if score.works is not None and report.provenance.exercise is not None:
        lines.append(f" {view.total(score.works * 100)} % of the asked-for behaviour works.")
    return (*lines, "\n")


def _gate(gate: GateResult) -> str:
    holds = {True: "✅ yes", False: "❌ no", None: "❔ not assessed"}[gate.holds]
    return f"| {prose(gate.title, 120)} | {holds} | {prose(gate.reason, 200)} |\n"


def _category(category: view.CategoryView) -> str:
    full = int(view.share(category.low, category.of) * BAR / 100)
    reach = int(view.share(category.high, category.of) * BAR / 100)
    bar = "█" * full + "▒" * (reach - full) + "░" * (BAR - reach) if category.of else ""
    earned = view.category_points(category)
    return f"| {prose(category.title, 80)} | {earned} | {code(bar, BAR)} |\n"


def _criterion(score: CriterionScore) -> str:
    earned = view.interval(view.points(score.low), view.points(score.high))
    amount = f"{earned} / {view.points(score.of)}"
    if score.standing is Standing.NOT_APPLICABLE:
        amount = "not applicable"
    if score.standing in {Standing.NOT_ASSESSED, Standing.AWAITING}:
        amount += f" ({score.standing.value})"
    title = prose(score.title, 120) + (" (claimed)" if score.claimed else "")
    title += " (overridden)" if score.automatic is not None else ""
    return f"| {prose(score.id, 20)} | {title} | {amount} | {prose(score.reason, 200)} |\n"


def _said(one: review_view.Said) -> str:
    who = prose(f"{one.who}, {one.day}", 100)
    about = f"{prose(one.criterion, 20)} {prose(one.title, 120)}"
    return f"| {about} | {prose(one.what, 400)} | {prose(one.why, 400)} | {who} |\n"


def _failed(item: Item) -> str:
    where = f" at {code(str(item.location), 160)}" if item.location else ""
    lines = [f"- ❌ {prose(item.title, 200)}{where}"]
    if item.message.strip():
        lines.append(f"  Message: {code(item.message, 300)}")
    lines += [f"  Asked: {_exchange(exchange)}" for exchange in item.exchanges[-3:]]
    return "\\\n".join(lines) + "\n"


def _exchange(exchange: Exchange) -> str:
    answer = "no answer" if exchange.status is None else str(exchange.status)
    return f"{code(f'{exchange.method} {exchange.path}', 160)} → {answer}"


def _finding(finding: Finding) -> str:
    place = code(str(finding.location), 160) if finding.location else ""
    message = prose(finding.message, 300)
    return f"| {finding.severity.value} | {place} | {message} | {code(finding.code, 60)} |\n"


def _commands(evidence: tuple[Evidence, ...]) -> Iterator[str]:
    for one in evidence:
        for ran in one.commands if one.status is Status.FAILED else ():
            ended = f"{prose(ran.ended, 80)}, {view.duration(ran.milliseconds)}"
            yield f"{code(one.check, 60)} ran {code(ran.command, 300)}: {ended}\n\n"
            if ran.output.strip():
                yield f"{block(ran.output, OUTPUT)}\n\n"

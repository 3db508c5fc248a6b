"""The report for a GitHub Actions run: annotations, and the job's summary.

An annotation is a line on a step's stdout that the runner takes for a command. Whoever can write
such a line commands the runner, so text goes in only as the runner itself takes it apart:
https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Iterator, Sequence

from flaskgrade.model.evidence import Finding, Severity
from flaskgrade.model.report import Report
from flaskgrade.report import markdown, plain, review_view, view
from flaskgrade.report.located import located, place

MOST = 10  # of a kind in a step; the runner drops the others without a word. A job has room for 50.
SUMMARY_BYTES = 1024 * 1024  # of a step; a larger one is refused as a whole
_WIDEST = 4  # bytes of a character in UTF-8
TEXT_LIMIT = 1000
OURS = "flaskgrade"  # the title of what is about the whole
KINDS = {
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}
_DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_DATA, (":", "%3A"), (",", "%2C"))


def render(report: Report) -> str:
    """Return the report as workflow commands, a line each, at most `MOST` of a kind."""
    shown = plain.cleaned(report, TEXT_LIMIT)
    folder = f"{shown.provenance.subdir}/" if shown.provenance.subdir else ""
    lines = {
        "notice": [_verdict(shown), *_waiting(shown)],
        "error": list(_broken(shown))[:MOST],
        "warning": list(_open(shown)),
    }
    left = 0
    for one in located(shown):
        kind = lines[KINDS[one.severity]]
        if len(kind) < MOST - (kind is lines["notice"]):  # one is for what is left
            kind.append(_annotation(one, folder))
        else:
            left += 1
    if left:
        lines["notice"].append(_command("notice", f"{left} more are in the report.", title=OURS))
    return "".join(line for kind in lines.values() for line in kind)


def summary(report: Report) -> str:
    """Return the report as Markdown of a size that a job's summary may have."""
    return markdown.within(report, SUMMARY_BYTES // _WIDEST)


def _verdict(report: Report) -> str:
    score = report.scorecard
    total = f"{view.total_interval(score)} of {view.points(score.of)}"
    words = f"{total}, {view.verdict(score)}, {view.band(score)}. {view.why(score)}"
    return _command("notice", words, title=OURS)


def _broken(report: Report) -> Iterator[str]:
    for gate in report.scorecard.gates:
        if gate.holds is False:
            yield _command("error", f"{gate.title}: {gate.reason}", title="Gate")


def _open(report: Report) -> Iterator[str]:
    if unknown := view.not_assessed(report):
        named = ", ".join(score.id for score in unknown)
        words = f"Open, not lost, and no fault of the submission: {named}"
        yield _command("warning", words, title="Not assessed")


def _waiting(report: Report) -> Iterator[str]:
    if waiting := review_view.awaiting(report):
        named = ", ".join(score.id for score in waiting)
        yield _command("notice", f"Open until people have marked it: {named}", title="Review")


def _annotation(one: Finding, folder: str) -> str:
    where = place(one)
    words = one.message or one.code
    path = f"{folder}{where.path}"
    return _command(KINDS[one.severity], words, title=one.code, file=path, line=where.line)


def _command(kind: str, words: str, *, title: str, file: str = "", line: int | None = None) -> str:
    """Return a workflow command that the runner reads as just these words at just this place."""
    properties = [f"file={_property(file)}"] if file else []
    properties += [f"line={max(line, 1)}"] if line is not None else []
    properties += [f"title={_property(title)}"]
    return f"::{kind} {','.join(properties)}::{_escaped(plain.line(words, TEXT_LIMIT), _DATA)}\n"


def _property(value: str) -> str:
    return _escaped(plain.line(value, TEXT_LIMIT), _PROPERTY)


def _escaped(value: str, table: Sequence[tuple[str, str]]) -> str:
    for character, stands_for in table:
        value = value.replace(character, stands_for)
    return value

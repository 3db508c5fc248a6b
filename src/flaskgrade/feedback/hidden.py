"""What a candidate's feedback must not tell: the exercise's secrets, and the run's own."""

from collections.abc import Iterator

from flaskgrade.exercise.leaks import secrets
from flaskgrade.feedback.search import Search
from flaskgrade.model.exercise import Exercise
from flaskgrade.model.report import Report

ACCEPTANCE = "acceptance"
LEAST_LINE = 24


def search_for(report: Report, exercise: Exercise | None) -> Search:
    """Return the search for all that a report knows and its candidate must not."""
    brief = exercise.brief.read_text(encoding="utf-8") if exercise else ""
    return Search.of(_hidden(report, exercise), known=brief)


def _hidden(report: Report, exercise: Exercise | None) -> Iterator[str]:
    if exercise is not None:
        yield from (secret.text for secret in secrets(exercise))
    for evidence in report.evidence:
        if evidence.check != ACCEPTANCE:
            continue
        for command in evidence.commands:
            yield from _lines(command.output)
        for item in evidence.items:
            yield from (item.id.rpartition("::")[2], item.title, *_lines(item.message))
            for exchange in item.exchanges:
                yield from _lines(exchange.request_body)


def _lines(text: str) -> Iterator[str]:
    yield from (line for line in text.splitlines() if len(line.strip()) >= LEAST_LINE)

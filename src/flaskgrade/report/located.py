"""What of a report has a place in the submission: findings, and items that failed at a line."""

from collections.abc import Iterator

from flaskgrade.model.evidence import Finding, Location, Severity, Status
from flaskgrade.model.report import Report

_GRAVEST_FIRST = (Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO)


def located(report: Report) -> tuple[Finding, ...]:
    """Return all that has a place, each once, gravest first, then by place."""
    return tuple(sorted(set(_found(report)), key=_order))


def place(one: Finding) -> Location:
    """Return a finding's place; an empty one where it has none."""
    return one.location or Location(path="")


def _found(report: Report) -> Iterator[Finding]:
    yield from (one for one in report.findings if one.location)
    for evidence in report.evidence:
        yield from (one for one in evidence.findings if one.location)
        for item in evidence.items:
            if item.location and item.status is Status.FAILED:
                yield Finding(
                    code=f"{evidence.check}:{item.id}",
                    message=item.message or item.title,
                    severity=Severity.MEDIUM,
                    location=item.location,
                )


def _order(one: Finding) -> tuple[int, str, int, str, str]:
    where = place(one)
    grade = _GRAVEST_FIRST.index(one.severity)
    return (grade, where.path, where.line or 0, one.code, one.message)

"""Suppressions: tools are silenced narrowly, and with a reason.

What it looks at: the comments of all Python files outside the tests: `noqa`, `ruff: noqa`,
`flake8: noqa`, `nosec`, `type: ignore`, `mypy: ignore-errors`, `pyright: ignore`,
`pylint: disable`, `pragma: no cover`, and the decorator `@no_type_check`. Strings that only look
like them do not count. Our own tools run without regard to them; this check is about the habit.

Code that is hidden from the tools is silenced, too: texts that are executed, byte code. Nor can
any other tool say then how good the code is.

What earns: none, or those that name what they silence and say why:
`# noqa: S603 - the arguments are a list of our own`.

What loses: each one without a reason; one that silences everything weighs more. Those with a reason
are shown, as `justified-suppression:…`, and cost nothing.

Source: PEP 8, "A Foolish Consistency is the Hobgoblin of Little Minds": to break a rule takes a
reason, https://peps.python.org/pep-0008/; ruff's rule PGH004, "blanket-noqa",
https://docs.astral.sh/ruff/rules/blanket-noqa/
"""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.checks.base import Context, Need
from flaskgrade.flaskapp.facts import Hidden
from flaskgrade.flaskapp.suppressions import Suppression, find_suppressions
from flaskgrade.model.evidence import Evidence, Finding, Location, Measure, Severity, Status

MOST = 2000  # suppressions that are shown and counted; whoever has more has lost all by then


@dataclass(frozen=True, kw_only=True)
class SuppressionsCheck:
    """See the module."""

    name: str = "suppressions"
    title: str = "Suppressed warnings"
    needs: frozenset[Need] = frozenset()

    def run(self, context: Context) -> Evidence:
        """Return a finding for each suppression, and how many lines there are of source."""
        found = tuple(itertools.islice(_found(context), MOST))
        unexplained = tuple(s for _, s in found if not s.reason)
        hidden = context.facts.hidden
        return Evidence(
            check=self.name,
            status=Status.FAILED if unexplained or hidden else Status.PASSED,
            summary=_summary(found, unexplained)
            + (f" Code is hidden in {_count(len(hidden), 'place')}." if hidden else ""),
            findings=(
                *map(_unseen, hidden[:MOST]),
                *(_finding(path, suppression) for path, suppression in found),
            ),
            measures=(
                Measure(name="source_lines", value=context.facts.source_lines),
                Measure(name="suppressions", value=len(unexplained) + len(hidden)),
                Measure(name="justified_suppressions", value=len(found) - len(unexplained)),
            ),
        )


CHECK = SuppressionsCheck()


def _found(context: Context) -> Iterator[tuple[str, Suppression]]:
    left_out = {*context.facts.test_files, *(path for path, _ in context.facts.unparsed)}
    for path in sorted(set(context.facts.python_files) - left_out):
        for suppression in find_suppressions(context.submission.text(path)):
            yield path, suppression


def _finding(path: str, suppression: Suppression) -> Finding:
    what = suppression.kind.replace("-", " ")
    location = Location(path=path, line=suppression.line)
    if suppression.reason:
        return Finding(
            code=f"justified-suppression:{suppression.kind}",
            message=f"{what}, because: {suppression.reason}",
            severity=Severity.INFO,
            location=location,
        )
    scope = "silences everything" if suppression.blanket else "says what it silences"
    return Finding(
        code=f"suppression:{suppression.kind}",
        message=f"{what}: {scope}, and gives no reason.",
        severity=Severity.MEDIUM if suppression.blanket else Severity.LOW,
        location=location,
    )


def _unseen(hidden: Hidden) -> Finding:
    return Finding(
        code="suppression:hidden-code",
        message=f"Code runs here that no tool sees: {hidden.why}.",
        severity=Severity.HIGH,
        location=hidden.location,
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _summary(
    found: tuple[tuple[str, Suppression], ...], unexplained: tuple[Suppression, ...]
) -> str:
    if not found:
        return "No tool is silenced anywhere."
    justified = len(found) - len(unexplained)
    if not unexplained:
        return f"All {justified} suppressions give a reason."
    kinds = Counter(suppression.kind.replace("-", " ") for suppression in unexplained)
    listed = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return f"{len(unexplained)} without a reason ({listed}), {justified} with one."

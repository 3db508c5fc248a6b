"""The shape of a check that judges facts alone: some questions, each answered with a place."""

from collections.abc import Callable
from dataclasses import dataclass

from flaskgrade.checks.base import Context, Need
from flaskgrade.model.evidence import Evidence, Finding, Item, Location, Measure, Severity, Status

SHOWN = 20  # places of one problem


@dataclass(frozen=True, kw_only=True)
class Question:
    """What was asked, and each place that answers it with no. Without places, the answer is yes.

    `advice` says why it matters and what a better shape is; it is said once, and not at each place.
    """

    id: str
    title: str
    problems: tuple[tuple[Location | None, str], ...] = ()
    advice: str = ""
    severity: Severity = Severity.LOW


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a judge found. No question: the criterion does not apply, and `summary` says why."""

    summary: str
    questions: tuple[Question, ...] = ()
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Practice:
    """A check of facts that were read: nothing runs."""

    name: str
    title: str
    judge: Callable[[Context], Judgement]
    needs: frozenset[Need] = frozenset()

    def run(self, context: Context) -> Evidence:
        """Return an item for each question, and a finding for each place."""
        judgement = self.judge(context)
        failed = [question for question in judgement.questions if question.problems]
        status = Status.FAILED if failed else Status.PASSED
        return Evidence(
            check=self.name,
            status=status if judgement.questions else Status.SKIPPED,
            summary=judgement.summary,
            items=tuple(self._item(question) for question in judgement.questions),
            findings=tuple(
                Finding(
                    code=f"{self.name}:{question.id}",
                    message=message,
                    severity=question.severity,
                    location=location,
                )
                for question in failed
                for location, message in question.problems[:SHOWN]
            ),
            measures=judgement.measures,
        )

    def _item(self, question: Question) -> Item:
        location, message = next(iter(question.problems), (None, ""))
        more = len(question.problems) - 1
        others = f" ({more} more like it)" if more > 0 else ""
        return Item(
            id=f"{self.name}:{question.id}",
            title=question.title,
            status=Status.FAILED if question.problems else Status.PASSED,
            message=f"{message}{others}. {question.advice}".strip() if message else "",
            location=location,
        )

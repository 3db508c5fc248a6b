"""The shape of a check that judges facts alone: some questions, each answered with a place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flaskgrade.checks.base import Context, Need
from flaskgrade.model.evidence import Evidence, Finding, Item, Location, Measure, Severity, Status

SHOWN = 20  # places of one problem
FEW = 1 / 10  # of the views
MOST = 1 / 3


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


def share_of_views(
    problems: tuple[tuple[Location, str], ...],
    views: int,
    *,
    ids: tuple[str, str],
    leave: str,
    advice: str,
) -> Iterator[Question]:
    """Ask whether most views, and whether nearly all, do as they should: `leave X to Y`.

    One view costs nothing; more cost something from a tenth of the views on, and twice that from a
    third on. `ids` are those of the two questions.
    """
    most, nearly_all = ids
    yield Question(
        id=most,
        title=f"Most views {leave}",
        problems=tuple(
            (place, f"{len(problems)} of {views} views do not: {message}")
            for place, message in problems[:1]
        )
        if len(problems) > max(1, views * MOST)
        else (),
        advice=advice,
        severity=Severity.MEDIUM,
    )
    yield Question(
        id=nearly_all,
        title=f"Nearly all views {leave}",
        problems=problems if len(problems) > max(1, views * FEW) else (),
        advice=advice,
        severity=Severity.MEDIUM,
    )


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

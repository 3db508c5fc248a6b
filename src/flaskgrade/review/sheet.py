"""Make an interview sheet from a report: its questions follow from this candidate's evidence. Pure.

A sheet is for the interviewer alone: it may say what hidden tests asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flaskgrade.model.evidence import Evidence, Finding, Item, Severity, Status
from flaskgrade.model.interview import Place, Question, Sheet
from flaskgrade.model.report import Report
from flaskgrade.model.score import CriterionScore, Standing
from flaskgrade.report import plain
from flaskgrade.review.topic import Held, Topic
from flaskgrade.review.topics import TOPICS
from flaskgrade.review.topics_held import HELD
from flaskgrade.review.views import View, view_of

QUESTIONS = 12
HELD_MOST = 4  # of them, on what was done well
PLACES = 3
_GRAVEST_FIRST = (Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO)
_WHAT = 240


@dataclass(frozen=True, kw_only=True)
class _Given:
    """What questions are made from; `taken` grows by what a question is about already."""

    report: Report
    source: tuple[View, ...]
    taken: set[tuple[str, str, str]]


def sheet(report: Report, source: Sequence[View] = ()) -> Sheet:
    """Return at most a dozen questions on a report, in the order of the table of topics.

    With the views of its `source`, a failed hidden test shows the line that answered it.
    Every finding and failed test is in one question at most: the first topic that it belongs to.
    """
    given = _Given(report=report, source=tuple(source), taken=set())
    asked = [one for topic in TOPICS if (one := _question(topic, given)) is not None]
    well = [_well(held) for held in HELD if _holds(held, report)][:HELD_MOST]
    # What went well is talked about, too: some room is kept for it.
    room = max(QUESTIONS - len(well), QUESTIONS - 2)
    shown = (*asked[:room], *well)[:QUESTIONS]
    return Sheet(
        title=report.title,
        commit=(report.provenance.commit or "")[:10],
        questions=shown,
        left_out=len(asked) + len(well) - len(shown),
    )


def _question(topic: Topic, given: _Given) -> Question | None:
    places: dict[Place, None] = {}
    for key, place in (*_by_findings(topic, given.report), *_by_items(topic, given)):
        if key not in given.taken:
            given.taken.add(key)
            places.setdefault(place)
    if not places:
        return None
    return Question(
        about=topic.about,
        ask=topic.ask,
        good=topic.good,
        places=tuple(places)[:PLACES],
        more_places=max(len(places) - PLACES, 0),
    )


def _by_findings(topic: Topic, report: Report) -> Iterator[tuple[tuple[str, str, str], Place]]:
    found = [one for evidence in report.evidence for one in evidence.findings]
    wanted = [one for one in (*report.findings, *found) if one.code.startswith(topic.findings)]
    for one in sorted(wanted, key=_gravest):
        where = str(one.location) if one.location else ""
        yield (one.code, where, one.message), _place(where, one.message)


def _gravest(finding: Finding) -> tuple[int, bool]:
    return _GRAVEST_FIRST.index(finding.severity), finding.location is None


def _by_items(topic: Topic, given: _Given) -> Iterator[tuple[tuple[str, str, str], Place]]:
    for evidence, item in _failed(given.report):
        if topic.asks(evidence.check, item.criteria):
            yield (evidence.check, item.id, ""), _of_item(item, given)


def _failed(report: Report) -> Iterator[tuple[Evidence, Item]]:
    for evidence in report.evidence:
        for item in evidence.items:
            if item.status is Status.FAILED:
                yield evidence, item


def _of_item(item: Item, given: _Given) -> Place:
    """Return where a failed item leads: its own line, or the last request and who answered it.

    An item's title is a sentence that holds where it passed, so it is told as what was asked for.
    """
    wanted = f"asked for: {item.title}"
    if item.location or not item.exchanges:
        return _place(str(item.location or ""), wanted)
    last = item.exchanges[-1]  # what the test failed on
    answer = "no answer" if last.status is None else str(last.status)
    asked = f"{last.method} {last.path} → {answer}"
    view = view_of(last.method, last.path, given.source)
    if view is None:
        return _place(asked, wanted)
    return _place(str(view), f"{plain.line(asked, 120)}; {wanted}")


def _place(where: str, what: str) -> Place:
    return Place(where=plain.line(where, 160), what=plain.line(what, _WHAT))


def _well(held: Held) -> Question:
    return Question(about=held.about, ask=held.ask, good=held.good)


def _holds(held: Held, report: Report) -> bool:
    return any(one.id == held.criterion and _in_full(one) for one in report.scorecard.criteria)


def _in_full(score: CriterionScore) -> bool:
    share = score.low / score.of if score.of else Fraction(0)
    return score.standing is Standing.SCORED and share == 1 and score.automatic is None

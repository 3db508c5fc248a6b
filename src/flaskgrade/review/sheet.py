"""Make an interview sheet from a report: its questions follow from this candidate's evidence. Pure.

A sheet is for the interviewer alone: it may say what hidden tests asked.
"""

from collections.abc import Iterator
from fractions import Fraction

from flaskgrade.model.evidence import Evidence, Exchange, Finding, Item, Severity, Status
from flaskgrade.model.interview import Place, Question, Sheet
from flaskgrade.model.report import Report
from flaskgrade.model.score import CriterionScore, Standing
from flaskgrade.report import plain
from flaskgrade.review.topics import HELD, TOPICS, Held, Topic

QUESTIONS = 12
HELD_MOST = 4  # of them, on what was done well
PLACES = 3
_GRAVEST_FIRST = (Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO)
_WHAT = 240


def sheet(report: Report) -> Sheet:
    """Return at most a dozen questions on a report, in the order of the table of topics.

    Every finding and failed test is in one question at most: the first topic that it belongs to.
    """
    taken: set[tuple[str, str, str]] = set()
    asked = [one for topic in TOPICS if (one := _question(topic, report, taken)) is not None]
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


def _question(topic: Topic, report: Report, taken: set[tuple[str, str, str]]) -> Question | None:
    places: dict[Place, None] = {}
    for key, place in (*_by_findings(topic, report), *_by_items(topic, report)):
        if key not in taken:
            taken.add(key)
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


def _by_items(topic: Topic, report: Report) -> Iterator[tuple[tuple[str, str, str], Place]]:
    for evidence, item in _failed(report):
        if topic.asks(evidence.check, item.criteria):
            where = str(item.location) if item.location else _asked(item.exchanges)
            yield (evidence.check, item.id, ""), _place(where, item.title)


def _failed(report: Report) -> Iterator[tuple[Evidence, Item]]:
    for evidence in report.evidence:
        for item in evidence.items:
            if item.status is Status.FAILED:
                yield evidence, item


def _asked(exchanges: tuple[Exchange, ...]) -> str:
    """Return the last request and its answer: it is what the test failed on."""
    if not exchanges:
        return ""
    last = exchanges[-1]
    answer = "no answer" if last.status is None else str(last.status)
    return f"{last.method} {last.path} → {answer}"


def _place(where: str, what: str) -> Place:
    return Place(where=plain.line(where, 160), what=plain.line(what, _WHAT))


def _well(held: Held) -> Question:
    return Question(about=held.about, ask=held.ask, good=held.good)


def _holds(held: Held, report: Report) -> bool:
    return any(one.id == held.criterion and _in_full(one) for one in report.scorecard.criteria)


def _in_full(score: CriterionScore) -> bool:
    share = score.low / score.of if score.of else Fraction(0)
    return score.standing is Standing.SCORED and share == 1

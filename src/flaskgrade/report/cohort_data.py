"""The part of the page that its script reads: each candidate's marks and evidence, as JSON.

Texts stand in it once and are named by their position: most sentences are said of many candidates.
"""

import json
from functools import cache

from flaskgrade.model.cohort import Cohort, Entry, Exhibit, Mark
from flaskgrade.report import cohort_view, plain, view

BUDGET = 8_000_000  # characters of evidence on a page
LEAST, MOST = 2_000, 40_000  # for one candidate
LIMIT = 320  # for one text
REASON_LIMIT = 240
_GRAVE = ("failed", "open", "high", "medium", "low", "info")


class Texts:
    """Texts by position; the same text has the same position."""

    def __init__(self) -> None:
        self.positions: dict[str, int] = {}
        self._line = cache(plain.line)

    def position(self, text: str, limit: int = LIMIT) -> int:
        """Return where a text stands, cut to one line."""
        return self.positions.setdefault(self._line(text, limit), len(self.positions))


def embedded(cohort: Cohort) -> str:
    """Return the data as JSON that can stand in a script element: nothing in it ends one."""
    texts = Texts()
    order = {question.id: place for place, question in enumerate(cohort.questions)}
    room = min(max(BUDGET // max(len(cohort.entries), 1), LEAST), MOST)
    data = {
        "criteria": [
            [texts.position(q.id, 40), texts.position(q.title, 160), texts.position(q.category)]
            for q in cohort.questions
        ],
        "categories": [[texts.position(t.id), texts.position(t.title, 80)] for t in cohort.titles],
        "entries": [_entry(one, order, texts, room) for one in cohort.entries],
        "scenarios": [list(one.positions) for one in cohort.scenarios],
        "texts": [],
    }
    data["texts"] = list(texts.positions)
    spelled = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        spelled = spelled.replace(character, f"\\u{ord(character):04x}")
    return spelled


def _entry(entry: Entry, order: dict[str, int], texts: Texts, room: int) -> list[object]:
    marks: list[object] = [None] * len(order)
    shown = _within(entry, room)
    for mark, exhibits in zip(entry.marks, shown, strict=True):
        marks[order[mark.score.id]] = _mark(mark, exhibits, texts)
    candidate = entry.candidate
    total = view.interval(view.total(candidate.low), view.total(candidate.high))
    return [texts.position(candidate.title, 200), total, cohort_view.band(candidate), marks]


def _mark(mark: Mark, exhibits: list[Exhibit], texts: Texts) -> list[object]:
    score = mark.score
    return [
        texts.position(score.standing.value),
        *(float(view.points(value)) for value in (score.low, score.high, score.of)),
        *(view.share(value, score.of) for value in (score.low, score.high)),
        texts.position(score.reason, REASON_LIMIT),
        int(score.claimed),
        [
            [_GRAVE.index(one.tone), *map(texts.position, (one.title, one.detail, one.place))]
            for one in exhibits
        ],
        mark.more + len(mark.exhibits) - len(exhibits),
    ]


def _within(entry: Entry, room: int) -> list[list[Exhibit]]:
    """Return the exhibits of each mark that fit, one of each mark before the second of any."""
    shown: list[list[Exhibit]] = [[] for _ in entry.marks]
    longest = max((len(mark.exhibits) for mark in entry.marks), default=0)
    for depth in range(longest):
        for kept, mark in zip(shown, entry.marks, strict=True):
            if depth < len(mark.exhibits):
                one = mark.exhibits[depth]
                room -= len(one.title) + len(one.detail) + len(one.place)
                if room < 0:
                    return shown
                kept.append(one)
    return shown

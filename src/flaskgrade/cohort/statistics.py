"""What the candidates say of the instrument: item difficulty, discrimination and consistency.

Classical test theory over settled points only. A coefficient over a handful of people says more of
chance than of the rubric, so below `FEWEST` there is none.
"""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flaskgrade.model.cohort import Entry, Figure, Question
from flaskgrade.model.score import CriterionScore, Standing

FEWEST = 10  # candidates for a coefficient
BINS = 10
SEVERAL = 2
DECIMALS = 9
NOTHING = 1e-9  # points
MOST = 0.8  # of the candidates, for whom a criterion is settled


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What of an entry is settled, in points."""

    low: float
    of: float
    whole: float  # what all its criteria come to, settled or not


Answers = Sequence[tuple[CriterionScore, Settled]]


def questions(entries: Sequence[Entry]) -> tuple[Question, ...]:
    """Return each criterion over all candidates, in the rubric's order."""
    found: dict[str, list[tuple[CriterionScore, Settled]]] = {}
    for entry in entries:
        settled = _settled(entry)
        for mark in entry.marks:
            found.setdefault(mark.score.id, []).append((mark.score, settled))
    return tuple(_question(answers, len(entries)) for answers in found.values())


def consistency(entries: Sequence[Entry]) -> Figure:
    """Return Cronbach's alpha of the criteria's points.

    k / (k-1) · (1 - Σ variance of each criterion / variance of their sum), over criteria that are
    settled for most and candidates for whom all of these are. Cronbach (1951),
    doi:10.1007/BF02310555.
    """
    settled = [
        {mark.score.id: float(mark.score.low) for mark in entry.marks if _is_settled(mark.score)}
        for entry in entries
    ]
    counts = Counter(name for row in settled for name in row)
    items = [name for name, count in counts.items() if count >= MOST * len(entries)]
    table = [[row[name] for name in items] for row in settled if row.keys() >= set(items)]
    if len(table) < FEWEST:
        return _too_few(len(table))
    if len(items) < SEVERAL:
        return Figure(value=None, on=len(table), why_not="fewer than two criteria for most")
    spread = statistics.variance([sum(row) for row in table])
    if not spread:
        return Figure(value=None, on=len(table), why_not="all points are the same")
    parts = sum(statistics.variance(column) for column in zip(*table, strict=True))
    k = len(items)
    return Figure(value=k / (k - 1) * (1 - parts / spread), on=len(table))


def _question(answers: Answers, candidates: int) -> Question:
    first, _ = answers[0]
    settled = [(one, of_all) for one, of_all in answers if _is_settled(one)]
    open_ones = [one for one, _ in answers if one.standing is not Standing.NOT_APPLICABLE]
    shares = [one.low / one.of for one, _ in settled]
    bins = [0] * BINS
    for share in shares:
        bins[min(int(share * BINS), BINS - 1)] += 1
    return Question(
        id=first.id,
        title=first.title,
        category=first.category,
        bins=tuple(bins),
        settled=len(settled),
        open=len(open_ones) - len(settled),
        absent=candidates - len(open_ones),
        difficulty=_difficulty(shares),
        discrimination=_discrimination(settled),
    )


def _difficulty(shares: Sequence[Fraction]) -> Figure:
    """Return the mean share: an item's difficulty as tests call it, high being easy."""
    if not shares:
        return Figure(value=None, on=0, why_not="nobody's is settled")
    return Figure(value=float(sum(shares, Fraction(0)) / len(shares)), on=len(shares))


def _discrimination(settled: Answers) -> Figure:
    """Return the correlation of the share with the total of all the other criteria.

    The item itself is taken out of the total, else it would correlate with itself (Henrysson 1963,
    doi:10.1007/BF02289618). The rest is the share of all else that is settled.
    """
    pairs = [
        (float(one.low / one.of), rest)
        for one, of_all in settled
        if (rest := _rest(one, of_all)) is not None
    ]
    if len(pairs) < FEWEST:
        return _too_few(len(pairs))
    shares, rests = zip(*pairs, strict=True)
    if len(set(shares)) == 1:
        return Figure(value=None, on=len(pairs), why_not="all earned the same share")
    if len(set(rests)) == 1:
        return Figure(value=None, on=len(pairs), why_not="all else is the same for everybody")
    return Figure(value=statistics.correlation(shares, rests), on=len(pairs))


def _settled(entry: Entry) -> Settled:
    scores = [mark.score for mark in entry.marks if _is_settled(mark.score)]
    return Settled(
        low=float(sum((one.low for one in scores), Fraction(0))),
        of=float(sum((one.of for one in scores), Fraction(0))),
        whole=float(entry.candidate.of),
    )


def _rest(item: CriterionScore, settled: Settled) -> float | None:
    """Return the share of the other criteria's points; None where less than half is settled."""
    of = settled.of - float(item.of)
    if 2 * settled.of < settled.whole or of <= NOTHING:
        return None
    # Rounded: what is the same for everybody must not differ by how floats add up.
    return round((settled.low - float(item.low)) / of, DECIMALS)


def _is_settled(one: CriterionScore) -> bool:
    return one.standing is Standing.SCORED and one.low == one.high and one.of > 0


def _too_few(on: int) -> Figure:
    return Figure(value=None, on=on, why_not=f"too few: {on} settled, and {FEWEST} are needed")

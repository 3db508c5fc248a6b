"""How far judges of the same things agree: Krippendorff's alpha for ordinal marks.

Alpha is 1 for full agreement, 0 for what chance alone would bring. It takes any number of judges,
marks that are missing, and marks of which only the order means something: Krippendorff, "Computing
Krippendorff's Alpha-Reliability" (2011). NLTK computes it; the ordinal distance is ours.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flaskgrade.model.cohort import Agreement, Figure

FEWEST = 10  # things that two or more have marked
PAIR = 2


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What one judge gave one thing, such as a candidate's criterion."""

    judge: str
    thing: str
    mark: Fraction  # only its place among other marks counts


def agreement(about: str, judgements: Iterable[Judgement]) -> Agreement:
    """Return how far the judges agree; a judge's later mark of a thing replaces the former."""
    given = {(one.judge, one.thing): one.mark for one in judgements}
    judged = Counter(thing for _, thing in given)
    pairable = {key: mark for key, mark in given.items() if judged[key[1]] >= PAIR}
    things = len({thing for _, thing in pairable})
    return Agreement(
        about=about,
        judges=tuple(sorted({judge for judge, _ in pairable})),
        alpha=_alpha(pairable, things),
    )


def _alpha(pairable: Mapping[tuple[str, str], Fraction], things: int) -> Figure:
    if things < FEWEST:
        return Figure(
            value=None,
            on=len(pairable),
            why_not=f"too few: {things} marked by two or more, and {FEWEST} are needed",
        )
    if len(set(pairable.values())) == 1:
        return Figure(
            value=None, on=len(pairable), why_not="all marks are the same, so chance has no say"
        )
    from nltk.metrics.agreement import AnnotationTask  # noqa: PLC0415 - it takes its time

    task = AnnotationTask(
        data=[(judge, thing, mark) for (judge, thing), mark in pairable.items()],
        distance=_ordinal(Counter(pairable.values())),
    )
    return Figure(value=float(task.alpha()), on=len(pairable))


def _ordinal(counts: Mapping[Fraction, int]) -> Callable[[Fraction, Fraction], float]:
    """Return the squared ordinal distance: how many marks lie between two, their own by half."""
    below: dict[Fraction, int] = {}
    seen = 0
    for mark in sorted(counts):
        below[mark] = seen
        seen += counts[mark]

    def distance(one: Fraction, other: Fraction) -> float:
        low, high = sorted((one, other))
        between = below[high] + counts[high] - below[low]
        return (between - (counts[low] + counts[high]) / 2) ** 2

    return distance

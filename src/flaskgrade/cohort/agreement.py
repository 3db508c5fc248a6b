"""How far judges of the same things agree: Krippendorff's alpha for ordinal marks.

Alpha is 1 for full agreement, 0 for what chance alone would bring. It takes any number of judges,
marks that are missing, and marks of which only the order means something: Krippendorff, "Computing
Krippendorff's Alpha-Reliability" (2011). NLTK computes it; the ordinal distance is ours.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from flaskgrade.model.cohort import Agreement, Entry, Figure, Judgement
from flaskgrade.model.rubric import REVIEW
from flaskgrade.model.score import CriterionScore

FEWEST = 10  # things that two or more have marked
PAIR = 2


def agreements(entries: Sequence[Entry]) -> tuple[Agreement, ...]:
    """Return how far reviewers agree, over all and by criterion, and people with checks.

    There are none where nobody has reviewed. A criterion has a line of its own if it has enough.
    """
    given = [
        (one.thing, replace(one, thing=f"{place} {one.thing}"))
        for place, entry in enumerate(entries)
        for one in entry.judgements
    ]
    if not given:
        return ()
    by_criterion = [
        agreement(f"Reviewers on {name}", [one for about, one in given if about == name])
        for name in dict.fromkeys(about for about, _ in given)
    ]
    return (
        agreement("Reviewers", [one for _, one in given]),
        *(one for one in by_criterion if one.alpha.value is not None),
        replace(
            agreement("People and checks", _people_and_checks(entries)),
            note="Both rank the candidates, each by what is theirs to mark. They look at different"
            " things, so full agreement would make one of them needless.",
        ),
    )


def _people_and_checks(entries: Sequence[Entry]) -> Iterator[Judgement]:
    """Yield what people and what checks gave each candidate, as far as it is settled."""
    for place, entry in enumerate(entries):
        people = [mark.score for mark in entry.marks if mark.score.check == REVIEW]
        checks = [mark.score for mark in entry.marks if mark.score.check != REVIEW]
        shares = (_share(people), _share(checks))
        if None not in shares:
            for judge, share in zip(("checks", "people"), shares[::-1], strict=True):
                yield Judgement(judge=judge, thing=str(place), mark=share or Fraction(0))


def _share(scores: Sequence[CriterionScore]) -> Fraction | None:
    """Return the share of the points that are settled, by checks where a person overrode them."""
    ends = [(one.automatic or one, one.of) for one in scores]
    settled = [(one.low, of) for one, of in ends if of and one.low == one.high]
    whole = sum((of for _, of in settled), Fraction(0))
    return sum((low for low, _ in settled), Fraction(0)) / whole if whole else None


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

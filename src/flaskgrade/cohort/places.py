"""Who is ahead of whom, as far as that can be told. Pure.

Grading is deterministic: the same commit earns the same points again (`benchmarks/repeat.py`
measures it). So nothing here is a standard error. What is not certain is what is open: a total is
then an interval. Beside that stands the tie width, a convention: how many points apart two totals
must be before anybody should speak of a difference.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction

TIE = Fraction(1)  # of 100 points


def ranges(totals: Sequence[tuple[Fraction, Fraction]], tie: Fraction) -> list[tuple[int, int]]:
    """Return the best and the worst place, from 1, for each total with its low and high end.

    One is ahead of another if its low end is more than `tie` above the other's high end. The best
    place leaves room for all who are certainly ahead, the worst for all who are not certainly
    behind. That is a partial order: chains of ties are not drawn together into one.
    """
    lows = sorted(low for low, _ in totals)
    highs = sorted(high for _, high in totals)
    count = len(totals)
    return [
        (
            1 + count - bisect_right(lows, high + tie),
            count - bisect_left(highs, low - tie),
        )
        for low, high in totals
    ]


def positions(keys: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return the position of each key, the highest first; the same keys share the same position."""
    ordered = sorted(keys, reverse=True)
    first: dict[tuple[int, int], int] = {}
    for place, key in enumerate(ordered, 1):
        first.setdefault(key, place)
    return tuple(first[key] for key in keys)

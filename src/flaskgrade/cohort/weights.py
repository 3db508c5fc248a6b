"""How places change when one weight changes: exact, from each criterion's points. Pure.

A criterion's part of the 100 points is its weight by the sum of all weights that apply. With its
weight times f, a total of L becomes 100 · (L + (f-1)·l) / (O + (f-1)·o), where l of o are its own
points and O is what can be reached: the share of a criterion that is earned does not depend on
weights. What claims earn together is cut at the rubric's cap, anew for each weight.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from flaskgrade.cohort.places import positions
from flaskgrade.model.cohort import Entry, Scenario

CHANGES = (Fraction(-1, 5), Fraction(1, 5))
HUNDRED = 100


@dataclass(frozen=True, kw_only=True)
class Points:
    """What a criterion came to, in whole units; claims before they are cut."""

    low: int
    high: int
    of: int
    claimed: bool = False  # and subject to a cap
    by_hand: int | None = None  # what a person gave such a claim instead; no cap cuts that


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """An entry's points as whole numbers over one denominator: much faster than fractions."""

    points: Mapping[str, Points]
    low: int  # sums of what no cap touches
    high: int
    of: int  # the sum of all
    claims: tuple[str, ...]  # criteria that a cap touches
    cap: Fraction  # in points of 100


def scenarios(
    entries: Sequence[Entry], before: Sequence[int], ranges: Sequence[tuple[int, int]]
) -> tuple[Scenario, ...]:
    """Return the cohort with each category's and each criterion's weight 20 % lower and higher.

    `before` and `ranges` are positions and possible places as they are.
    """
    weighed = [_weighed(one) for one in entries]
    found = []
    for kind, name, title, members in _weights(entries):
        for change in CHANGES:
            after = _positions(weighed, members, change)
            moves = [old - new for old, new in zip(before, after, strict=True)]
            furthest = max(moves, key=abs, default=0)
            found.append(
                Scenario(
                    kind=kind,
                    id=name,
                    title=title,
                    change=change,
                    positions=after,
                    moved=sum(move != 0 for move in moves),
                    beyond=sum(
                        not best <= new <= worst
                        for (best, worst), new in zip(ranges, after, strict=True)
                    ),
                    furthest=furthest,
                    who=moves.index(furthest) if furthest else None,
                )
            )
    return tuple(found)


def position_keys(totals: Sequence[tuple[Fraction, Fraction]]) -> list[tuple[int, int]]:
    """Return totals as whole numbers in the same order, low end first."""
    unit = lcm(*(end.denominator for total in totals for end in total))
    return [(int(low * unit), int(high * unit)) for low, high in totals]


def _weights(entries: Sequence[Entry]) -> Iterator[tuple[str, str, str, frozenset[str]]]:
    """Yield each weight that can change: kind, id, title, and the criteria that it moves."""
    scores = {mark.score.id: mark.score for entry in entries for mark in entry.marks}
    titles = {title.id: title.title for entry in entries for title in entry.titles}
    by_category: dict[str, set[str]] = {}
    for one in scores.values():
        by_category.setdefault(one.category, set()).add(one.id)
    for category, members in by_category.items():
        yield "category", category, titles.get(category, category), frozenset(members)
    for one in scores.values():
        yield "criterion", one.id, one.title, frozenset({one.id})


def _weighed(entry: Entry) -> Weighed:
    cap = entry.claimed_cap
    ends = [
        (*(mark.uncut or (mark.score.low, mark.score.high)), mark.score.of) for mark in entry.marks
    ]
    by_hand = (mark.score.low.denominator for mark in entry.marks if mark.score.automatic)
    unit = lcm(*(number.denominator for row in ends for number in row), *by_hand)
    points = {
        mark.score.id: Points(
            low=int(low * unit),
            high=int(high * unit),
            of=int(of * unit),
            claimed=cap is not None and mark.score.claimed,
            by_hand=int(mark.score.low * unit) if mark.score.automatic else None,
        )
        for (low, high, of), mark in zip(ends, entry.marks, strict=True)
    }
    return Weighed(
        points=points,
        low=sum(one.low for one in points.values() if not one.claimed),
        high=sum(one.high for one in points.values() if not one.claimed),
        of=sum(one.of for one in points.values()),
        claims=tuple(name for name, one in points.items() if one.claimed),
        cap=cap or Fraction(0),
    )


def _positions(
    weighed: Sequence[Weighed], members: frozenset[str], change: Fraction
) -> tuple[int, ...]:
    totals = [_total(one, members, change) for one in weighed]
    finest = max(of for _, _, of in totals)
    # Two fractions with denominators up to `finest` differ by 1 / finest² at least, if at all: on
    # this scale whole numbers keep their order exactly.
    scale = 2 * finest * finest
    return positions([(low * scale // of, high * scale // of) for low, high, of in totals])


def _total(one: Weighed, members: frozenset[str], change: Fraction) -> tuple[int, int, int]:
    """Return the low and high end, and what they are a part of, with the members' weights changed.

    All are whole: changes are in units of `change`'s denominator.
    """
    by, step = change.numerator, change.denominator
    touched = [one.points[name] for name in members if name in one.points]
    low = one.low * step + by * sum(each.low for each in touched if not each.claimed)
    high = one.high * step + by * sum(each.high for each in touched if not each.claimed)
    of = one.of * step + by * sum(each.of for each in touched)
    if not of:
        return 0, 0, 1
    if not one.claims:
        return low, high, of
    claimed_low, claimed_high = _claimed(
        [(one.points[name], step + by if name in members else step) for name in one.claims],
        one.cap * of / HUNDRED,
    )
    whole = lcm(claimed_low.denominator, claimed_high.denominator)
    return (
        low * whole + int(claimed_low * whole),
        high * whole + int(claimed_high * whole),
        of * whole,
    )


def _claimed(claims: Sequence[tuple[Points, int]], most: Fraction) -> tuple[Fraction, Fraction]:
    """Return what claims, each by its factor, earn together within `most`: the rule of `scoring`.

    What a person gave stands as it is; what the same claim came to still counts towards the cap.
    """
    cut_low, cut_high = (
        min(Fraction(1), most / points) if points else Fraction(1)
        for points in (
            sum(one.low * factor for one, factor in claims),
            sum(one.high * factor for one, factor in claims),
        )
    )
    low = high = Fraction(0)
    for one, factor in claims:
        if one.by_hand is not None:
            low += one.by_hand * factor
            high += one.by_hand * factor
        else:
            low += min(one.low * factor * cut_low, one.high * factor * cut_high)
            high += one.high * factor * cut_high
    return low, high

"""What people said of a submission: an append-only history, as values.

A mark is taken back by a later one, never by deleting it, so that a report tells who changed their
mind, when and why.
"""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A reviewer's mark on one criterion. `value` counts anchors; None: it was not asked about."""

    criterion: str
    value: int | None
    anchor: str  # the rubric's sentence for that value; empty without one
    reviewer: str
    time: str  # ISO 8601, UTC
    reason: str
    again: bool = False  # whether this reviewer had marked it before
    old: int | None = None  # their mark of before, where `again`


@dataclass(frozen=True, kw_only=True)
class Override:
    """Points that a person gives a criterion instead of the automatic ones.

    What counts is their share, since a criterion may be worth more or less under another rubric.
    """

    criterion: str
    points: Fraction
    of: Fraction
    reviewer: str
    time: str  # ISO 8601, UTC
    reason: str
    old_low: Fraction  # what it came to until then
    old_high: Fraction
    withdrawn: bool = False  # the automatic points count again, and these are they


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """Whether a gate holds, as a person says instead of the evidence; None: the evidence again."""

    gate: str
    holds: bool | None
    reviewer: str
    time: str  # ISO 8601, UTC
    reason: str
    old: bool | None  # whether it held until then; None: that was open


@dataclass(frozen=True, kw_only=True)
class Review:
    """Every mark, override and ruling, the oldest first."""

    marks: tuple[Mark, ...] = ()
    overrides: tuple[Override, ...] = ()
    rulings: tuple[Ruling, ...] = ()

    def marks_on(self, criterion: str) -> tuple[Mark, ...]:
        """Return each reviewer's latest mark on a criterion, in the order in which they came in."""
        latest = {
            same_person(one.reviewer): one for one in self.marks if one.criterion == criterion
        }
        return tuple(latest.values())

    def override_of(self, criterion: str) -> Override | None:
        """Return the override that holds for a criterion, or None."""
        found = [one for one in self.overrides if one.criterion == criterion]
        return found[-1] if found and not found[-1].withdrawn else None

    def ruling_on(self, gate: str) -> Ruling | None:
        """Return the ruling that holds for a gate, or None."""
        found = [one for one in self.rulings if one.gate == gate]
        return found[-1] if found and found[-1].holds is not None else None


NOTHING_SAID = Review()


def same_person(name: str) -> str:
    """Return what two spellings of a reviewer's name share: "Ada  Byron" is "ada byron"."""
    return " ".join(name.split()).casefold()

"""A scorecard: the result of scoring. Exact fractions; rounding is for renderers."""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction


class Standing(Enum):
    """What a criterion's points mean."""

    SCORED = "scored"
    NOT_ASSESSED = "not assessed"  # our fault or unknown: the total becomes an interval
    AWAITING = "awaiting review"  # people have yet to mark it: an interval, too
    NOT_APPLICABLE = "not applicable"  # left out, its weight shared by the others


@dataclass(frozen=True, kw_only=True)
class Automatic:
    """What the evidence of a criterion came to, where a person gave it other points."""

    standing: Standing
    low: Fraction
    high: Fraction
    reason: str


@dataclass(frozen=True, kw_only=True)
class CriterionScore:
    """Points of one criterion. `low` and `high` differ only where something is not assessed."""

    id: str
    title: str
    category: str
    check: str
    standing: Standing
    low: Fraction
    high: Fraction
    of: Fraction
    reason: str  # one sentence: how the points follow from the evidence
    claimed: bool = False
    select: str | None = None  # the rubric's, so that a report can show just what was weighed
    automatic: Automatic | None = None  # set where a person overrode it


@dataclass(frozen=True, kw_only=True)
class GateResult:
    """A gate: `holds` is None where it could not be assessed."""

    id: str
    title: str
    holds: bool | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """Total as an interval, of 100, and everything that it is made of."""

    low: Fraction
    high: Fraction
    of: Fraction
    band_low: str
    band_high: str
    passed: bool | None  # at or above the pass mark with every gate holding; None: undecided
    pass_mark: Fraction
    works: Fraction | None  # how far the thing works, 0 to 1; None: not assessed
    criteria: tuple[CriterionScore, ...]
    gates: tuple[GateResult, ...]

    @property
    def is_unassessed(self) -> bool:
        """Tell whether points are open for more than that people have yet to mark them."""
        awaiting = (
            one.high - one.low for one in self.criteria if one.standing is Standing.AWAITING
        )
        return self.high - self.low != sum(awaiting, Fraction(0))

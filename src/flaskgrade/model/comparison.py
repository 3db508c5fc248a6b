"""Several reports side by side, as a value."""

from dataclasses import dataclass
from fractions import Fraction

from flaskgrade.model.report import CategoryTitle, Versioned


@dataclass(frozen=True, kw_only=True)
class CategoryPoints:
    """Points in one category. `low` and `high` differ only where something is not assessed."""

    category: str
    low: Fraction
    high: Fraction
    of: Fraction


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One graded submission in a comparison."""

    title: str
    source: str
    pinned: str  # the commit, or the tree where there is none
    low: Fraction
    high: Fraction
    of: Fraction
    band_low: str
    band_high: str
    passed: bool | None
    broken_gates: tuple[str, ...]  # titles of the gates that do not hold
    categories: tuple[CategoryPoints, ...]  # those that apply to it
    exercise: Versioned | None
    rubric: Versioned


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Candidates, the highest total first; `mixed` says why they are not quite comparable."""

    candidates: tuple[Candidate, ...]
    categories: tuple[CategoryTitle, ...]
    mixed: tuple[str, ...] = ()  # such as "exercise: booking 3, booking 4"

    def points(self, candidate: Candidate, category: str) -> CategoryPoints | None:
        """Return a candidate's points in a category, None where it does not apply to them."""
        found = (one for one in candidate.categories if one.category == category)
        return next(found, None)

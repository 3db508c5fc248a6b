"""A rubric: what counts, how much, and how evidence becomes points. Pure values."""

from dataclasses import dataclass
from fractions import Fraction

from flaskgrade.model.evidence import Severity

REVIEW = "review"  # stands where a check is named: people look at this criterion


@dataclass(frozen=True, kw_only=True)
class PassFail:
    """All or nothing, by the status of the evidence."""


@dataclass(frozen=True, kw_only=True)
class Proportion:
    """The share of the selected items that passed."""


@dataclass(frozen=True, kw_only=True)
class PerFinding:
    """All, less a cost for each selected finding by severity, as a share of the criterion."""

    costs: tuple[tuple[Severity, Fraction], ...]
    cap: Fraction = Fraction(1)  # the most that findings can take, as a share


@dataclass(frozen=True, kw_only=True)
class PerThousandLines:
    """All up to `free` findings per 1,000 source lines, none from `zero` on, linear between."""

    free: Fraction
    zero: Fraction
    lines: str = "source_lines"  # the measure that counts lines


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """A table: the share of the highest `at_least` that the measure reaches.

    With `per`, the measure is divided by that other measure first.
    """

    measure: str
    steps: tuple[tuple[Fraction, Fraction], ...]  # (at_least, share), ascending
    per: str | None = None


Rule = PassFail | Proportion | PerFinding | PerThousandLines | Thresholds


@dataclass(frozen=True, kw_only=True)
class Anchored:
    """The mean of the reviewers' marks. A mark is the place of a sentence; the last earns all."""

    anchors: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One line of a rubric. `scaled` criteria count only as far as the thing works."""

    id: str
    title: str
    category: str
    weight: Fraction
    check: str
    rule: Rule | Anchored
    select: str | None = None  # an item's criterion, or the prefix of a finding's code
    scaled: bool = False


@dataclass(frozen=True, kw_only=True)
class Category:
    """A heading of the report."""

    id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Something that must hold, whatever the total: a share of a criterion's or check's items."""

    id: str
    title: str
    check: str
    at_least: Fraction = Fraction(1)
    select: str | None = None
    band: str | None = None  # a failed gate caps the band at this one; None: at the lowest


@dataclass(frozen=True, kw_only=True)
class Band:
    """A named range of the total, from `at_least` per cent on."""

    name: str
    at_least: Fraction


@dataclass(frozen=True, kw_only=True)
class Rubric:
    """A rubric with its overlays applied."""

    name: str
    title: str
    version: int
    digest: str
    works: tuple[str, ...]  # checks, first that has evidence says how far the thing works
    categories: tuple[Category, ...]
    criteria: tuple[Criterion, ...]
    gates: tuple[Gate, ...]
    bands: tuple[Band, ...]  # descending by at_least; the last one starts at 0
    pass_mark: Fraction
    claimed_cap: Fraction = Fraction(10)  # points of 100 that claimed evidence can earn at most
    describes: str = ""  # in words: what somebody of this level shows
    reviewers: int = 1  # how many people must mark a reviewed criterion before it counts

    @property
    def checks(self) -> frozenset[str]:
        """The checks that a criterion or a gate looks at, or that say how far the thing works."""
        automatic = (one.check for one in self.criteria if one.check != REVIEW)
        named = (*automatic, *(one.check for one in self.gates))
        return frozenset({*named, *self.works})

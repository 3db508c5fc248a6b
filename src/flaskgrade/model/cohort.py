"""Many graded submissions together: what a page about all of them shows, as a value."""

from dataclasses import dataclass
from fractions import Fraction

from flaskgrade.model.comparison import Candidate, Comparison
from flaskgrade.model.report import CategoryTitle
from flaskgrade.model.score import CriterionScore


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """One piece of evidence, already cut to a size fit for a page of many candidates."""

    tone: str  # failed, open, or the severity of a finding
    title: str
    detail: str = ""
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What one criterion came to for one candidate, with the gravest of its evidence."""

    score: CriterionScore
    exhibits: tuple[Exhibit, ...] = ()
    more: int = 0  # pieces of evidence that are left out
    passed: int = 0  # items that passed, of
    items: int = 0
    uncut: tuple[Fraction, Fraction] | None = None  # a claim's low and high before any cap


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What one judge gave one thing, such as a candidate's criterion."""

    judge: str
    thing: str
    mark: Fraction  # only its place among other marks counts


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One report, without all that a comparison does not need."""

    candidate: Candidate
    tree: str
    given: int = 0  # its place among the reports as they were given
    titles: tuple[CategoryTitle, ...]
    marks: tuple[Mark, ...]
    open_gates: tuple[str, ...] = ()
    pass_mark: Fraction
    judgements: tuple[Judgement, ...] = ()  # reviewers' marks of criteria that all have marked
    claimed_cap: Fraction | None = None  # None: the rubric was not at hand


@dataclass(frozen=True, kw_only=True)
class Place:
    """The places that a candidate may have: `best` to `worst`, from 1.

    They differ where others can't be told apart from them. `firmest` and `loosest` are the best
    and the worst position, by certain points, over all weights that were tried.
    """

    best: int
    worst: int
    position: int
    firmest: int
    loosest: int


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """The cohort with one weight changed. Positions are in the order of the cohort's entries."""

    kind: str  # category or criterion
    id: str
    title: str
    change: Fraction  # such as 1/5 for 20 % more
    positions: tuple[int, ...]
    moved: int  # candidates at another position
    beyond: int  # candidates that leave the places they may have as it is
    furthest: int  # places that whoever moves most moves up (or, negative, down)
    who: int | None  # whose that is, as a position in the cohort's entries


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A statistic, or why there is none."""

    value: float | None
    on: int  # how many it is computed on
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A criterion over all candidates: how it is spread and how it measures."""

    id: str
    title: str
    category: str
    bins: tuple[int, ...]  # candidates by share, ten bins of ten per cent, the full ones last
    settled: int
    open: int
    absent: int  # to whom it does not apply
    difficulty: Figure  # the mean share that is reached: high is easy
    discrimination: Figure  # corrected item-total correlation


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far two or more judges of the same things agree."""

    about: str
    judges: tuple[str, ...]
    alpha: Figure
    note: str = ""  # how to read it


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """Two submissions that share code, once the starter's is set aside. No score."""

    one: int  # positions in the cohort's entries
    other: int
    share_one: Fraction  # of the first one's own code that the other has, too
    share_other: Fraction


@dataclass(frozen=True, kw_only=True)
class Similarity:
    """What was compared for likeness, and what was alike."""

    compared: int
    missing: int  # candidates whose source was not given
    starter: bool  # whether a starter was set aside
    pairs: tuple[Likeness, ...]
    more: int = 0  # pairs that are left out


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """All candidates, the highest total first, and what can be said of them together."""

    comparison: Comparison
    entries: tuple[Entry, ...]
    places: tuple[Place, ...]
    tie: Fraction
    scenarios: tuple[Scenario, ...]
    questions: tuple[Question, ...]
    consistency: Figure
    agreements: tuple[Agreement, ...] = ()
    similarity: Similarity | None = None
    blind: bool = False
    cap_known: bool = True  # whether the cap on claims could be applied anew to changed weights

    @property
    def titles(self) -> tuple[CategoryTitle, ...]:
        """The categories that apply to somebody, in the rubric's order."""
        return self.comparison.categories

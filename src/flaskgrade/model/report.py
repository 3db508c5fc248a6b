"""The one document that renderers read. They compute nothing; all that they show is here."""

from dataclasses import dataclass
from fractions import Fraction

from flaskgrade.model.evidence import Evidence, Finding
from flaskgrade.model.review import NOTHING_SAID, Review
from flaskgrade.model.score import Scorecard

SCHEMA_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Versioned:
    """A thing that took part, by name, version and digest (either may be empty)."""

    name: str
    version: str = ""
    digest: str = ""


@dataclass(frozen=True, kw_only=True)
class StageTime:
    """How long a stage took; stages overlap, so they do not add up to the total."""

    name: str
    milliseconds: int
    ended: str  # "ok", or why not


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Everything needed to say what exactly was graded, by what, and where."""

    source: str
    kind: str
    commit: str | None
    tree: str
    ref: str | None
    subdir: str | None
    dirty: bool
    commits: int
    exercise: Versioned | None
    rubric: Versioned
    sandbox: Versioned
    interpreter: str
    environment: str  # digest; empty if none was built
    packages: tuple[Versioned, ...]
    tools: tuple[Versioned, ...]
    harness: Versioned
    started: str  # ISO 8601, UTC
    milliseconds: int


@dataclass(frozen=True, kw_only=True)
class CategoryTitle:
    """A heading, in the rubric's order."""

    id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What the same evidence came to under another rubric, before it was scored again."""

    rubric: Versioned
    low: Fraction
    high: Fraction
    of: Fraction
    band_low: str
    band_high: str
    passed: bool | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """A graded submission."""

    schema: int
    title: str
    scorecard: Scorecard
    categories: tuple[CategoryTitle, ...]
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]  # of the submission itself and its declarations
    stages: tuple[StageTime, ...]
    provenance: Provenance
    earlier: tuple[Earlier, ...] = ()  # the oldest first; empty if it was scored once
    review: Review = NOTHING_SAID  # what people said of it

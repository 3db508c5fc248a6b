"""What the renderings for people share: how numbers are put, what is grouped, what comes first."""

from dataclasses import dataclass
from fractions import Fraction

from flaskgrade.model.evidence import Evidence, Finding, Item, Severity, Status
from flaskgrade.model.report import Earlier, Report, StageTime, Versioned
from flaskgrade.model.score import CriterionScore, Scorecard, Standing
from flaskgrade.report.grounds import Grounds, grounds

OTHER = "Other"
DASH = "\N{EN DASH}"
_OWN_ENDS = frozenset({"ok", "passed", "failed", "skipped"})  # the submission's own
_GRAVEST_FIRST = (Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO)


@dataclass(frozen=True, kw_only=True)
class CriterionView:
    """A criterion with the evidence that it rests on."""

    score: CriterionScore
    grounds: Grounds | None

    @property
    def failed(self) -> tuple[Item, ...]:
        """The weighed items that did not pass, whoever is to blame."""
        items = self.grounds.items if self.grounds else ()
        return tuple(item for item in items if item.status in {Status.FAILED, Status.ERRORED})

    @property
    def others(self) -> tuple[Item, ...]:
        """The weighed items that passed or did not apply."""
        items = self.grounds.items if self.grounds else ()
        return tuple(item for item in items if item.status in {Status.PASSED, Status.SKIPPED})


@dataclass(frozen=True, kw_only=True)
class CategoryView:
    """A heading, its criteria in the rubric's order, and their sum."""

    title: str
    criteria: tuple[CriterionView, ...]
    low: Fraction
    high: Fraction
    of: Fraction


def categories(report: Report) -> tuple[CategoryView, ...]:
    """Return the report's criteria under their headings; empty headings are left out."""
    titles = {category.id: category.title for category in report.categories}
    for score in report.scorecard.criteria:
        titles.setdefault(score.category, score.category or OTHER)
    views = (_category(report, key, title) for key, title in titles.items())
    return tuple(view for view in views if view.criteria)


def not_assessed(report: Report) -> tuple[CriterionScore, ...]:
    """Return the criteria that could not be assessed, through no fault of the candidate."""
    scores = report.scorecard.criteria
    return tuple(score for score in scores if score.standing is Standing.NOT_ASSESSED)


def costliest(report: Report, limit: int) -> tuple[CriterionScore, ...]:
    """Return the criteria that certainly lost points, those that lost most first."""
    lost = [score for score in report.scorecard.criteria if _lost(score) > 0]
    return tuple(sorted(lost, key=_lost, reverse=True)[:limit])


def failed_items(report: Report) -> tuple[tuple[Evidence, Item], ...]:
    """Return every failed item with the evidence that it stands in."""
    return tuple(
        (evidence, item)
        for evidence in report.evidence
        for item in evidence.items
        if item.status is Status.FAILED
    )


def worst_findings(report: Report) -> tuple[Finding, ...]:
    """Return all findings, of checks and of the submission itself, gravest first, each once."""
    found = [finding for evidence in report.evidence for finding in evidence.findings]
    once = dict.fromkeys([*report.findings, *found])
    return tuple(sorted(once, key=lambda finding: _GRAVEST_FIRST.index(finding.severity)))


def points(value: Fraction) -> str:
    """Return points to two decimals, half-even, without needless zeros: "8.57", "10"."""
    return _trimmed(round(value * 100))


def total(value: Fraction) -> str:
    """Return a total to one decimal, rounded down: 79.96 must not read like a pass at 80."""
    return _trimmed(int(value * 10 // 1) * 10)


def interval(low: str, high: str) -> str:
    """Return both ends with a dash between, or one number where both are the same."""
    return low if low == high else f"{low}{DASH}{high}"


def category_points(category: CategoryView) -> str:
    """Return "3.5 of 12" for a heading."""
    if not category.of:
        return "not applicable"
    return f"{interval(points(category.low), points(category.high))} of {points(category.of)}"


def total_interval(score: Scorecard) -> str:
    """Return the total as shown in headlines."""
    return interval(total(score.low), total(score.high))


def band(score: Scorecard) -> str:
    """Return the band, or both ends where the total is an interval."""
    if score.band_low == score.band_high:
        return score.band_low
    return f"{score.band_low} to {score.band_high}"


def verdict(score: Scorecard) -> str:
    """Return the outcome in a word."""
    if score.passed is None:
        return "Undecided"
    return "Pass" if score.passed else "Fail"


def why(score: Scorecard) -> str:
    """Return what the verdict follows from, as one sentence."""
    mark = points(score.pass_mark)
    broken = sum(gate.holds is False for gate in score.gates)
    gates = f"{broken} gate{'s' if broken > 1 else ''} not holding"
    if score.passed:
        return f"At or above the pass mark of {mark}, every gate holding."
    if score.passed is None:
        return f"What is open decides whether the pass mark of {mark} is reached and gates hold."
    below = f"below the pass mark of {mark}" if score.high < score.pass_mark else ""
    reasons = " and ".join(filter(None, [below, gates if broken else ""]))
    return f"{reasons[:1].upper()}{reasons[1:]}." if reasons else f"The pass mark is {mark}."


def was_lost(stage: StageTime) -> bool:
    """Tell whether a stage ended by our fault."""
    return not set(stage.ended.split(" · ")) <= _OWN_ENDS


def share(value: Fraction, of: Fraction) -> float:
    """Return a share in per cent between 0 and 100, 0 of 0 being 0."""
    return float(round(min(max(value / of, Fraction(0)), Fraction(1)) * 100, 2)) if of else 0.0


def duration(milliseconds: int) -> str:
    """Return "85 ms", "3.2 s" or "2 min 05 s"."""
    if milliseconds < 1000:  # noqa: PLR2004 - a second
        return f"{milliseconds} ms"
    seconds = milliseconds / 1000
    if round(seconds, 1) < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s"


def facts(report: Report) -> tuple[tuple[str, str], ...]:
    """Return the provenance as pairs of a label and a value, empty ones left out."""
    origin = report.provenance
    state = "with uncommitted changes, which are not graded" if origin.dirty else ""
    pairs = (
        ("Source", origin.source),
        ("Kind", origin.kind),
        ("Ref", origin.ref or ""),
        ("Commit", " ".join(filter(None, [origin.commit, state]))),
        ("Folder", origin.subdir or ""),
        ("Tree", origin.tree),
        ("Commits", str(origin.commits)),
        ("Exercise", versioned(origin.exercise) if origin.exercise else "none"),
        ("Rubric", versioned(origin.rubric)),
        ("Sandbox", versioned(origin.sandbox)),
        ("Interpreter", origin.interpreter),
        ("Environment", origin.environment or "none was built"),
        ("Harness", versioned(origin.harness)),
        ("Started", origin.started),
        ("Took", duration(origin.milliseconds)),
        *(("Scored before", before(one)) for one in report.earlier),
    )
    return tuple((label, value) for label, value in pairs if value)


def before(earlier: Earlier) -> str:
    """Return what a report came to under an earlier rubric."""
    bands = dict.fromkeys((earlier.band_low, earlier.band_high))
    named = f"{earlier.rubric.name} {earlier.rubric.version}".strip()
    points = interval(total(earlier.low), total(earlier.high))
    return f"{points} of {total(earlier.of)}, {' to '.join(bands)}, by {named}"


def versioned(thing: Versioned) -> str:
    """Return "name version (digest)" with what is known."""
    digest = f"({thing.digest})" if thing.digest else ""
    return " ".join(filter(None, [thing.name, thing.version, digest]))


def _lost(score: CriterionScore) -> Fraction:
    applies = score.standing is not Standing.NOT_APPLICABLE
    return score.of - score.high if applies else Fraction(0)


def _category(report: Report, key: str, title: str) -> CategoryView:
    scores = [score for score in report.scorecard.criteria if score.category == key]
    counted = [score for score in scores if score.standing is not Standing.NOT_APPLICABLE]
    return CategoryView(
        title=title,
        criteria=tuple(
            CriterionView(score=score, grounds=grounds(score, report.evidence)) for score in scores
        ),
        low=sum((score.low for score in counted), Fraction(0)),
        high=sum((score.high for score in counted), Fraction(0)),
        of=sum((score.of for score in counted), Fraction(0)),
    )


def _trimmed(hundredths: int) -> str:
    sign = "-" if hundredths < 0 else ""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{sign}{whole}" + (f".{rest:02}".rstrip("0") if rest else "")

"""Put reports side by side. Pure: reports in, a comparison out."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from flaskgrade.errors import UsageError
from flaskgrade.model.comparison import Candidate, CategoryPoints, Comparison
from flaskgrade.model.report import CategoryTitle, Report, Versioned
from flaskgrade.model.score import CriterionScore, Standing
from flaskgrade.report import plain


def compare(reports: Sequence[Report], *, allow_mixed: bool = False) -> Comparison:
    """Return the reports' outcomes side by side, the highest total first.

    Raises UsageError without a report, and for reports of different exercises or rubrics (by name,
    version and digest) unless `allow_mixed`: their points do not measure the same thing.
    """
    titles = [one for report in reports for one in report.categories]
    return side_by_side([candidate(one) for one in reports], titles, allow_mixed=allow_mixed)


def side_by_side(
    candidates: Sequence[Candidate],
    titles: Iterable[CategoryTitle],
    *,
    allow_mixed: bool = False,
) -> Comparison:
    """Return candidates as `compare` does. `titles` are the categories', repeated or not."""
    if not candidates:
        raise UsageError("there is nothing to compare", hint="Give two or more JSON reports.")
    mixed = tuple(
        f"{what}: {', '.join(different)}"
        for what, of in (("exercise", _exercise), ("rubric", _rubric))
        if len(different := _different(candidates, of)) > 1
    )
    if mixed and not allow_mixed:
        raise UsageError(
            f"these reports were not graded alike ({plain.line('; '.join(mixed), 400)})",
            hint="Grade them with the same exercise and rubric, or ask for mixed reports.",
        )
    named = {one.id: one for one in titles}
    used = {one.category for candidate in candidates for one in candidate.categories}
    return Comparison(
        candidates=tuple(sorted(candidates, key=order)),
        categories=tuple(title for key, title in named.items() if key in used),
        mixed=mixed,
    )


def order(candidate: Candidate) -> tuple[Fraction, Fraction, str, str]:
    """Return what candidates are sorted by: what is certain, then what is possible."""
    return -candidate.low, -candidate.high, candidate.title, candidate.pinned


def candidate(report: Report) -> Candidate:
    """Return a report's outcome, as it stands in a comparison."""
    score = report.scorecard
    origin = report.provenance
    return Candidate(
        title=report.title,
        source=origin.source,
        pinned=origin.commit or origin.tree,
        low=score.low,
        high=score.high,
        of=score.of,
        band_low=score.band_low,
        band_high=score.band_high,
        passed=score.passed,
        broken_gates=tuple(gate.title for gate in score.gates if gate.holds is False),
        categories=_categories(score.criteria),
        exercise=origin.exercise,
        rubric=origin.rubric,
    )


def _categories(criteria: tuple[CriterionScore, ...]) -> tuple[CategoryPoints, ...]:
    counted = [one for one in criteria if one.standing is not Standing.NOT_APPLICABLE]
    return tuple(
        CategoryPoints(
            category=category,
            low=sum((one.low for one in counted if one.category == category), Fraction(0)),
            high=sum((one.high for one in counted if one.category == category), Fraction(0)),
            of=sum((one.of for one in counted if one.category == category), Fraction(0)),
        )
        for category in dict.fromkeys(one.category for one in counted)
    )


def _different(
    candidates: Sequence[Candidate], of: Callable[[Candidate], Versioned | None]
) -> list[str]:
    """Return the different values, spelled with their digests only where the rest is alike."""
    values = list(dict.fromkeys(of(one) for one in candidates))
    short = [f"{one.name} {one.version}".strip() if one else "none" for one in values]
    if len(set(short)) == len(short):
        return short
    return [
        f"{name} ({one.digest})" if one else name for name, one in zip(short, values, strict=True)
    ]


def _exercise(candidate: Candidate) -> Versioned | None:
    return candidate.exercise


def _rubric(candidate: Candidate) -> Versioned | None:
    return candidate.rubric

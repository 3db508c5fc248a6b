"""What a comparison of many needs of one report, and no more: a thousand must fit in memory."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from flaskgrade.cohort.compare import candidate
from flaskgrade.cohort.rescore import scorecard, versioned
from flaskgrade.model.cohort import Entry, Exhibit, Judgement, Mark
from flaskgrade.model.evidence import Evidence, Finding, Item, Severity, Status
from flaskgrade.model.report import Report
from flaskgrade.model.review import same_person
from flaskgrade.model.rubric import REVIEW, Rubric
from flaskgrade.model.score import CriterionScore, Standing
from flaskgrade.report import plain
from flaskgrade.report.grounds import grounds

EXHIBITS = 8  # kept per criterion; the JSON report has them all
TITLE_LIMIT = 160
DETAIL_LIMIT = 320
_GRAVEST_FIRST = (Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO)
_NO_CAP = Fraction(10**6)


def entry(report: Report, rubric: Rubric | None = None) -> Entry:
    """Return a report as an entry of a cohort.

    With the very rubric that it was scored by, claims are also told before they were cut at the
    cap; another one is left aside.
    """
    known = rubric if rubric and versioned(rubric) == report.provenance.rubric else None
    score = report.scorecard
    return Entry(
        candidate=candidate(report),
        tree=report.provenance.tree,
        titles=report.categories,
        marks=tuple(
            _mark(one, report.evidence, before)
            for one, before in zip(score.criteria, _uncut(report, known), strict=True)
        ),
        open_gates=tuple(gate.title for gate in score.gates if gate.holds is None),
        pass_mark=score.pass_mark,
        judgements=tuple(_judgements(report)),
        claimed_cap=known.claimed_cap if known else None,
    )


def _uncut(report: Report, rubric: Rubric | None) -> Iterator[tuple[Fraction, Fraction] | None]:
    """Yield what each criterion came to before claims were cut, None where that is not known."""
    stored = report.scorecard.criteria
    if rubric is None or not any(one.claimed for one in stored):
        yield from (None for _ in stored)
        return
    free = scorecard(report, replace(rubric, claimed_cap=_NO_CAP)).criteria
    automatic = {one.id: one.automatic or one for one in free}
    found = {name: (one.low, one.high) for name, one in automatic.items()}
    yield from (found.get(one.id) if one.claimed else None for one in stored)


def _judgements(report: Report) -> Iterator[Judgement]:
    """Yield marks, none of what still awaits a reviewer: who is next is not to know them."""
    for score in report.scorecard.criteria:
        if score.check == REVIEW and score.standing is not Standing.AWAITING:
            for mark in report.review.marks_on(score.id):
                if mark.value is not None:
                    yield Judgement(
                        judge=same_person(mark.reviewer), thing=score.id, mark=Fraction(mark.value)
                    )


def _mark(
    score: CriterionScore,
    evidence: tuple[Evidence, ...],
    uncut: tuple[Fraction, Fraction] | None,
) -> Mark:
    found = grounds(score, evidence)
    items = found.items if found else ()
    weighed = [item for item in items if item.status is not Status.SKIPPED]
    grave = [item for item in weighed if item.status in {Status.FAILED, Status.ERRORED}]
    findings = sorted(found.findings, key=_gravity) if found else []
    shown = [*map(_of_item, grave[:EXHIBITS]), *map(_of_finding, findings[:EXHIBITS])][:EXHIBITS]
    return Mark(
        score=score,
        exhibits=tuple(shown),
        more=len(grave) + len(findings) - len(shown),
        passed=sum(item.status is Status.PASSED for item in weighed),
        items=len(weighed),
        uncut=uncut,
    )


def _of_item(item: Item) -> Exhibit:
    return Exhibit(
        tone="open" if item.status is Status.ERRORED else "failed",
        title=plain.line(item.title, TITLE_LIMIT),
        detail=plain.line(item.message, DETAIL_LIMIT),
        place=plain.line(str(item.location or item.id), TITLE_LIMIT),
    )


def _of_finding(finding: Finding) -> Exhibit:
    return Exhibit(
        tone=finding.severity.value,
        title=plain.line(finding.message, DETAIL_LIMIT),
        detail=plain.line(finding.code, TITLE_LIMIT),
        place=plain.line(str(finding.location or ""), TITLE_LIMIT),
    )


def _gravity(finding: Finding) -> int:
    return _GRAVEST_FIRST.index(finding.severity)

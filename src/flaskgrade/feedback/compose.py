"""Make a candidate's feedback from a report. Pure.

Of the hidden tests nothing is used but which sentences of the brief they enforce, and the brief is
the candidate's already. Findings are about the candidate's own lines, in the words of public tools.
Logs, exchanges, expected values, points and whatever stands in a test stay out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flaskgrade.feedback.search import Search
from flaskgrade.model.evidence import Finding, Item, Status
from flaskgrade.model.exercise import Exercise
from flaskgrade.model.feedback import Feedback, Place, Remark
from flaskgrade.model.report import Report
from flaskgrade.model.rubric import REVIEW
from flaskgrade.model.score import CriterionScore, Standing
from flaskgrade.report import plain
from flaskgrade.report.grounds import grounds

ACCEPTANCE = "acceptance"
WELL = 0.95  # a share from which on nothing needs to be said but well done
WELL_MARKED = 0.75  # three of four, where people mark
PLACES = 5
SENTENCES = 8
MESSAGE = 300
# What follows from the candidate's code running, or is said in an examiner's words: not quoted.
UNQUOTED = frozenset({ACCEPTANCE, "serves", "own-tests", "builds", "live", "migrations", "queries"})


@dataclass(frozen=True, kw_only=True)
class _Grounds:
    """What remarks are made from."""

    report: Report
    enforced: Mapping[str, tuple[str, ...]]  # the brief's sentences, by hidden test
    links: Mapping[str, str]
    search: Search


def compose(
    report: Report, exercise: Exercise | None, *, links: Mapping[str, str], search: Search
) -> Feedback:
    """Return the feedback on a report; `links` has something to read for each check.

    A part that tells what is hidden is left out, and counted.
    """
    given = _Grounds(
        report=report,
        enforced={test.id: test.brief for test in exercise.tests} if exercise else {},
        links=links,
        search=search,
    )
    scored = [one for one in report.scorecard.criteria if one.of]
    remarks = [_remark(one, given) for one in scored if one.standing is Standing.SCORED]
    improve = [remark for remark, _ in remarks if remark.share < WELL]
    return Feedback(
        task=exercise.title if exercise else "Your Flask project",
        went_well=tuple(remark for remark, _ in remarks if remark.share >= WELL),
        to_improve=tuple(sorted(improve, key=lambda one: one.share)),
        open=tuple(one.title for one in scored if one.standing is Standing.NOT_ASSESSED),
        commit=(report.provenance.commit or "")[:10],
        left_out=sum(hidden for _, hidden in remarks),
    )


def _remark(score: CriterionScore, given: _Grounds) -> tuple[Remark, int]:
    """Return a criterion's remark, and how many parts of it were left out."""
    found = grounds(score, given.report.evidence)
    items = found.items if found else ()
    findings = found.findings if found else ()
    share = _share(score, items, findings, given.report.scorecard.works)
    if share >= (WELL_MARKED if score.check == REVIEW else WELL):
        return Remark(title=score.title, share=share), 0
    failed = [item for item in items if item.status is Status.FAILED]
    sentences = dict.fromkeys(w for item in failed for w in given.enforced.get(_test(item), ()))
    places = [] if score.check in UNQUOTED else [*_at(failed), *_of(findings)]
    safe = [one for one in places if not given.search.tells(f"{one.where} {one.what}")]
    return Remark(
        title=score.title,
        share=share,
        brief=tuple(sentences)[:SENTENCES],
        places=tuple(safe[:PLACES]),
        more_places=max(len(safe) - PLACES, 0),
        link=given.links.get(score.check, ""),
    ), len(places) - len(safe)


def _share(
    score: CriterionScore,
    items: Sequence[Item],
    findings: Sequence[Finding],
    works: Fraction | None,
) -> float:
    """Return how far a criterion holds by itself, not how many points were left of it."""
    if score.check == REVIEW or score.automatic is not None:
        return float(score.high / score.of)  # people said so; who, and why, is not told
    counted = [one for one in items if one.status in {Status.PASSED, Status.FAILED}]
    if counted:
        return sum(one.status is Status.PASSED for one in counted) / len(counted)
    if not findings and score.check not in UNQUOTED:
        return 1.0
    # Points for style count only as far as the app works; here the style alone is meant.
    return min(float(score.high / score.of / (works or 1)), 1.0)


def _test(item: Item) -> str:
    return item.id.partition("[")[0]


def _at(items: Sequence[Item]) -> list[Place]:
    return [
        Place(where=plain.line(str(one.location), 160), what=plain.line(one.message, MESSAGE))
        for one in items
        if one.location is not None
    ]


def _of(findings: Sequence[Finding]) -> list[Place]:
    return [
        Place(
            where=plain.line(str(one.location), 160),
            what=plain.line(f"{one.message} ({one.code})", MESSAGE),
        )
        for one in findings
        if one.location is not None
    ]

"""room-bookings measures what it claims, proved by grading all that it ships."""

from dataclasses import replace
from fractions import Fraction

import pytest

from flaskgrade.model.evidence import Evidence, Item, Status
from flaskgrade.model.report import Report
from flaskgrade.model.score import Standing
from tests.exercises.conftest import ROOM_BOOKINGS, Grader, evidence, expected

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]
VARIANTS = sorted(path.parent.name for path in ROOM_BOOKINGS.glob("variants/*/expect.yaml"))
BANDED = [variant for variant in VARIANTS if expected(variant).band]


@pytest.fixture(scope="module")
def solution(grader: Grader) -> Report:
    """Give the report on the reference solution."""
    return grader(ROOM_BOOKINGS / "solution")


def lost(report: Report) -> set[str]:
    """Return the criteria that did not earn all of their points."""
    return {
        one.id
        for one in report.scorecard.criteria
        if one.standing is Standing.SCORED and one.high < one.of
    }


def facts(one: Evidence) -> Evidence:
    """Return the evidence without what differs from run to run: times, logs, random values."""
    return replace(
        one,
        milliseconds=0,
        commands=(),
        items=tuple(
            Item(id=i.id, title=i.title, status=i.status, criteria=i.criteria) for i in one.items
        ),
    )


def test_the_solution_earns_everything(solution: Report) -> None:
    """The reference solution has full automatic marks, and nothing is left open."""
    problems = [
        (one.check, item.id, item.message)
        for one in solution.evidence
        for item in one.items
        if item.status is not Status.PASSED
    ]

    assert problems == []
    assert (solution.scorecard.low, solution.scorecard.high) == (Fraction(100), Fraction(100))


@pytest.mark.parametrize(
    "alternative", sorted(path.name for path in ROOM_BOOKINGS.glob("alternatives/*"))
)
def test_another_architecture_passes_every_acceptance_test(
    grader: Grader, solution: Report, alternative: str
) -> None:
    """What is asked is behaviour: a quite different solution has the same acceptance result."""
    report = grader(ROOM_BOOKINGS / "alternatives" / alternative)

    assert facts(evidence(report, "acceptance")) == facts(evidence(solution, "acceptance"))


def test_the_untouched_starter_earns_next_to_nothing(grader: Grader) -> None:
    """Handing back the starter is worth at most 5 points of 100."""
    report = grader(ROOM_BOOKINGS / "starter")

    assert report.scorecard.high <= 5


def test_there_are_variants_of_many_kinds() -> None:
    """The flawed variants below are really there, and faults that are planted one by one."""
    assert len(BANDED) >= 4
    assert len(VARIANTS) >= 20


@pytest.mark.parametrize("variant", BANDED)
def test_a_variant_lands_where_it_says(grader: Grader, variant: str) -> None:
    """Each flawed variant lands in its band, and loses the criteria that it names."""
    report = grader(ROOM_BOOKINGS / "solution", variant=variant)

    card = report.scorecard
    assert (card.band_low, card.band_high) == (expected(variant).band,) * 2
    assert expected(variant).loses <= lost(report)


@pytest.mark.docker
def test_both_backends_agree(grader: Grader, solution: Report) -> None:
    """Docker gives the same score with the same evidence as bwrap."""
    report = grader(ROOM_BOOKINGS / "solution", backend="docker")

    assert tuple(map(facts, report.evidence)) == tuple(map(facts, solution.evidence))
    assert report.scorecard == solution.scorecard


@pytest.mark.docker
def test_both_backends_agree_on_a_flawed_submission(grader: Grader) -> None:
    """They agree on what is wrong, too."""
    variant = BANDED[0]
    one, other = (
        grader(ROOM_BOOKINGS / "solution", variant=variant, backend=backend)
        for backend in ("bwrap", "docker")
    )

    assert tuple(map(facts, one.evidence)) == tuple(map(facts, other.evidence))
    assert one.scorecard == other.scorecard

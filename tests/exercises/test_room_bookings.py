"""room-bookings measures what it claims, proved by grading all that it ships."""

from dataclasses import replace

import pytest

from flaskgrade.model.evidence import Evidence, Item
from tests.exercises.conftest import ROOM_BOOKINGS, Grader, Prover

pytestmark = [pytest.mark.network, pytest.mark.timeout(1800)]


@pytest.mark.parametrize("backend", ["bwrap", pytest.param("docker", marks=pytest.mark.docker)])
def test_everything_is_as_it_claims(prover: Prover, backend: str) -> None:
    """The kill matrix holds, and no criterion is untested."""
    matrix = prover("room-bookings", backend)

    assert [(one.claim.title, one.problems) for one in matrix.trials if one.problems] == []
    assert [(one.claim.title, one.open) for one in matrix.trials if one.open] == []
    assert (matrix.untested, matrix.problems) == ((), ())


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


@pytest.mark.docker
@pytest.mark.parametrize("variant", [None, "html-errors"])
def test_both_backends_agree(grader: Grader, variant: str | None) -> None:
    """Docker gives the same score with the same evidence as bwrap, whether right or flawed."""
    one, other = (
        grader(ROOM_BOOKINGS / "solution", variant=variant, backend=backend)
        for backend in ("bwrap", "docker")
    )

    assert tuple(map(facts, one.evidence)) == tuple(map(facts, other.evidence))
    assert one.scorecard == other.scorecard

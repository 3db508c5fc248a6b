"""payment-webhooks measures what it claims, proved by grading all that it ships."""

import pytest

from tests.exercises.conftest import Prover

pytestmark = [pytest.mark.network, pytest.mark.timeout(1800)]


@pytest.mark.parametrize("backend", ["bwrap", pytest.param("docker", marks=pytest.mark.docker)])
def test_everything_is_as_it_claims(prover: Prover, backend: str) -> None:
    """The kill matrix holds, and no criterion is untested."""
    matrix = prover("payment-webhooks", backend)

    assert [(one.claim.title, one.problems) for one in matrix.trials if one.problems] == []
    assert [(one.claim.title, one.open) for one in matrix.trials if one.open] == []
    assert (matrix.untested, matrix.problems) == ((), ())

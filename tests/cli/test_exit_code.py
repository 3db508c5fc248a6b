"""The exit code of a graded submission says only what is certain."""

from dataclasses import replace
from fractions import Fraction

import pytest

from flaskgrade.cli.grade import exit_code
from flaskgrade.model.report import Report
from flaskgrade.model.score import GateResult
from tests.report.reports import passing
from tests.report.reviewed import awaiting


def scored(low: int, high: int, *gates: bool | None) -> Report:
    """A report with that total and those gates."""
    report = passing()
    results = tuple(
        GateResult(id=str(n), title="gate", holds=holds, reason="") for n, holds in enumerate(gates)
    )
    card = replace(report.scorecard, low=Fraction(low), high=Fraction(high), gates=results)
    return replace(report, scorecard=card)


@pytest.mark.parametrize(
    ("low", "high", "gates", "fail_under", "expected"),
    [
        (80, 80, (True,), None, 0),
        (80, 80, (True,), 80, 0),
        (79, 79, (True,), 80, 1),
        (80, 80, (False,), None, 1),
        (70, 90, (), None, 5),
        (70, 90, (), 60, 5),
        (70, 90, (), 80, 5),
        (70, 79, (), 80, 1),
        (80, 80, (None,), None, 5),
        (70, 90, (False,), None, 1),
    ],
)
def test_a_code_is_certain(
    low: int, high: int, gates: tuple[bool | None, ...], fail_under: int | None, expected: int
) -> None:
    """1 needs a failed gate or a high end below the threshold; anything open is 5."""
    threshold = None if fail_under is None else Fraction(fail_under)

    assert exit_code(scored(low, high, *gates), threshold) == expected


@pytest.mark.parametrize(("fail_under", "expected"), [(None, 0), (80, 0), (100, 5), (110, 1)])
def test_what_only_awaits_review_is_no_failure(fail_under: int | None, expected: int) -> None:
    """A report with 89.6 to 109.6 points is graded, but for a threshold that people decide."""
    threshold = None if fail_under is None else Fraction(fail_under)

    assert exit_code(awaiting(), threshold) == expected

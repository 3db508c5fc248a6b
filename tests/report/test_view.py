"""How numbers are put, and what comes first."""

from dataclasses import replace
from fractions import Fraction

import pytest

from flaskgrade.model.evidence import Severity
from flaskgrade.model.report import StageTime
from flaskgrade.report import view
from tests.report import reports


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(10), "10"),
        (Fraction(25, 7), "3.57"),
        (Fraction(7, 2), "3.5"),
        (Fraction(1, 200), "0"),
        (Fraction(3, 200), "0.02"),
        (Fraction(-5, 4), "-1.25"),
        (Fraction(0), "0"),
        (Fraction(100), "100"),
    ],
)
def test_points_have_two_decimals_at_most(value: Fraction, shown: str) -> None:
    """Points are rounded half-even and lose their trailing zeros, not their tens."""
    assert view.points(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [("79.96", "79.9"), ("80", "80"), ("100", "100"), ("0.04", "0")]
)
def test_a_total_is_never_rounded_up_to_a_mark(value: str, shown: str) -> None:
    """79.96 does not read 80 beside a pass mark of 80."""
    assert view.total(Fraction(value)) == shown


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [(0, "0 ms"), (999, "999 ms"), (1000, "1.0 s"), (59_940, "59.9 s"), (59_960, "1 min 00 s")],
)
def test_durations_read_well(milliseconds: int, shown: str) -> None:
    """No duration reads "60.0 s"."""
    assert view.duration(milliseconds) == shown


def test_a_failure_by_a_gate_alone_is_not_called_below_the_mark() -> None:
    """A total above the mark with a broken gate says that it is the gate."""
    failed = reports.failing().scorecard
    high = replace(failed, low=Fraction(90), high=Fraction(90))

    assert view.why(failed) == "Below the pass mark of 70 and 1 gate not holding."
    assert view.why(high) == "1 gate not holding."


def test_what_is_open_is_not_counted_as_lost() -> None:
    """Points that were not assessed or do not apply are not among the costs."""
    assert [one.id for one in view.costliest(reports.not_assessed(), 10)] == ["Q1"]
    assert [one.id for one in view.costliest(reports.failing(), 3)] == ["M1", "T1", "X1"]


def test_the_gravest_findings_come_first() -> None:
    """Findings of checks and of the submission are one list by severity."""
    severities = [finding.severity for finding in view.worst_findings(reports.failing())]

    assert severities == [Severity.HIGH, *[Severity.MEDIUM] * 2, *[Severity.LOW] * 2]


def test_a_category_sums_what_applies() -> None:
    """A criterion that does not apply adds neither points nor what can be earned."""
    categories = {one.title: one for one in view.categories(reports.not_assessed())}

    assert view.category_points(categories["Correctness"]) == "35–50 of 50"
    assert view.category_points(categories["Data"]) == "not applicable"


@pytest.mark.parametrize(
    ("ended", "lost"),
    [("ok", False), ("passed · failed", False), ("not assessed", True), ("errored", True)],
)
def test_only_our_fault_marks_a_stage_as_lost(ended: str, *, lost: bool) -> None:
    """A failed check is the submission's own end, not a broken stage."""
    assert view.was_lost(StageTime(name="x", milliseconds=1, ended=ended)) is lost

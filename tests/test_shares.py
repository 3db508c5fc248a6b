"""Each rule by example: evidence in, a share and its reason out."""
# A test's name is its sentence.
# ruff: noqa: D103

from fractions import Fraction

import pytest

from flaskgrade.model.evidence import Evidence, Finding, Item, Measure, Origin, Severity, Status
from flaskgrade.model.rubric import (
    PassFail,
    PerFinding,
    PerThousandLines,
    Proportion,
    Thresholds,
)
from flaskgrade.model.score import Standing
from flaskgrade.shares import decimal, judge, percent

DENSITY = PerThousandLines(free=Fraction(2), zero=Fraction(12))
ANNOTATED = Thresholds(
    measure="annotated",
    per="functions",
    steps=((Fraction(1, 2), Fraction(1, 4)), (Fraction(9, 10), Fraction(1))),
)
P, F, S, E = Status.PASSED, Status.FAILED, Status.SKIPPED, Status.ERRORED


def evidence(
    status: Status = Status.PASSED,
    *,
    statuses: tuple[Status, ...] = (),
    codes: tuple[str, ...] = (),
    origin: Origin = Origin.OBSERVED,
    **measures: int,
) -> Evidence:
    return Evidence(
        check="a-check",
        status=status,
        summary="It said so.",
        origin=origin,
        items=tuple(
            Item(id=str(place), title="", status=each, criteria=("C1",))
            for place, each in enumerate(statuses)
        ),
        findings=tuple(Finding(code=code, message="") for code in codes),
        measures=tuple(Measure(name=name, value=value) for name, value in measures.items()),
    )


@pytest.mark.parametrize(
    ("findings", "lines", "share"),
    [
        (0, 500, Fraction(1)),
        (1, 500, Fraction(1)),
        (2, 500, Fraction(4, 5)),
        (6, 500, Fraction(0)),
        (60, 500, Fraction(0)),
        (7, 1000, Fraction(1, 2)),
        (0, 0, Fraction(0)),
    ],
)
def test_findings_per_thousand_lines_cost_between_free_and_zero(
    findings: int, lines: int, share: Fraction
) -> None:
    found = judge(DENSITY, None, evidence(codes=("ruff:E1",) * findings, source_lines=lines))

    assert (found.low, found.high) == (share, share)


def test_a_density_says_its_numbers() -> None:
    found = judge(DENSITY, None, evidence(codes=("a",) * 7, source_lines=900))

    assert found.reason == (
        "7 findings in 900 lines, 7.77 per 1,000; up to 2 cost nothing, 12 cost all"
    )


def test_findings_are_selected_by_the_start_of_their_code() -> None:
    found = judge(
        DENSITY, "ruff:S", evidence(F, codes=("ruff:S1", "ruff:E1", "ruff:E2"), source_lines=1000)
    )

    assert found.reason.startswith("1 finding in")


def test_findings_take_no_more_than_their_cap() -> None:
    rule = PerFinding(costs=((Severity.LOW, Fraction(1, 4)),), cap=Fraction(1, 2))

    found = judge(rule, None, evidence(F, codes=("a",) * 3))

    assert found.low == Fraction(1, 2)
    assert found.reason == "3 findings (3 low) take 50 %, the most they can"


def test_no_findings_take_nothing() -> None:
    rule = PerFinding(costs=((Severity.LOW, Fraction(1, 4)),))

    found = judge(rule, None, evidence())

    assert found.low == 1
    assert found.reason == "no findings"


@pytest.mark.parametrize(
    ("annotated", "share"), [(0, 0), (49, 0), (50, Fraction(1, 4)), (89, Fraction(1, 4)), (90, 1)]
)
def test_a_threshold_is_reached_or_not(annotated: int, share: Fraction) -> None:
    assert judge(ANNOTATED, None, evidence(annotated=annotated, functions=100)).low == share


def test_a_threshold_says_its_numbers() -> None:
    reached = judge(ANNOTATED, None, evidence(annotated=6, functions=10))
    missed = judge(ANNOTATED, None, evidence(annotated=1, functions=10))

    assert reached.reason == "annotated: 6 of 10 functions; from 0.5 on it earns 25 %"
    assert missed.reason == "annotated: 1 of 10 functions; points start at 0.5"


def test_a_ratio_of_nothing_earns_nothing() -> None:
    assert judge(ANNOTATED, None, evidence(annotated=0, functions=0)).high == 0


@pytest.mark.parametrize("rule", [DENSITY, ANNOTATED])
def test_a_measure_that_a_check_did_not_take_is_our_fault(
    rule: PerThousandLines | Thresholds,
) -> None:
    found = judge(rule, None, evidence())

    assert found.low == 0
    assert found.high == 1
    assert found.standing is Standing.NOT_ASSESSED


def test_a_measure_that_a_failed_check_could_not_take_earns_nothing() -> None:
    found = judge(ANNOTATED, None, evidence(F))

    assert found.high == 0
    assert found.standing is Standing.SCORED
    assert found.reason == "It said so"


def test_pass_fail_is_all_or_nothing_by_the_status() -> None:
    assert judge(PassFail(), None, evidence(P)).low == 1
    assert judge(PassFail(), None, evidence(F)).high == 0


@pytest.mark.parametrize(
    ("statuses", "low", "high"),
    [((P, P), 1, 1), ((P, F), 0, 0), ((P, E), 0, 1), ((P, S), 0, 0), ((F, E), 0, 0)],
)
def test_pass_fail_of_a_selection_wants_all_of_it(
    statuses: tuple[Status, ...], low: int, high: int
) -> None:
    found = judge(PassFail(), "C1", evidence(statuses=statuses))

    assert found.low == low
    assert found.high == high


@pytest.mark.parametrize("rule", [PassFail(), Proportion()])
def test_a_selection_that_matches_nothing_does_not_apply(rule: PassFail | Proportion) -> None:
    found = judge(rule, "C2", evidence(F, statuses=(P,)))

    assert found.standing is Standing.NOT_APPLICABLE
    assert found.reason == "the check a-check has nothing to pass for C2"


def test_claims_of_something_else_do_not_apply_but_no_claims_at_all_earn_nothing() -> None:
    other = judge(Proportion(), "C2", evidence(statuses=(P,), origin=Origin.CLAIMED))
    nothing = judge(Proportion(), "C2", evidence(origin=Origin.CLAIMED))

    assert other.standing is Standing.NOT_APPLICABLE
    assert nothing.standing is Standing.SCORED
    assert nothing.high == 0


def test_a_check_that_found_nothing_to_count_does_not_apply() -> None:
    assert judge(Proportion(), None, evidence()).standing is Standing.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (Fraction(1), "1"),
        (Fraction(10), "10"),
        (Fraction(100), "100"),
        (Fraction(1, 3), "0.33"),
        (Fraction(99_999, 1000), "99.99"),
        (Fraction(1, 2), "0.5"),
        (Fraction(0), "0"),
        (Fraction(1, 1000), "under 0.01"),
    ],
)
def test_numbers_are_cut_to_two_places_and_never_read_as_more(number: Fraction, words: str) -> None:
    assert decimal(number) == words
    assert percent(number / 100) == f"{words} %"

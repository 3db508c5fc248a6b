"""Scoring by example: what each standing, cap, gate and verdict comes to, with its reason."""
# A test's name is its sentence.
# ruff: noqa: D103

from fractions import Fraction

import pytest

from flaskgrade.model.evidence import Evidence, Finding, Item, Measure, Origin, Severity, Status
from flaskgrade.model.rubric import (
    Band,
    Category,
    Criterion,
    Gate,
    PassFail,
    PerFinding,
    PerThousandLines,
    Proportion,
    Rubric,
    Rule,
)
from flaskgrade.model.score import CriterionScore, Scorecard, Standing
from flaskgrade.scoring import score

BANDS = (
    Band(name="strong", at_least=Fraction(75)),
    Band(name="solid", at_least=Fraction(60)),
    Band(name="weak", at_least=Fraction(0)),
)
P, F, S, E = Status.PASSED, Status.FAILED, Status.SKIPPED, Status.ERRORED


def rubric(
    *criteria: Criterion,
    gates: tuple[Gate, ...] = (),
    works: tuple[str, ...] = ("acceptance", "serves"),
    claimed_cap: int = 10,
) -> Rubric:
    return Rubric(
        name="r",
        title="R",
        version=1,
        digest="",
        works=works,
        categories=(Category(id="c", title="C"),),
        criteria=criteria,
        gates=gates,
        bands=BANDS,
        pass_mark=Fraction(60),
        claimed_cap=Fraction(claimed_cap),
    )


def criterion(
    id: str,  # noqa: A002 - the field's name
    check: str = "acceptance",
    rule: Rule | None = None,
    *,
    weight: int = 1,
    scaled: bool = False,
) -> Criterion:
    return Criterion(
        id=id,
        title=id,
        category="c",
        weight=Fraction(weight),
        check=check,
        rule=rule or Proportion(),
        select=id if check == "acceptance" else None,
        scaled=scaled,
    )


def items(*statuses: Status, criteria: tuple[str, ...] = ("C1",)) -> tuple[Item, ...]:
    return tuple(
        Item(id=f"{criteria}{place}", title="", status=status, criteria=criteria)
        for place, status in enumerate(statuses)
    )


def acceptance(*found: Item, status: Status = Status.FAILED) -> Evidence:
    return Evidence(check="acceptance", status=status, summary="Examined.", items=found)


def of(card: Scorecard, name: str) -> CriterionScore:
    return next(each for each in card.criteria if each.id == name)


def interval(card: Scorecard | CriterionScore) -> tuple[Fraction | int, Fraction | int]:
    return card.low, card.high


def test_points_are_the_share_of_selected_items_that_passed() -> None:
    card = score(
        rubric(criterion("C1", weight=3), criterion("C2")),
        [acceptance(*items(P, P, F), *items(P, criteria=("C2",)))],
    )

    assert interval(of(card, "C1")) == (50, 50)
    assert interval(of(card, "C2")) == (25, 25)
    assert interval(card) == (75, 75)
    assert card.of == 100
    assert of(card, "C1").reason == "2 of 3 passed"
    assert card.band_low == card.band_high == "strong"
    assert card.passed is True


def test_points_are_exact() -> None:
    card = score(rubric(criterion("C1")), [acceptance(*items(P, F, F))])

    assert card.low == Fraction(100, 3)


def test_a_skipped_test_is_no_pass() -> None:
    card = score(rubric(criterion("C1")), [acceptance(*items(P, S))])

    assert interval(card) == (50, 50)
    assert of(card, "C1").reason == "1 of 2 passed, 1 skipped, which is no pass"


def test_an_errored_test_makes_an_interval() -> None:
    card = score(rubric(criterion("C1")), [acceptance(*items(P, E, F, P))])

    assert interval(card) == (50, 75)
    assert of(card, "C1").standing is Standing.NOT_ASSESSED
    assert (card.band_low, card.band_high, card.passed) == ("weak", "strong", None)
    assert card.works is None


def test_an_errored_check_may_be_worth_nothing_or_all() -> None:
    card = score(rubric(criterion("C1")), [acceptance(*items(P), status=E)])

    assert interval(card) == (0, 100)
    assert of(card, "C1").standing is Standing.NOT_ASSESSED


def test_an_errored_check_is_known_where_its_items_say_so() -> None:
    found = acceptance(
        *items(P, P), *items(P, E, criteria=("C2",)), *items(E, criteria=("C3",)), status=E
    )

    card = score(
        rubric(criterion("C1"), criterion("C2"), criterion("C3"), criterion("C4")), [found]
    )

    assert of(card, "C1").standing is Standing.SCORED
    assert interval(of(card, "C1")) == (Fraction(100, 3), Fraction(100, 3))
    assert interval(of(card, "C2")) == (Fraction(50, 3), Fraction(100, 3))
    assert interval(of(card, "C3")) == (0, Fraction(100, 3))
    assert of(card, "C4").standing is Standing.NOT_APPLICABLE


def test_a_skipped_check_leaves_its_weight_to_the_others() -> None:
    card = score(
        rubric(criterion("C1"), criterion("M1", "migrations")),
        [
            acceptance(*items(P, F)),
            Evidence(check="migrations", status=S, summary="There is no database."),
        ],
    )

    assert of(card, "M1").standing is Standing.NOT_APPLICABLE
    assert of(card, "M1").of == 0
    assert of(card, "M1").reason == "There is no database"
    assert of(card, "C1").of == 100


def test_a_criterion_that_no_test_bears_on_does_not_apply() -> None:
    card = score(rubric(criterion("C1"), criterion("C8")), [acceptance(*items(P), status=P)])

    assert of(card, "C8").standing is Standing.NOT_APPLICABLE
    assert interval(card) == (100, 100)


def test_a_failed_run_without_any_test_weighs_in_full() -> None:
    card = score(
        rubric(criterion("C1"), criterion("C8"), criterion("Q1", "ruff", PassFail())),
        [acceptance(), Evidence(check="ruff", status=P, summary="")],
    )

    assert of(card, "C1").standing is Standing.SCORED
    assert of(card, "C1").of == of(card, "C8").of == Fraction(100, 3)
    assert interval(card) == (Fraction(100, 3), Fraction(100, 3))


def test_a_check_without_evidence_does_not_apply_unless_it_is_expected() -> None:
    asked = rubric(criterion("C1"), criterion("S1", "factory", PassFail()))
    found = [acceptance(*items(P), status=P)]

    unasked = score(asked, found)
    expected = score(asked, found, expects=frozenset({"acceptance", "factory"}))

    assert of(unasked, "S1").standing is Standing.NOT_APPLICABLE
    assert of(expected, "S1").standing is Standing.NOT_ASSESSED
    assert interval(expected) == (50, 100)


def test_evidence_of_one_check_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="acceptance twice"):
        score(rubric(criterion("C1")), [acceptance(), acceptance()])


def test_scaled_points_count_as_far_as_the_app_works() -> None:
    card = score(
        rubric(criterion("C1"), criterion("Q1", "ruff", PassFail(), scaled=True)),
        [acceptance(*items(P, P, P, F)), Evidence(check="ruff", status=P, summary="Clean.")],
    )

    assert card.works == Fraction(3, 4)
    assert interval(of(card, "Q1")) == (Fraction(75, 2), Fraction(75, 2))
    assert of(card, "Q1").reason == ("Clean; × 0.75 because the app does 75 % of what is asked")


@pytest.mark.parametrize("races", [(P, P, F), (F, P, P), (F, F, F), (F, P, E), (S, P, P)])
def test_how_many_tests_a_race_loses_changes_nothing(races: tuple[Status, ...]) -> None:
    """That it can be lost is told by any of them; how many are, is another number each time."""
    everything = (
        criterion("C1"),
        criterion("C9", rule=PassFail()),
        criterion("S1", "factory", PassFail(), scaled=True),
    )
    gates = (Gate(id="core", title="Core", check="acceptance", at_least=Fraction(1, 2)),)
    factory = Evidence(check="factory", status=P, summary="There is one.")

    card = score(
        rubric(*everything, gates=gates),
        [acceptance(*items(P, P, P), *items(*races, criteria=("C9",))), factory],
    )

    assert card.works == Fraction(1, 2)
    assert interval(card) == (50, 50)
    assert card.gates[0].holds is True


def test_a_race_that_is_not_assessed_leaves_open_how_far_the_app_works() -> None:
    card = score(
        rubric(criterion("C9", rule=PassFail())),
        [acceptance(*items(P), *items(P, E, criteria=("C9",)))],
    )

    assert card.works is None
    assert interval(card) == (0, 100)


def test_an_app_that_does_nothing_earns_nothing_that_is_scaled() -> None:
    card = score(
        rubric(criterion("C1"), criterion("Q1", "ruff", PassFail(), scaled=True)),
        [acceptance(*items(F, F)), Evidence(check="ruff", status=P, summary="Clean.")],
    )

    assert interval(card) == (0, 0)
    assert card.passed is False


def test_unknown_working_makes_scaled_points_unknown() -> None:
    card = score(
        rubric(criterion("Q1", "ruff", PassFail(), scaled=True)),
        [acceptance(*items(P, E)), Evidence(check="ruff", status=P, summary="Clean.")],
    )

    assert interval(of(card, "Q1")) == (50, 100)
    assert of(card, "Q1").standing is Standing.NOT_ASSESSED
    assert "not known how far the app works" in of(card, "Q1").reason


@pytest.mark.parametrize(
    ("found", "works"),
    [
        ([Evidence(check="serves", status=P, summary="")], Fraction(1)),
        ([Evidence(check="serves", status=F, summary="")], Fraction(0)),
        ([Evidence(check="serves", status=E, summary="")], None),
        ([], None),
        ([acceptance(status=S), Evidence(check="serves", status=P, summary="")], Fraction(1)),
        ([acceptance(), Evidence(check="serves", status=P, summary="")], Fraction(0)),
        ([acceptance(status=E), Evidence(check="serves", status=P, summary="")], None),
    ],
)
def test_the_first_check_with_evidence_says_how_far_the_app_works(
    found: list[Evidence], works: Fraction | None
) -> None:
    assert score(rubric(criterion("C1")), found).works == works


def test_an_expected_check_that_is_silent_is_not_passed_over_for_the_next() -> None:
    card = score(
        rubric(criterion("C1")),
        [Evidence(check="serves", status=P, summary="")],
        expects=frozenset({"acceptance", "serves"}),
    )

    assert card.works is None


def test_claimed_evidence_never_says_how_far_the_app_works() -> None:
    claims = Evidence(
        check="own-tests", status=P, summary="", origin=Origin.CLAIMED, items=items(P)
    )

    card = score(rubric(criterion("T1", "own-tests"), works=("own-tests",)), [claims])

    assert card.works is None


def test_claimed_points_are_cut_in_proportion_to_their_cap() -> None:
    claims = Evidence(
        check="own-tests",
        status=P,
        summary="",
        origin=Origin.CLAIMED,
        items=items(P, P),
        measures=(Measure(name="n", value=1),),
    )
    card = score(
        rubric(
            criterion("T1", "own-tests", weight=30),
            criterion("T2", "own-tests", PassFail(), weight=10),
            criterion("C1", weight=60),
        ),
        [claims, acceptance(*items(P), status=P)],
    )

    assert interval(of(card, "T1")) == (Fraction(15, 2), Fraction(15, 2))
    assert interval(of(card, "T2")) == (Fraction(5, 2), Fraction(5, 2))
    assert interval(card) == (70, 70)
    assert of(card, "T1").claimed
    assert of(card, "T1").reason.endswith(
        "because what the candidate's own code reports earns 10 points at most"
    )
    assert not of(card, "C1").claimed


def test_claimed_points_below_their_cap_are_left_as_they_are() -> None:
    claims = Evidence(
        check="own-tests", status=P, summary="", origin=Origin.CLAIMED, items=items(P, F)
    )
    card = score(
        rubric(criterion("T1", "own-tests", weight=20), criterion("C1", weight=80)),
        [claims, acceptance(*items(P), status=P)],
    )

    assert interval(of(card, "T1")) == (10, 10)
    assert of(card, "T1").reason == "1 of 2 passed"


def test_the_cap_holds_for_the_high_end_and_keeps_the_low_end_below_it() -> None:
    sure = Evidence(check="own-tests", status=P, summary="", origin=Origin.CLAIMED, items=items(P))
    unsure = Evidence(check="coverage", status=E, summary="", origin=Origin.CLAIMED)

    card = score(
        rubric(
            criterion("T1", "own-tests", weight=10),
            criterion("T2", "coverage", weight=10),
            criterion("C1", weight=80),
        ),
        [sure, unsure, acceptance(*items(P), status=P)],
    )

    assert interval(of(card, "T1")) == (5, 5)
    assert interval(of(card, "T2")) == (0, 5)
    assert interval(card) == (85, 90)


def test_what_failed_is_scored_although_it_is_unknown_how_far_the_app_works() -> None:
    card = score(
        rubric(criterion("Q1", "ruff", PassFail(), scaled=True)),
        [acceptance(*items(P, E)), Evidence(check="ruff", status=F, summary="Not clean.")],
    )

    assert interval(of(card, "Q1")) == (0, 0)
    assert of(card, "Q1").standing is Standing.SCORED


def test_to_claim_nothing_earns_nothing() -> None:
    claims = Evidence(check="own-tests", status=P, summary="", origin=Origin.CLAIMED)

    card = score(rubric(criterion("T1", "own-tests")), [claims])

    assert interval(card) == (0, 0)
    assert card.of == 100


@pytest.mark.parametrize(
    "rule",
    [
        PerFinding(costs=((Severity.HIGH, Fraction(1)),)),
        PerThousandLines(free=Fraction(1), zero=Fraction(2)),
    ],
)
def test_a_check_that_failed_before_it_could_look_is_not_taken_for_clean(rule: Rule) -> None:
    card = score(
        rubric(criterion("Q3", "mypy", rule)),
        [Evidence(check="mypy", status=F, summary="Not run: the build failed.")],
    )

    assert interval(card) == (0, 0)
    assert of(card, "Q3").reason == "Not run: the build failed"


@pytest.mark.parametrize(
    "rule",
    [
        PerFinding(costs=((Severity.HIGH, Fraction(1, 2)),)),
        PerThousandLines(free=Fraction(2), zero=Fraction(40)),
    ],
)
def test_to_crash_a_tool_hides_nothing(rule: Rule) -> None:
    crash = Finding(code="ruff:crash", message="", severity=Severity.HIGH)
    lines = (Measure(name="source_lines", value=5000),)

    card = score(
        rubric(criterion("Q1", "ruff", rule)),
        [
            Evidence(
                check="ruff", status=F, summary="It crashed.", findings=(crash,), measures=lines
            )
        ],
    )

    assert interval(card) == (0, 0)
    assert of(card, "Q1").reason == "It crashed"


def test_a_failed_gate_caps_the_band_and_the_verdict() -> None:
    gate = Gate(id="g", title="G", check="serves", band="solid")
    lowest = Gate(id="h", title="H", check="serves")
    found = [
        acceptance(*items(P), status=P),
        Evidence(check="serves", status=F, summary="It did not answer."),
    ]

    card = score(rubric(criterion("C1"), gates=(gate,)), found)
    worst = score(rubric(criterion("C1"), gates=(gate, lowest)), found)

    assert card.low == 100
    assert (card.band_low, card.band_high, card.passed) == ("solid", "solid", False)
    assert (card.gates[0].holds, card.gates[0].reason) == (False, "It did not answer")
    assert worst.band_high == "weak"


def test_a_gate_never_lifts_a_band() -> None:
    gate = Gate(id="g", title="G", check="acceptance", band="strong")

    card = score(rubric(criterion("C1"), gates=(gate,)), [acceptance(*items(F))])

    assert card.band_high == "weak"


@pytest.mark.parametrize(
    ("statuses", "holds"),
    [
        ((P, P, F), True),
        ((P, F, F), False),
        ((P, E, F), None),
        ((P, P, E), True),
        ((S, S, P), False),
    ],
)
def test_a_gate_asks_for_a_share(statuses: tuple[Status, ...], holds: bool | None) -> None:  # noqa: FBT001
    gate = Gate(id="g", title="G", check="acceptance", select="C1", at_least=Fraction(1, 2))

    card = score(rubric(criterion("C1"), gates=(gate,)), [acceptance(*items(*statuses))])

    assert card.gates[0].holds is holds
    assert card.gates[0].reason.endswith("; 50 % is asked")


def test_a_gate_that_is_not_assessed_leaves_the_verdict_open() -> None:
    gate = Gate(id="g", title="G", check="serves", band="weak")

    card = score(
        rubric(criterion("C1"), gates=(gate,)),
        [acceptance(*items(P), status=P), Evidence(check="serves", status=E, summary="")],
    )

    assert card.low == 100
    assert (card.band_low, card.band_high) == ("weak", "strong")
    assert card.passed is None


def test_a_gate_on_what_is_not_part_of_the_grading_is_left_out() -> None:
    gate = Gate(id="g", title="G", check="acceptance", select="X9")

    card = score(rubric(criterion("C1"), gates=(gate,)), [acceptance(*items(P), status=P)])

    assert card.gates == ()
    assert card.passed is True


def test_nothing_that_applies_is_no_verdict() -> None:
    card = score(rubric(criterion("C1")), [])

    assert interval(card) == (0, 0)
    assert card.of == 0
    assert card.passed is None


def test_a_total_just_below_the_mark_is_below_it() -> None:
    passed = [P] * 59_999 + [F] * 40_001

    card = score(rubric(criterion("C1")), [acceptance(*items(*passed))])

    assert card.passed is False
    assert card.band_high == "weak"


def test_findings_cost_by_severity() -> None:
    rule = PerFinding(
        costs=((Severity.LOW, Fraction(1, 20)), (Severity.HIGH, Fraction(1, 2))),
    )
    found = tuple(
        Finding(code="bandit:B1", message="", severity=severity)
        for severity in (Severity.LOW, Severity.LOW, Severity.HIGH, Severity.INFO)
    )

    card = score(
        rubric(criterion("X1", "bandit", rule)),
        [Evidence(check="bandit", status=F, summary="", findings=found)],
    )

    assert card.low == 40
    assert of(card, "X1").reason == "4 findings (1 high, 2 low) take 60 %"

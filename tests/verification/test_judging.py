"""What graded evidence says of an exercise's claims."""
# A test's name is its sentence.
# ruff: noqa: D103

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from flaskgrade.checks.registry import NAMES
from flaskgrade.model.evidence import Evidence, Item, Status
from flaskgrade.model.exercise import AcceptanceTest, Ceiling, Exercise
from flaskgrade.model.rubric import PassFail
from flaskgrade.model.verification import Claim, Kind, Matrix, Trial
from flaskgrade.rubric.load import load_rubric
from flaskgrade.verification.judging import Graded, Measure, matrix

CRITERIA = ("C1", "C2", "X9")
EXERCISE = Exercise(
    name="todo",
    title="To do",
    version=1,
    folder=Path("/nowhere"),
    digest="0" * 64,
    tests=tuple(
        AcceptanceTest(id=f"test_a.py::test_{one}", title=one, criteria=(one,)) for one in CRITERIA
    ),
    at_most=Ceiling(starter=5, empty=5),
)
MID = load_rubric("mid", checks=NAMES)
RUBRIC = replace(
    MID,
    criteria=tuple(
        replace(one, rule=PassFail() if one.id == "X9" else one.rule, scaled=False)
        for one in MID.criteria
        if one.id in CRITERIA
    ),
    gates=(),
    works=("acceptance",),
)
MEASURE = Measure(exercise=EXERCISE, rubric=RUBRIC, levels={"mid": RUBRIC})


def evidence(*failing: str, status: Status = Status.FAILED) -> tuple[Evidence, ...]:
    """Return the evidence of a grading in which the tests of these criteria did not pass."""
    items = tuple(
        Item(
            id=test.id,
            title=test.title,
            status=status if test.criteria[0] in failing else Status.PASSED,
            criteria=test.criteria,
        )
        for test in EXERCISE.tests
    )
    return (
        Evidence(
            check="acceptance",
            status=status if failing else Status.PASSED,
            summary="the engine went away" if status is Status.ERRORED else "",
            items=items,
        ),
    )


SOLUTION = Graded(claim=Claim(kind=Kind.SOLUTION), evidence=evidence())


def judged(*graded: Graded, solution: Graded = SOLUTION, whole: bool = False) -> Matrix:
    return matrix(MEASURE, (solution, *graded), backend="bwrap", whole=whole)


def variant(name: str, loses: Sequence[str], *failing: str) -> Graded:
    claim = Claim(kind=Kind.VARIANT, name=name, loses=tuple(loses))
    return Graded(claim=claim, evidence=evidence(*failing))


def trial(graded: Graded) -> Trial:
    return judged(graded).trials[-1]


def test_a_variant_that_loses_what_it_says_is_killed() -> None:
    found = trial(variant("race", ["C1"], "C1"))

    assert (found.lost, found.problems) == (("C1",), ())
    assert found.failed == ("test_a.py::test_C1",)


def test_a_variant_that_survives_is_a_problem() -> None:
    assert trial(variant("race", ["C1"])).problems == ("keeps C1, which it says it loses",)


def test_a_variant_that_loses_more_than_it_says_is_a_problem() -> None:
    assert trial(variant("race", ["C1"], "C1", "X9")).problems == ("loses X9 as well",)


def test_a_harmless_variant_may_lose_nothing() -> None:
    assert trial(variant("uuids", [])).problems == ()
    assert trial(variant("uuids", [], "C2")).problems == ("loses C2 as well",)


def test_a_criterion_that_no_variant_kills_is_untested() -> None:
    found = judged(variant("a", ["C1"], "C1"), variant("b", ["X9"]), whole=True)

    assert found.untested == ("C2", "X9")
    assert not found.holds


def test_of_a_part_nothing_is_said_to_be_untested() -> None:
    found = judged(variant("a", ["C1"], "C1"))

    assert found.untested == ()
    assert found.holds


def test_the_solution_earns_everything() -> None:
    found = judged(solution=replace(SOLUTION, evidence=evidence("C2")))

    assert [problem.partition(" earns")[0] for problem in found.trials[0].problems] == [
        "fails test_a.py::test_C2",
        "C2",
    ]


def test_an_alternative_passes_every_test() -> None:
    claim = Claim(kind=Kind.ALTERNATIVE, name="other")

    assert trial(Graded(claim=claim, evidence=evidence("C2"))).problems == (
        "fails test_a.py::test_C2",
    )
    assert trial(Graded(claim=claim, evidence=evidence())).problems == ()


@pytest.mark.parametrize("kind", [Kind.STARTER, Kind.EMPTY])
def test_nobodys_work_earns_next_to_nothing(kind: Kind) -> None:
    claim = Claim(kind=kind)

    none = trial(Graded(claim=claim, evidence=evidence("C1", "C2", "X9")))
    some = trial(Graded(claim=claim, evidence=evidence("C1", "C2")))

    assert (none.points, none.problems) == (Fraction(0), ())
    assert [problem.partition(" points")[2] for problem in some.problems] == ["; 5 are allowed"]


def test_a_submission_lands_in_its_band() -> None:
    claim = Claim(kind=Kind.SUBMISSION, name="mid", rubric="mid", band=RUBRIC.bands[0].name)

    high = trial(Graded(claim=claim, evidence=evidence()))
    low = trial(Graded(claim=claim, evidence=evidence("C1", "C2", "X9")))

    assert (high.band, high.problems) == (RUBRIC.bands[0].name, ())
    assert low.problems == (
        f"lands in {RUBRIC.bands[-1].name} (0.0 points as mid), not in {RUBRIC.bands[0].name}",
    )


def test_neighbours_of_a_calibration_lie_apart() -> None:
    junior, mid = (
        Graded(claim=Claim(kind=Kind.SUBMISSION, name=name), evidence=evidence("C1"))
        for name in ("junior", "mid")
    )

    assert "the gap must be 10 at least" in judged(junior, mid).problems[0]
    assert judged(junior, replace(mid, evidence=evidence())).problems == ()


def test_what_failed_on_our_side_proves_nothing() -> None:
    claim = Claim(kind=Kind.VARIANT, name="race", loses=("C1",))
    graded = Graded(claim=claim, evidence=evidence("C1", status=Status.ERRORED))

    found = judged(graded)

    assert found.trials[-1].open == ("acceptance: the engine went away",)
    assert found.trials[-1].problems == ()
    assert found.is_open


def test_a_criterion_that_the_rubric_does_not_know_is_named() -> None:
    measure = replace(MEASURE, exercise=replace(EXERCISE, criteria=("S99",)))

    found = matrix(measure, (SOLUTION,), backend="bwrap", whole=False)

    assert found.problems == ("S99 has no place in the rubric mid",)

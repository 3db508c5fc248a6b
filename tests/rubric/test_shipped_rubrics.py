"""The rubrics that come with flaskgrade: levels, roles, and both together."""
# A test's name is its sentence.
# ruff: noqa: D103

from dataclasses import replace
from fractions import Fraction

import pytest

from flaskgrade.checks.practice import Practice
from flaskgrade.checks.registry import CHECKS, NAMES
from flaskgrade.exercise.load import load_exercise
from flaskgrade.model.evidence import Evidence, Finding, Item, Measure, Origin, Status
from flaskgrade.model.review import Mark, Review
from flaskgrade.model.rubric import REVIEW, Rubric
from flaskgrade.rubric.layers import stacked
from flaskgrade.rubric.load import load_rubric
from flaskgrade.rubric.stated import explanations, stated_sums
from flaskgrade.rubric.weights import points
from flaskgrade.scoring import score
from flaskgrade.shipped import names

# What people mark comes on top of what is automatic; tests of it are at the end.
INTERVIEW = "interview"
AUTOMATIC = tuple(name for name in names("rubrics") if name != INTERVIEW)
LEVELS = ("base", "junior", "mid", "senior")
ROLES = ("api", "web", "microservice")
ALL = (*AUTOMATIC, *(f"{level}+{role}" for level in LEVELS[1:] for role in ROLES))
OWN_EXERCISE = {
    "api": "room-bookings",
    "web": "community-board",
    "microservice": "payment-webhooks",
}
OWN_CRITERIA = {
    "api": ("C3", "C4", "C5", "X10", "X12", "S12"),
    "web": ("C15", "X6", "X7", "X9", "S10"),
    "microservice": ("C6", "C12", "X15", "O1", "O2", "O4", "S11"),
}
CLEAN = ("ruff", "mypy", "bandit", "blueprints", "suppressions", "protected")
PRACTICES = tuple(check.name for check in CHECKS if isinstance(check, Practice))
ITEMISED = (
    *("builds", "migrations", "queries", "readme", "pinning", "ruff-format", "factory", "live"),
    *PRACTICES,
)


def graded(
    rubric: Rubric, *, does: Status, serves: Status, tests: Status = Status.PASSED
) -> tuple[Evidence, ...]:
    """Return the evidence of a flawless submission, but for what the app does."""
    criteria = tuple(each.id for each in rubric.criteria if each.check == "acceptance")
    flawless = tuple(
        Evidence(
            check=name,
            status=Status.PASSED,
            summary="",
            items=tuple(
                Item(id=each, title="", status=Status.PASSED, criteria=(each,))
                for each in sorted({c.select or "" for c in rubric.criteria if c.check == name})
            )
            if name in ITEMISED
            else (),
            measures=tuple(
                Measure(name=measure, value=1000)
                for measure in ("source_lines", "functions", "functions_annotated")
            ),
        )
        for name in sorted({*CLEAN, *ITEMISED})
    )
    claims = Evidence(
        check="own-tests",
        status=tests,
        summary="",
        origin=Origin.CLAIMED,
        items=(Item(id="1", title="", status=tests),),
        measures=(Measure(name="tests_passed", value=10),),
    )
    examined = Evidence(
        check="acceptance",
        status=does,
        summary="",
        items=tuple(Item(id=each, title="", status=does, criteria=(each,)) for each in criteria),
    )
    served = Evidence(check="serves", status=serves, summary="")
    return (*flawless, claims, served, *((examined,) if criteria else ()))


@pytest.mark.parametrize("name", names("rubrics"))
def test_it_names_checks_that_there_are_and_says_what_it_is_about(name: str) -> None:
    rubric = load_rubric(name, checks=NAMES)

    assert rubric.name == name
    assert rubric.describes


@pytest.mark.parametrize("name", [*LEVELS, "general"])
def test_a_level_states_that_it_comes_to_100(name: str) -> None:
    stated = {one.name: one.stated for one in stated_sums(stacked(name))}

    assert stated["all"] == 100


def test_criteria_that_share_a_check_are_each_explained() -> None:
    """The page of the check tells them not apart."""
    told = explanations(stacked("base"))
    criteria = load_rubric("base").criteria
    shared = [one.id for one in criteria if sum(other.check == one.check for other in criteria) > 1]

    assert [name for name in shared if name not in told] == []
    assert len(set(told.values())) == len(told)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("level", LEVELS)
def test_a_role_keeps_what_a_level_weighs_more_than_another(role: str, level: str) -> None:
    """The more a level weighs a criterion, the more it does in every role."""
    alone = {one.id: one.weight for one in load_rubric(level).criteria}
    base = {one.id: one.weight for one in load_rubric("base").criteria}
    in_role = {one.id: one.weight for one in load_rubric(f"{level}+{role}").criteria}
    plain_role = {one.id: one.weight for one in load_rubric(role).criteria}

    assert set(in_role) == set(alone)
    for criterion, weight in alone.items():
        assert in_role[criterion] / plain_role[criterion] == weight / base[criterion]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_weighs_what_is_its_own_more_and_leaves_half_to_what_the_app_does(
    role: str,
) -> None:
    mid, in_role = load_rubric("mid"), load_rubric(f"mid+{role}")
    exercise = load_exercise(OWN_EXERCISE[role])
    before, after = points(mid, exercise), points(in_role, exercise)

    assert all(after[each] > before[each] for each in OWN_CRITERIA[role])
    seen_from_outside = {one.id for one in in_role.criteria if one.check == "acceptance"}
    assert sum(after[each] for each in after if each in seen_from_outside) >= 50


@pytest.mark.parametrize("name", LEVELS)
def test_half_of_a_level_is_what_the_app_does(name: str) -> None:
    rubric = load_rubric(name)

    assert sum(each.weight for each in rubric.criteria if each.category == "correctness") >= 50


@pytest.mark.parametrize("name", LEVELS)
@pytest.mark.parametrize("exercise", names("exercises"))
def test_every_hidden_test_of_a_shipped_exercise_counts_on_every_level(
    name: str, exercise: str
) -> None:
    scored = {each.id for each in load_rubric(name).criteria if each.check == "acceptance"}

    for test in load_exercise(exercise).tests:
        assert set(test.criteria) <= scored


@pytest.mark.parametrize("name", ALL)
def test_a_flawless_submission_earns_all(name: str) -> None:
    rubric = load_rubric(name)

    card = score(
        rubric,
        graded(rubric, does=Status.PASSED, serves=Status.PASSED),
        expects=NAMES - {"acceptance"},
    )

    assert (card.low, card.band_low, card.passed) == (Fraction(100), "outstanding", True)


@pytest.mark.parametrize("name", AUTOMATIC)
def test_no_cap_takes_from_who_needs_no_database_and_no_blueprints(name: str) -> None:
    rubric = load_rubric(name)
    evidence = [
        replace(each, status=Status.SKIPPED)
        if each.check in {"migrations", "queries", "transactions", "safe-sql", "blueprints"}
        else each
        for each in graded(rubric, does=Status.PASSED, serves=Status.PASSED)
    ]

    assert score(rubric, evidence).low == 100


@pytest.mark.parametrize("name", AUTOMATIC)
def test_a_suppression_with_its_reason_costs_nothing(name: str) -> None:
    rubric = load_rubric(name)
    evidence = graded(rubric, does=Status.PASSED, serves=Status.PASSED)
    costs = {}
    for code in ("justified-suppression:noqa", "suppression:noqa"):
        found = tuple(Finding(code=code, message="") for _ in range(15))
        card = score(
            rubric,
            [replace(e, findings=found) if e.check == "suppressions" else e for e in evidence],
        )
        costs[code] = 100 - card.low

    assert costs["justified-suppression:noqa"] == 0
    assert costs["suppression:noqa"] > 0


@pytest.mark.parametrize("name", LEVELS)
def test_an_app_that_does_nothing_earns_nothing_however_well_it_is_written(name: str) -> None:
    rubric = load_rubric(name)

    card = score(rubric, graded(rubric, does=Status.FAILED, serves=Status.PASSED))

    assert (card.high, card.band_high, card.passed) == (Fraction(0), "insufficient", False)


def test_a_project_that_does_not_start_earns_nothing_without_an_exercise() -> None:
    rubric = load_rubric("general")

    card = score(rubric, graded(rubric, does=Status.FAILED, serves=Status.FAILED))

    assert (card.high, card.passed) == (Fraction(0), False)


def test_seniors_are_asked_for_more_than_plain_resources() -> None:
    junior, senior = (
        {each.id: each.weight for each in load_rubric(name).criteria}
        for name in ("junior", "senior")
    )

    assert senior["C1"] < junior["C1"]
    assert senior["C9"] > junior["C9"]
    assert senior["X10"] > junior["X10"]


@pytest.mark.parametrize("name", ALL)
def test_an_interview_adds_25_for_people_and_changes_nothing_that_is_automatic(name: str) -> None:
    level, interview = (load_rubric(one, checks=NAMES) for one in (name, f"{name}+{INTERVIEW}"))
    people = [one for one in interview.criteria if one.check == REVIEW]

    assert tuple(one for one in interview.criteria if one.check != REVIEW) == level.criteria
    assert [one.id for one in people] == ["H1", "H2", "H3", "H4", "H5", "H6"]
    assert sum(one.weight for one in people) == 25
    assert interview.reviewers == 2
    assert (interview.gates, interview.bands, interview.pass_mark) == (
        level.gates,
        level.bands,
        level.pass_mark,
    )


@pytest.mark.parametrize("name", ALL)
def test_the_best_marks_for_a_flawless_submission_earn_all(name: str) -> None:
    rubric = load_rubric(f"{name}+{INTERVIEW}")
    marks = tuple(
        Mark(criterion=one.id, value=4, anchor="", reviewer=who, time="", reason="")
        for one in rubric.criteria
        if one.check == REVIEW
        for who in ("Ada", "Grace")
    )
    evidence = graded(rubric, does=Status.PASSED, serves=Status.PASSED)

    before = score(rubric, evidence, expects=NAMES - {"acceptance"})
    after = score(rubric, evidence, expects=NAMES - {"acceptance"}, review=Review(marks=marks))

    assert (before.high, before.passed) == (Fraction(100), True)
    assert before.low < 95
    assert (after.low, after.high) == (Fraction(100), Fraction(100))


def test_automatic_rubrics_ask_people_nothing() -> None:
    for name in AUTOMATIC:
        rubric = load_rubric(name)
        assert not [one for one in rubric.criteria if one.check == REVIEW]
        assert rubric.reviewers == 1

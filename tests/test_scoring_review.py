"""What people's words do to points: marks, and points given by hand."""
# A test's name is its sentence.
# ruff: noqa: D103

from dataclasses import replace
from fractions import Fraction

import pytest

from flaskgrade.model.evidence import Evidence, Origin, Status
from flaskgrade.model.review import Mark, Override, Review
from flaskgrade.model.rubric import (
    REVIEW,
    Anchored,
    Band,
    Category,
    Criterion,
    PassFail,
    Rubric,
)
from flaskgrade.model.score import CriterionScore, Scorecard, Standing
from flaskgrade.scoring import score

ANCHORS = Anchored(anchors=("none", "little", "some", "much", "all"))
NOW = "2030-05-01T08:00:00+00:00"


def criterion(id_: str, weight: int, *, check: str = REVIEW) -> Criterion:
    return Criterion(
        id=id_,
        title=id_,
        category="c",
        weight=Fraction(weight),
        check=check,
        rule=ANCHORS if check == REVIEW else PassFail(),
    )


def rubric(*, reviewers: int = 2) -> Rubric:
    return Rubric(
        name="r",
        title="R",
        version=1,
        digest="",
        works=(),
        categories=(Category(id="c", title="C"),),
        criteria=(
            criterion("A1", 45, check="a"),
            criterion("A2", 30, check="b"),
            criterion("A3", 5, check="nobody"),
            criterion("H1", 25),
        ),
        gates=(),
        bands=(Band(name="strong", at_least=Fraction(75)), Band(name="weak", at_least=Fraction(0))),
        pass_mark=Fraction(60),
        reviewers=reviewers,
    )


EVIDENCE = (
    Evidence(check="a", status=Status.PASSED, summary="It does."),
    Evidence(check="b", status=Status.FAILED, summary="It does not."),
)


def mark(reviewer: str, value: int | None, on: str = "H1") -> Mark:
    return Mark(criterion=on, value=value, anchor="", reviewer=reviewer, time=NOW, reason="heard")


def override(points: int, of: int, on: str = "A2", *, withdrawn: bool = False) -> Override:
    return Override(
        criterion=on,
        points=Fraction(points),
        of=Fraction(of),
        reviewer="Ada",
        time=NOW,
        reason="The tool is wrong.",
        old_low=Fraction(0),
        old_high=Fraction(0),
        withdrawn=withdrawn,
    )


def scored(*marks: Mark, reviewers: int = 2) -> Scorecard:
    return score(rubric(reviewers=reviewers), EVIDENCE, review=Review(marks=marks))


def of(card: Scorecard, id_: str) -> CriterionScore:
    return next(one for one in card.criteria if one.id == id_)


def test_what_nobody_has_marked_is_open_and_not_lost() -> None:
    card = scored()

    found = of(card, "H1")
    assert (found.standing, found.low, found.high) == (Standing.AWAITING, Fraction(0), Fraction(25))
    assert found.reason == "awaiting review: 0 of 2 reviewers have marked it"
    assert (card.low, card.high, card.passed) == (Fraction(45), Fraction(70), None)
    assert not card.is_unassessed


@pytest.mark.parametrize("value", [0, 2, 4, None])
def test_a_first_mark_changes_no_number_that_the_second_reviewer_could_see(
    value: int | None,
) -> None:
    before, after = scored(), scored(mark("Ada", value))

    found = of(after, "H1")
    assert (after.low, after.high, after.passed) == (before.low, before.high, before.passed)
    assert (found.low, found.high) == (Fraction(0), Fraction(25))
    assert found.reason == "awaiting review: 1 of 2 reviewers have marked it"


def test_the_mean_of_marks_is_exact() -> None:
    card = scored(mark("Ada", 3), mark("Grace", 4), mark("Alan", 4), reviewers=3)

    found = of(card, "H1")
    assert found.low == found.high == Fraction(11, 12) * 25
    assert found.reason == "Ada 3, Grace 4, Alan 4; 3.66 of 4 on average"


def test_the_same_person_twice_is_one_reviewer_with_their_latest_mark() -> None:
    alone = scored(mark("Ada Byron", 1), mark("ada  byron", 4))
    both = scored(mark("Ada Byron", 1), mark("Grace", 4), mark("ada  byron", 4))

    assert of(alone, "H1").standing is Standing.AWAITING
    assert of(both, "H1").low == 25


def test_who_did_not_ask_has_no_part_in_the_mean() -> None:
    found = of(scored(mark("Ada", None), mark("Grace", 2)), "H1")

    assert found.low == found.high == Fraction(25, 2)
    assert found.reason == "Ada did not ask, Grace 2 of 4"


def test_what_nobody_asked_about_leaves_its_weight_to_the_others() -> None:
    card = scored(mark("Ada", None), mark("Grace", None))

    assert of(card, "H1").standing is Standing.NOT_APPLICABLE
    assert of(card, "A1").of == 60
    assert card.low == card.high == 60


def test_a_mark_beyond_the_anchors_earns_no_more_than_the_last() -> None:
    assert of(scored(mark("Ada", 9), mark("Grace", -3)), "H1").low == Fraction(25, 2)


def test_marks_on_what_the_rubric_does_not_ask_change_nothing() -> None:
    automatic = replace(rubric(), criteria=rubric().criteria[:3])
    review = Review(marks=(mark("Ada", 0), mark("Ada", 4, on="A1")))

    assert score(automatic, EVIDENCE, review=review) == score(automatic, EVIDENCE)


def test_an_override_changes_one_criterion_and_keeps_what_the_evidence_came_to() -> None:
    before = score(rubric(), EVIDENCE)
    after = score(rubric(), EVIDENCE, review=Review(overrides=(override(20, 30),)))

    found = of(after, "A2")
    assert (found.low, found.high, found.standing) == (Fraction(20), Fraction(20), Standing.SCORED)
    assert found.automatic is not None
    assert (found.automatic.low, found.automatic.reason) == (Fraction(0), of(before, "A2").reason)
    assert found.reason == "Ada gave 20: The tool is wrong; automatically 0: It does not"
    assert [one for one in after.criteria if one.id != "A2"] == [
        one for one in before.criteria if one.id != "A2"
    ]
    assert after.low == before.low + 20


def test_an_override_keeps_its_share_where_the_criterion_weighs_otherwise() -> None:
    lighter = replace(
        rubric(), criteria=(criterion("A1", 90, check="a"), criterion("A2", 10, check="b"))
    )

    card = score(lighter, EVIDENCE, review=Review(overrides=(override(15, 30),)))

    assert of(card, "A2").low == 5


def test_an_override_that_is_taken_back_leaves_no_trace_in_the_points() -> None:
    review = Review(overrides=(override(20, 30), override(0, 30, withdrawn=True)))

    assert score(rubric(), EVIDENCE, review=review) == score(rubric(), EVIDENCE)


def test_an_override_settles_what_was_not_assessed() -> None:
    lost = (EVIDENCE[0], replace(EVIDENCE[1], status=Status.ERRORED))

    card = score(rubric(), lost, review=Review(overrides=(override(30, 30),)))

    found = of(card, "A2")
    assert found.standing is Standing.SCORED
    assert found.automatic is not None
    assert found.automatic.standing is Standing.NOT_ASSESSED
    assert not card.is_unassessed


def test_an_override_of_what_does_not_apply_gives_nothing() -> None:
    card = score(rubric(), EVIDENCE, review=Review(overrides=(override(5, 5, on="A3"),)))

    assert card == score(rubric(), EVIDENCE)


@pytest.mark.parametrize(("points", "worth", "expected"), [(90, 30, 30), (-4, 30, 0), (1, 0, 0)])
def test_an_override_from_a_forged_history_gives_no_more_than_the_criterion_is_worth(
    points: int, worth: int, expected: int
) -> None:
    card = score(rubric(), EVIDENCE, review=Review(overrides=(override(points, worth),)))

    assert of(card, "A2").low == expected


def test_an_override_of_a_claim_changes_no_other_claim() -> None:
    claims = tuple(replace(one, origin=Origin.CLAIMED, status=Status.PASSED) for one in EVIDENCE)
    before = score(rubric(), claims)

    after = score(rubric(), claims, review=Review(overrides=(override(30, 30),)))

    assert of(after, "A2").low == 30
    assert of(after, "A1") == of(before, "A1")

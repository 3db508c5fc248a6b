"""Reports that people have spoken of, for the renderers' tests."""

from dataclasses import replace
from fractions import Fraction

from flaskgrade.model.report import CategoryTitle, Report
from flaskgrade.model.review import Mark, Override, Review, Ruling
from flaskgrade.model.score import Automatic, CriterionScore, Standing
from tests.report import reports

ADA = Mark(
    criterion="H1",
    value=3,
    anchor="Names alternatives and costs of their own accord.",
    reviewer="Ada Byron",
    time="2030-05-02T09:00:00+00:00",
    reason="SECRET-ADA weighed a queue against a table",
)
GRACE = replace(ADA, reviewer="Grace Hopper", value=4, reason="SECRET-GRACE knew what she left out")
CHANGED = replace(
    ADA, value=4, time="2030-05-03T09:00:00+00:00", again=True, old=3, reason="talked it over"
)
OVERRIDE = Override(
    criterion="X1",
    points=Fraction(9),
    of=Fraction(10),
    reviewer="Ada Byron",
    time="2030-05-02T10:00:00+00:00",
    reason="The finding is in a test",
    old_low=Fraction(4),
    old_high=Fraction(4),
)

RULING = Ruling(
    gate="core",
    holds=True,
    reviewer="Grace Hopper",
    time="2030-05-02T11:00:00+00:00",
    reason="It works in front of me",
    old=False,
)


def _report(talk: CriterionScore, review: Review) -> Report:
    report = reports.passing()
    card = report.scorecard
    by_hand = tuple(
        replace(
            one,
            low=Fraction(9),
            high=Fraction(9),
            reason=f"Ada Byron gave 9: The finding is in a test; automatically 4: {one.reason}",
            automatic=Automatic(
                standing=one.standing, low=one.low, high=one.high, reason=one.reason
            ),
        )
        if one.id == "X1"
        else one
        for one in card.criteria
    )
    return replace(
        report,
        categories=(*report.categories, CategoryTitle(id="people", title="In conversation")),
        scorecard=replace(
            card,
            criteria=(*by_hand, talk),
            low=card.low + 5 + talk.low,
            high=card.high + 5 + talk.high,
            of=card.of + 20,
        ),
        review=review,
    )


def _talk(standing: Standing, low: int, high: int, reason: str) -> CriterionScore:
    return CriterionScore(
        id="H1",
        title="Trade-offs explained",
        category="people",
        check="review",
        standing=standing,
        low=Fraction(low),
        high=Fraction(high),
        of=Fraction(20),
        reason=reason,
    )


def awaiting() -> Report:
    """Return a report with one of two marks in, and an override."""
    reason = "awaiting review: 1 of 2 reviewers have marked it"
    return _report(
        _talk(Standing.AWAITING, 0, 20, reason), Review(marks=(ADA,), overrides=(OVERRIDE,))
    )


def reviewed() -> Report:
    """Return a report with both marks in, one of them changed since."""
    reason = "Ada Byron 4, Grace Hopper 4; 4 of 4 on average"
    return _report(
        _talk(Standing.SCORED, 20, 20, reason),
        Review(marks=(ADA, GRACE, CHANGED), overrides=(OVERRIDE,), rulings=(RULING,)),
    )

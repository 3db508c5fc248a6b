"""What `--override` says: points of a criterion, or whether a gate holds."""

import re
from fractions import Fraction

from flaskgrade.errors import UsageError
from flaskgrade.model.report import Report
from flaskgrade.model.rubric import Rubric
from flaskgrade.review.history import (
    ByHand,
    Signature,
    Verdict,
    with_override,
    with_ruling,
)

AUTOMATIC = "automatic"
RULINGS = ("holds", "fails")
POINTS = r"[0-9]{1,6}(\.[0-9]{1,6})?"


def change(text: str, reason: str) -> ByHand | Verdict:
    """Return what `--override` says. Raises UsageError for what is none."""
    criterion, _, said = text.partition("=")
    points = said.strip()
    if points in RULINGS:
        return Verdict(about=criterion.strip(), holds=points == RULINGS[0], reason=reason)
    number = points.removesuffix("%")
    if points != AUTOMATIC and not re.fullmatch(POINTS, number):
        raise UsageError(
            f"--override {text!r} is not CRITERION=POINTS",
            hint=f"Such as Q1=1.5, Q1=50%, Q1={AUTOMATIC} to take it back; core=holds of a gate.",
        )
    given = None if points == AUTOMATIC else Fraction(number)
    return ByHand(
        about=criterion.strip(), points=given, reason=reason, per_cent=points.endswith("%")
    )


def applied(one: ByHand | Verdict, report: Report, rubric: Rubric, by: Signature) -> Report:
    """Return the report with a change. Raises UsageError where it can't be made."""
    gates = {gate.id for gate in report.scorecard.gates}
    if isinstance(one, Verdict):
        return with_ruling(report, rubric, one, by)
    if one.points is None and one.about in gates:
        back = Verdict(about=one.about, holds=None, reason=one.reason)
        return with_ruling(report, rubric, back, by)
    return with_override(report, rubric, one, by)

"""What criteria weigh, in points of 100: their weights are relative to those that apply."""

from collections.abc import Mapping
from fractions import Fraction

from flaskgrade.model.exercise import Exercise
from flaskgrade.model.rubric import Criterion, Rubric

ACCEPTANCE = "acceptance"
PROTECTED = "protected"
HUNDRED = Fraction(100)


def points(rubric: Rubric, exercise: Exercise | None = None) -> Mapping[str, Fraction]:
    """Return the points of 100 of each criterion, in the rubric's order.

    With an exercise, of those that can apply to it; without, as if everything applied. A criterion
    that turns out not to apply to a submission leaves its points to the others.
    """
    applying = tuple(one for one in rubric.criteria if exercise is None or may_apply(one, exercise))
    total = sum((one.weight for one in applying), Fraction(0))
    return {one.id: one.weight / total * HUNDRED for one in applying}


def may_apply(criterion: Criterion, exercise: Exercise) -> bool:
    """Tell whether an exercise has anything for a criterion that only exercises bring along."""
    if criterion.check == ACCEPTANCE:
        return criterion.select is None or any(
            criterion.select in test.criteria for test in exercise.tests
        )
    return criterion.check != PROTECTED or bool(exercise.protected)


def plain(number: Fraction) -> str:
    """Return a number with two decimals at most, rounded, for people."""
    return f"{float(round(number, 2)):g}"

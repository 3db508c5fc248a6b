"""The rubrics by which trials are graded: no more is run than what the claim is about. Pure."""

from dataclasses import replace
from fractions import Fraction

from flaskgrade.checks.verdicts import ACCEPTANCE
from flaskgrade.model.exercise import Exercise
from flaskgrade.model.rubric import Rubric


def belongs(criterion: str, named: str) -> bool:
    """Tell whether a rubric's criterion is the one that an exercise names, or a part of it.

    A part has its name and a suffix: what is read of S1 is `S1`, what is seen of it `S1-live`.
    """
    return criterion == named or criterion.startswith(f"{named}-")


def of_behaviour(rubric: Rubric) -> Rubric:
    """Return the part of a rubric that the hidden tests decide."""
    criteria = tuple(one for one in rubric.criteria if one.check == ACCEPTANCE)
    return replace(rubric, criteria=criteria, gates=(), works=(ACCEPTANCE,))


def of_exercise(rubric: Rubric, exercise: Exercise) -> Rubric:
    """Return the criteria that an exercise names, each by itself.

    None is scaled by how far the app works: a fault would otherwise seem to touch all of them.
    """
    criteria = tuple(
        replace(one, scaled=False, weight=Fraction(1))
        for one in rubric.criteria
        if any(belongs(one.id, named) for named in exercise.named)
    )
    return replace(rubric, criteria=criteria, gates=(), works=(ACCEPTANCE,))


def of_both(rubric: Rubric, other: Rubric) -> Rubric:
    """Return a rubric that runs every check of two, so that both can score what it finds."""
    more = tuple(one for one in other.criteria if one.id not in {own.id for own in rubric.criteria})
    return replace(
        rubric,
        criteria=(*rubric.criteria, *more),
        works=tuple(dict.fromkeys((*rubric.works, *other.works))),
        gates=(*rubric.gates, *other.gates),
    )

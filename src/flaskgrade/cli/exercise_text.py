"""An exercise in words, for `flaskgrade exercise show`."""

from collections import Counter
from collections.abc import Iterator

from flaskgrade.model.exercise import Exercise


def shown(exercise: Exercise) -> str:
    """Return what an exercise asks for, and how a submission is started."""
    return "\n".join(_lines(exercise)) + "\n"


def _lines(exercise: Exercise) -> Iterator[str]:
    from flaskgrade.rubric.load import load_rubric  # noqa: PLC0415 - see cli/main.py

    titles = {
        one.id: one.title for one in load_rubric(exercise.level, beside=exercise.folder).criteria
    }
    order = {criterion: place for place, criterion in enumerate(titles)}
    yield f"{exercise.title} ({exercise.name}, version {exercise.version})"
    yield f"  rubric     {exercise.level}"
    if exercise.use_case:
        yield f"  use case   {exercise.use_case}"
    if exercise.time_box_minutes:
        yield f"  time box   {exercise.time_box_minutes} minutes"
    yield f"  folder     {exercise.folder}"
    yield f"  database   {exercise.launch.database.value}"
    for argv in exercise.launch.prepare:
        yield f"  prepare    python -m {' '.join(argv)}"
    for pattern in exercise.protected:
        yield f"  protected  {pattern}"
    counts = Counter(criterion for test in exercise.tests for criterion in test.criteria)
    yield ""
    yield f"{len(exercise.tests)} hidden tests bear on"
    for criterion, count in sorted(counts.items(), key=lambda one: order.get(one[0], len(order))):
        plural = "s" * (count != 1)
        yield f"  {criterion:<6} {count:>3} test{plural:<1}  {titles.get(criterion, '')}"
    if exercise.criteria:
        yield ""
        yield "Read in the code, or tried"
        for criterion in exercise.criteria:
            yield f"  {criterion:<6} {titles.get(criterion, '')}"

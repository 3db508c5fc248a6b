"""Difficulty, discrimination and consistency, against numbers known from elsewhere."""
# A test's name is its sentence.
# ruff: noqa: D103

from fractions import Fraction

import pytest

from flaskgrade.cohort.gather import gather
from flaskgrade.cohort.statistics import FEWEST, consistency, questions
from flaskgrade.model.cohort import Entry
from tests.cohort.entries import Points, made

OF = {"a": 10, "b": 10, "c": 10}
# Ten people by three items: alpha = 3/2 · (1 - 23.4667 / 53.8222) = 0.8460.
TABLE = [
    (2, 3, 1), (4, 4, 6), (5, 2, 4), (6, 8, 5), (7, 6, 9),
    (3, 5, 2), (9, 9, 7), (8, 4, 9), (9, 10, 8), (1, 3, 5),
]  # fmt: skip


def people(table: list[tuple[Points, ...]]) -> list[Entry]:
    return [made(f"p{n}", dict(zip(OF, row, strict=True)), OF) for n, row in enumerate(table)]


def test_alpha_is_cronbachs() -> None:
    figure = consistency(people(list(TABLE)))

    columns = list(zip(*TABLE, strict=True))
    sums = [sum(row) for row in TABLE]
    expected = 1.5 * (1 - sum(map(variance, columns)) / variance(sums))
    assert figure.value == pytest.approx(expected)
    assert figure.value == pytest.approx(0.8460, abs=0.0001)
    assert figure.on == len(TABLE)


def variance(values: tuple[int, ...] | list[int]) -> float:
    mean = sum(values) / len(values)
    return sum((one - mean) ** 2 for one in values) / (len(values) - 1)


def test_below_ten_people_there_is_no_coefficient() -> None:
    few = people(list(TABLE[: FEWEST - 1]))

    assert consistency(few).value is None
    assert "too few: 9 settled, and 10 are needed" in consistency(few).why_not
    assert all(one.discrimination.value is None for one in questions(few))


def test_difficulty_is_the_mean_share() -> None:
    first, *_ = questions(people(list(TABLE)))

    assert first.difficulty.value == pytest.approx(sum(row[0] for row in TABLE) / 100)


def test_discrimination_leaves_the_item_itself_out() -> None:
    first, *_ = questions(people(list(TABLE)))

    own = [row[0] for row in TABLE]
    rest = [row[1] + row[2] for row in TABLE]
    assert first.discrimination.value == pytest.approx(correlation(own, rest))


def correlation(xs: list[int], ys: list[int]) -> float:
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    top = sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True))
    below = sum((x - mx) ** 2 for x in xs) * sum((y - my) ** 2 for y in ys)
    return float(top / below**0.5)


def test_an_item_that_all_solve_alike_tells_nobody_apart() -> None:
    first, *_ = questions(people([(5, *row[1:]) for row in TABLE]))

    assert first.discrimination.value is None
    assert first.discrimination.why_not == "all earned the same share"


def test_what_all_else_does_alike_tells_nothing_of_an_item() -> None:
    first, *_ = questions(people([(row[0], 7, 1) for row in TABLE]))

    assert first.discrimination.value is None
    assert first.discrimination.why_not == "all else is the same for everybody"


def test_what_is_open_or_does_not_apply_is_counted_apart() -> None:
    table: list[tuple[Points, ...]] = [((2, 8), 3, 1), (None, 4, 6), (10, 2, 4), (0, 8, 5)]

    first, *_ = questions(people(table))

    assert (first.settled, first.open, first.absent) == (2, 1, 1)
    assert first.bins == (1, 0, 0, 0, 0, 0, 0, 0, 0, 1)


def test_a_criterion_that_is_open_for_all_hides_no_other() -> None:
    table = [((0, 10), b, c) for _, b, c in TABLE]

    figure = consistency(people(list(table)))

    assert figure.value is not None
    assert figure.on == len(TABLE)


def test_one_candidate_is_no_cohort_to_measure_on() -> None:
    cohort = gather(people([(1, 2, 3)]))

    assert cohort.consistency.value is None
    assert cohort.places[0].best == cohort.places[0].worst == 1
    assert cohort.tie == Fraction(1)

"""Who is ahead of whom, as far as that can be told."""
# A test's name is its sentence.
# ruff: noqa: D103

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from flaskgrade.cohort.places import positions, ranges

POINT = Fraction(1)
TOTALS = st.lists(
    st.tuples(
        st.fractions(0, 100, max_denominator=50), st.fractions(0, 20, max_denominator=50)
    ).map(lambda pair: (pair[0], pair[0] + pair[1])),
    min_size=1,
    max_size=30,
)


def settled(*totals: int) -> list[tuple[Fraction, Fraction]]:
    return [(Fraction(one), Fraction(one)) for one in totals]


def test_totals_further_apart_than_the_tie_width_have_places_of_their_own() -> None:
    assert ranges(settled(90, 80, 70), POINT) == [(1, 1), (2, 2), (3, 3)]


def test_totals_just_the_tie_width_apart_are_a_tie() -> None:
    assert ranges(settled(81, 80, 70), POINT) == [(1, 2), (1, 2), (3, 3)]


def test_ties_are_not_drawn_together_into_one() -> None:
    assert ranges(settled(82, 81, 80), POINT) == [(1, 2), (1, 3), (2, 3)]


def test_nobody_is_ahead_within_what_is_open() -> None:
    open_total = (Fraction(60), Fraction(95))

    assert ranges([*settled(90, 50), open_total], POINT) == [(1, 2), (3, 3), (1, 2)]


@given(TOTALS, st.fractions(0, 5, max_denominator=4))
def test_places_are_what_counting_all_pairs_says(
    totals: list[tuple[Fraction, Fraction]], tie: Fraction
) -> None:
    expected = [
        (
            1 + sum(other[0] > mine[1] + tie for other in totals),
            len(totals) - sum(mine[0] > other[1] + tie for other in totals),
        )
        for mine in totals
    ]

    assert ranges(totals, tie) == expected


def test_equal_keys_share_a_position() -> None:
    assert positions([(5, 5), (7, 7), (5, 5), (1, 9)]) == (2, 1, 2, 4)

"""The kill matrix for people: in the terminal, and as a page."""
# A test's name is its sentence.
# ruff: noqa: D103

from dataclasses import replace
from fractions import Fraction

import pytest

from flaskgrade.model.verification import Claim, Kind, Matrix, Trial
from flaskgrade.report import matrix_html, matrix_view, terminal_matrix
from tests.report.hostile import ATTACKS

ATTACK = " ".join(ATTACKS)
SOLUTION = Trial(claim=Claim(kind=Kind.SOLUTION), points=Fraction(100))
RACE = Trial(claim=Claim(kind=Kind.VARIANT, name="race", loses=("C9",)), lost=("C9",))
UUIDS = Trial(claim=Claim(kind=Kind.VARIANT, name="uuid-ids", summary="Ids are UUIDs."))
MATRIX = Matrix(
    exercise="todo",
    title="To do",
    version=1,
    digest="0" * 64,
    backend="bwrap",
    rubric="mid",
    criteria=(("C1", "Create"), ("C9", "Concurrency")),
    trials=(SOLUTION, UUIDS, RACE),
    untested=("C1",),
)


def shown(matrix: Matrix, width: int = 100) -> str:
    return terminal_matrix.render(matrix, width=width, color=False)


def with_trial(**changes: object) -> Matrix:
    wrong = replace(RACE, **changes)  # type: ignore[arg-type] # fields of a trial
    return replace(MATRIX, trials=(SOLUTION, wrong), untested=())


def test_a_row_shows_what_a_variant_loses() -> None:
    row = next(line for line in shown(MATRIX).splitlines() if line.startswith(" race"))

    assert row.split() == ["race", "·", "●"]


def test_what_is_untested_is_told() -> None:
    assert "No variant loses C1: untested" in shown(MATRIX)
    assert "Not as claimed in 1 place; 2 of 2 variants lose what they say." in shown(MATRIX)


def test_everything_as_claimed_is_said_first() -> None:
    text = shown(replace(MATRIX, untested=()))

    assert "Everything is as claimed; 2 of 2 variants lose what they say." in text


@pytest.mark.parametrize(
    ("changes", "mark"),
    [({"lost": ()}, "○"), ({"lost": ("C1", "C9")}, "!"), ({"open": ("the engine",)}, "?")],
)
def test_what_is_wrong_has_a_mark_of_its_own(changes: dict[str, object], mark: str) -> None:
    matrix = with_trial(problems=("wrong",), **changes)

    row = next(line for line in shown(matrix).splitlines() if line.startswith(" race"))
    assert mark in row
    assert mark in matrix_html.render(matrix)


def test_a_narrow_terminal_gets_a_list() -> None:
    text = shown(MATRIX, width=30)

    assert "variants/race" in text
    assert " race  " not in text


def test_a_part_does_not_look_like_the_whole() -> None:
    assert "Only a part was graded." in shown(replace(MATRIX, untested=(), whole=False))


def test_what_is_open_proves_nothing() -> None:
    text = shown(with_trial(open=("acceptance: the engine went away",)))

    assert "Something could not be assessed, so nothing is proved" in text


def test_variants_come_in_the_order_of_the_criteria() -> None:
    first = replace(RACE, claim=replace(RACE.claim, name="zzz", loses=("C1",)))

    ordered = matrix_view.variants(replace(MATRIX, trials=(UUIDS, RACE, first)))

    assert [one.claim.name for one in ordered] == ["zzz", "race", "uuid-ids"]


def test_hostile_words_stay_words() -> None:
    nasty = replace(
        RACE, claim=replace(RACE.claim, name=ATTACK, summary=ATTACK), problems=(ATTACK,)
    )
    matrix = replace(MATRIX, title=ATTACK, trials=(SOLUTION, nasty), problems=(ATTACK,))

    page, text = matrix_html.render(matrix), shown(matrix)

    assert "<script" not in page
    assert "<img" not in page
    assert "\x1b" not in text

"""How two rubrics differ: in points of 100, in words, and only in what differs."""

from fractions import Fraction
from pathlib import Path

from flaskgrade.exercise.load import load_exercise
from flaskgrade.model.rubric import Rubric
from flaskgrade.rubric.diff import Difference, Side, difference
from flaskgrade.rubric.load import composed, load_rubric
from flaskgrade.rubric.weights import points
from flaskgrade.shipped import names
from tests.rubric.files import stack


def between(one: Rubric, other: Rubric) -> Difference:
    """Return the difference where everything applies."""
    return difference(
        Side(rubric=one, points=points(one)), Side(rubric=other, points=points(other))
    )


def overlaid(folder: Path, text: str) -> Difference:
    """Return how the small root and a file that lies on it differ."""
    head = "rubric: own\ntitle: Own\nversion: 2\nextends: ./root.yaml\n"
    own = stack(folder, head + text)
    return between(load_rubric(str(folder / "root.yaml")), composed(own))


def test_a_rubric_does_not_differ_from_itself() -> None:
    """Nor from one that says the same by another name."""
    for name in names("rubrics"):
        rubric = load_rubric(name)

        assert between(rubric, rubric).is_none


def test_a_weight_moves_the_points_of_all(tmp_path: Path) -> None:
    """10 become 20 in all, so that what was kept is worth half."""
    found = overlaid(tmp_path, "criteria: {C1: {weight: 16}}")

    assert {one.id: one.points for one in found.criteria} == {
        "C1": (Fraction(60), Fraction(80)),
        "Q1": (Fraction(30), Fraction(15)),
        "T1": (Fraction(10), Fraction(5)),
    }
    assert {one.id for one in found.criteria if one.kept} == {"Q1", "T1"}
    assert {one.title: one.points for one in found.categories} == {
        "The API": (Fraction(60), Fraction(80)),
        "The code": (Fraction(40), Fraction(20)),
    }
    assert (found.gates, found.bands, found.rest) == ((), (), ())


def test_what_only_one_has_is_nothing_in_the_other(tmp_path: Path) -> None:
    """A criterion that is dropped, and one that is added in its place."""
    found = overlaid(
        tmp_path,
        "criteria:\n"
        "  T1: {weight: 0}\n"
        "  Z1: {title: New, category: code, weight: 1, check: x, points: pass_fail}\n",
    )

    assert {one.id: one.points for one in found.criteria} == {
        "T1": (Fraction(10), None),
        "Z1": (None, Fraction(10)),
    }
    assert found.categories == ()


def test_what_is_no_weight_is_told_in_words(tmp_path: Path) -> None:
    """Rules, checks, flags, gates, bands, marks."""
    found = overlaid(
        tmp_path,
        "pass_mark: 70\n"
        "bands: [{name: good, at_least: 55}, {name: poor, at_least: 0}]\n"
        "criteria: {T1: {scaled: true, points: pass_fail}}\n"
        "gates: {core: {at_least: 1, band: poor}}\n",
    )

    (row,) = found.criteria
    assert row.otherwise == (
        "by share: the things that own-tests looks at → all or nothing: own-tests passes or fails",
        "scaled: no → yes",
    )
    assert [(one.name, one.words) for one in found.bands] == [
        ("good", ("from 50 on", "from 55 on")),
        ("bad", ("from 0 on", None)),
        ("poor", (None, "from 0 on")),
    ]
    assert [(one.name, one.words) for one in found.rest] == [("pass mark", ("60", "70"))]
    (gate,) = found.gates
    assert gate.name == "core: It works"
    assert [str(words)[:8] for words in gate.words] == ["50 % of ", "each of "]


def test_an_exercise_leaves_out_what_it_asks_nothing_about() -> None:
    """So that a level's points are those that a candidate can earn."""
    exercise = load_exercise("room-bookings")
    mid, senior = load_rubric("mid"), load_rubric("senior")

    found = difference(
        Side(rubric=mid, points=points(mid, exercise)),
        Side(rubric=senior, points=points(senior, exercise)),
    )

    assert {one.id: one.points for one in found.criteria}["C9"] == (Fraction(6), Fraction(11))
    assert "C12" not in points(mid, exercise)
    assert "C14-given" not in points(mid, exercise)
    assert "C14-given" in points(mid, load_exercise("ledger-rescue"))
    assert sum(points(mid, exercise).values()) == 100

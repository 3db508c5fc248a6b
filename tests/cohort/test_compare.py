"""Reports side by side: ordered, summed, and never mixed in silence."""

from dataclasses import replace
from fractions import Fraction

import pytest

from flaskgrade.cohort.compare import compare
from flaskgrade.errors import UsageError
from flaskgrade.model.report import Report, Versioned
from flaskgrade.report import terminal_comparison
from tests.report import reports


def _under(report: Report, **changed: Versioned | None) -> Report:
    return replace(report, provenance=replace(report.provenance, **changed))  # type: ignore[arg-type] # mypy can't follow **


def test_the_highest_comes_first() -> None:
    """Candidates are ordered by what is certain, then by what is possible."""
    given = [reports.not_assessed(), reports.passing(), reports.failing()]

    totals = [float(round(one.low, 1)) for one in compare(given).candidates]

    assert totals == [84.6, 61.6, 60.6]


def test_the_order_of_the_reports_does_not_matter() -> None:
    """The same reports give the same comparison."""
    given = [reports.not_assessed(), reports.passing(), reports.failing()]

    assert compare(given) == compare(given[::-1])


def test_categories_are_summed_as_intervals() -> None:
    """Open points widen a category, and one that does not apply is absent, not zero."""
    comparison = compare([reports.not_assessed()])
    (candidate,) = comparison.candidates
    correctness = comparison.points(candidate, "correctness")

    assert correctness is not None
    assert (correctness.low, correctness.high, correctness.of) == (
        Fraction(35),
        Fraction(50),
        Fraction(50),
    )
    assert comparison.points(candidate, "data") is None
    assert "data" not in {category.id for category in comparison.categories}


def test_broken_gates_are_named() -> None:
    """A gate that does not hold is shown beside the total that it caps."""
    (candidate,) = compare([reports.failing()]).candidates

    assert candidate.broken_gates == ("At least half of the core behaviour works",)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"exercise": None}, "exercise: room-booking 3, none"),
        (
            {"exercise": Versioned(name="room-booking", version="4")},
            "room-booking 3, room-booking 4",
        ),
        (
            {"exercise": Versioned(name="room-booking", version="3", digest="sha256:other")},
            "room-booking 3 (sha256:9f2c41aa), room-booking 3 (sha256:other)",
        ),
        ({"rubric": Versioned(name="senior", version="2")}, "rubric: mid 2, senior 2"),
    ],
)
def test_reports_that_were_not_graded_alike_are_refused(
    changed: dict[str, Versioned | None], said: str
) -> None:
    """Another exercise, rubric, version or content is an error that says which."""
    other = _under(reports.failing(), **changed)

    with pytest.raises(UsageError) as caught:
        compare([reports.passing(), other])

    assert said in caught.value.message
    assert caught.value.hint


def test_mixing_on_purpose_is_said_in_the_table() -> None:
    """Asked for, the table is made, and it says what differs."""
    mixed = compare([reports.passing(), reports.without_exercise()], allow_mixed=True)

    table = terminal_comparison.render(mixed, width=150, color=False)

    assert mixed.mixed == ("exercise: room-booking 3, none",)
    assert "Not graded alike, so points do not compare:" in table


def test_nothing_to_compare_is_an_error() -> None:
    """No report, no table."""
    with pytest.raises(UsageError, match="nothing to compare"):
        compare([])


@pytest.mark.parametrize("width", [40, 60, 150])
def test_every_candidate_is_in_the_table_at_any_width(width: int) -> None:
    """A narrow terminal gets a list instead of columns, with the same numbers."""
    table = terminal_comparison.render(
        compare([reports.passing(), reports.not_assessed()]), width=width, color=False
    )

    assert "84.5 / 100" in table
    assert "60.5–85.5 / 100" in table
    assert "35–50 / 50" in table
    assert all(len(line) <= width for line in table.splitlines())

"""What a rubric promises and can't keep is told, each with its line."""

from pathlib import Path

import pytest

from flaskgrade.checks.outputs import OUTPUTS
from flaskgrade.checks.registry import NAMES
from flaskgrade.rubric.layers import stacked
from flaskgrade.rubric.lint import lint
from flaskgrade.rubric.load import composed
from flaskgrade.shipped import names
from tests.rubric.files import ROOT, remarks

LEVELS = ("junior", "mid", "senior", "general")
ROLES = ("api", "web", "microservice")


@pytest.mark.parametrize(
    "name", [*names("rubrics"), *(f"{level}+{role}" for level in LEVELS for role in ROLES)]
)
def test_nothing_is_wrong_with_a_shipped_rubric(name: str) -> None:
    """Alone, and each level with each role."""
    stack = stacked(name)

    assert lint(composed(stack, checks=NAMES), stack, OUTPUTS) == ()


def test_nothing_is_wrong_with_a_rubric_that_says_what_is(tmp_path: Path) -> None:
    """The one that the cases below spoil."""
    assert remarks(tmp_path, ROOT) == []


@pytest.mark.parametrize(
    ("written", "wrong", "told"),
    [
        (
            "weight: 3,",
            "weight: 2,",
            "own.yaml:8: sums.all.weight: the weights come to 9, and not to 10",
        ),
        (
            "code: {weight: 4}",
            "code: {weight: 4, without: [T1]}",
            "own.yaml:8: sums.code.weight: the weights come to 3, and not to 4",
        ),
        (
            "points: {per_finding: {low: 0.1}}",
            "points: proportion",
            (
                "own.yaml:11: criteria.Q1: nobody can earn it: "
                "linter has findings only, and no items that pass"
            ),
        ),
        (
            "check: own-tests, points: proportion",
            "check: migrations, select: M9, points: proportion",
            (
                "own.yaml:12: criteria.T1: nobody can earn it: "
                "no item of migrations is about M9; about: M1"
            ),
        ),
        (
            "check: own-tests, points: proportion",
            "check: own-tests, select: T1, points: pass_fail",
            (
                "own.yaml:12: criteria.T1: nobody can earn it: "
                "no item of own-tests is about T1; about: none"
            ),
        ),
        (
            "check: linter,",
            "check: linter, select: 'lint:',",
            "own.yaml:11: criteria.Q1: nobody can lose it: codes of linter start with linter:",
        ),
        (
            "check: own-tests, points: proportion",
            "check: own-tests, points: {thresholds: {measure: tests, steps: [[1, 1]]}}",
            (
                "own.yaml:12: criteria.T1: is never assessed: "
                "own-tests does not measure tests, but tests_passed"
            ),
        ),
        (
            "check: own-tests, points: proportion",
            (
                "check: own-tests, select: T1,"
                " points: {thresholds: {measure: tests_passed, steps: [[1, 1]]}}"
            ),
            (
                "own.yaml:12: criteria.T1: has no effect: "
                "thresholds are about a measure, and select nothing"
            ),
        ),
        (
            "check: own-tests, points: proportion",
            "check: own-tests, points: {thresholds: {measure: tests_passed, steps: [[1, 0.5]]}}",
            "own.yaml:12: criteria.T1: nobody can earn all of it: the last step gives 0.5",
        ),
        (
            "check: own-tests, points: proportion",
            (
                "check: own-tests,"
                " points: {thresholds: {measure: tests_passed, steps: [[1, 1], [2, 1]]}}"
            ),
            "own.yaml:12: criteria.T1: a step gives no more than the one below it",
        ),
        (
            "{low: 0.1}",
            "{low: 0.1, high: 0.5, cap: 0.3}",
            (
                "own.yaml:11: criteria.Q1: a high finding never costs 0.5: "
                "all together take 0.3 at most"
            ),
        ),
        (
            "{low: 0.1}",
            "{low: 0.1, cap: 0}",
            "own.yaml:11: criteria.Q1: findings cost nothing: the cap is 0",
        ),
        (
            "check: own-tests",
            "check: acceptance, select: C1",
            "own.yaml:12: criteria.T1: weighs the same as C1: the same check, select and points",
        ),
        ("title: Tests", "title: lint", "own.yaml:12: criteria.T1: has the title of Q1"),
        (
            "gates:\n",
            "gates:\n  again: {title: Again, check: acceptance, select: C1}\n",
            "own.yaml:15: gates.core: asks the same as again: the same check and select",
        ),
        (
            "select: C1, at_least",
            "select: C7, at_least",
            "own.yaml:14: gates.core: never applies: acceptance has nothing about C7 (C1, Q1, T1)",
        ),
        (
            "band: bad",
            "band: good",
            "own.yaml:14: gates.core: costs no band: good is the best there is",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, written: str, wrong: str, told: str
) -> None:
    """One thing is spoiled, and it is told where it stands."""
    assert written in ROOT

    assert told in remarks(tmp_path, ROOT.replace(written, wrong))


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("works: [acceptance]", "works: [acceptance]\nclaimed_cap: 4.5"),
        ("{name: good, at_least: 50}", "{name: top, at_least: 99}, {name: good, at_least: 50}"),
        ("{low: 0.1}", "{low: 0.1, high: 0.5, cap: 0.5}"),
        ("code: {weight: 4}", "api: {weight: 6}"),
        ("select: C1, at_least: 0.5", "select: C1, at_least: 0"),
        ("check: own-tests,", "check: own-tests, scaled: true,"),
    ],
)
def test_what_is_odd_and_right_is_not_told(tmp_path: Path, written: str, other: str) -> None:
    """A remark is something to mend."""
    assert written in ROOT

    assert remarks(tmp_path, ROOT.replace(written, other)) == []


def test_a_band_and_a_pass_mark_that_nobody_reaches_are_told(tmp_path: Path) -> None:
    """Because what is claimed is capped below what it weighs."""
    text = (
        ROOT.replace("works: [acceptance]", "works: [acceptance]\nclaimed_cap: 4")
        .replace("at_least: 50", "at_least: 95")
        .replace("pass_mark: 60", "pass_mark: 94.5")
    )

    because = "10 points are claimed, and claimed_cap leaves 4 of them"
    assert remarks(tmp_path, text) == [
        f"own.yaml:6: pass_mark: nobody passes, with 94 at most: {because}",
        f"own.yaml:7: bands[0].at_least: nobody reaches good, but 94 at most: {because}",
    ]


def test_a_sum_is_of_the_file_that_states_it(tmp_path: Path) -> None:
    """An overlay that changes weights and states no sum is not held to that of its base."""
    (tmp_path / "root.yaml").write_text(ROOT)
    head = "rubric: own\ntitle: Own\nversion: 1\nextends: ./root.yaml\n"

    heavier = "criteria: {C1: {weight: 7}}\n"
    assert remarks(tmp_path, f"{head}{heavier}") == []
    assert remarks(tmp_path, f"{head}sums: {{all: {{weight: 10}}}}\n{heavier}") == [
        "own.yaml:5: sums.all.weight: the weights come to 11, and not to 10"
    ]


def test_a_factor_that_a_later_weight_undoes_is_told(tmp_path: Path) -> None:
    """As where a role is named before the level."""
    head = "title: T\nversion: 1\nextends: ./root.yaml\n"
    (tmp_path / "root.yaml").write_text(ROOT)
    (tmp_path / "role.yaml").write_text(f"rubric: role\n{head}criteria: {{C1: {{times: 2}}}}\n")
    (tmp_path / "level.yaml").write_text(f"rubric: level\n{head}criteria: {{C1: {{weight: 5}}}}\n")
    own = "rubric: own\ntitle: T\nversion: 1\nextends: [./{}.yaml, ./{}.yaml]\n"

    assert remarks(tmp_path, own.format("level", "role")) == []
    assert remarks(tmp_path, own.format("role", "level")) == [
        (
            "role.yaml:5: criteria.C1.times: is undone by the weight of level.yaml:5;"
            " name the rubric with factors last"
        )
    ]

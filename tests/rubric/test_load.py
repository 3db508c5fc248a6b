"""Reading rubrics: what a file says, what it inherits, and what is wrong with it, where."""
# A test's name is its sentence.
# ruff: noqa: D103

from fractions import Fraction
from pathlib import Path
from textwrap import dedent

import pytest

from flaskgrade.errors import FileError, UsageError
from flaskgrade.model.evidence import Severity
from flaskgrade.model.rubric import (
    Band,
    Category,
    Gate,
    PassFail,
    PerFinding,
    PerThousandLines,
    Proportion,
    Rubric,
    Thresholds,
)
from flaskgrade.rubric.load import load_rubric

ROOT = """\
rubric: root
title: Root
version: 1
works: [acceptance]
pass_mark: 60
bands: [{name: good, at_least: 50}, {name: bad, at_least: 0}]
categories: {api: The API, code: The code}
criteria:
  C1: {title: One, category: api, weight: 3, check: acceptance, points: proportion}
  Q1: {title: Lint, category: code, weight: 1.5, check: ruff, scaled: true, points: pass_fail}
gates:
  starts: {title: It starts, check: serves, band: bad}
"""


def load(
    folder: Path, text: str, name: str = "own.yaml", *, checks: frozenset[str] | None = None
) -> Rubric:
    path = folder / name
    path.write_text(dedent(text))
    return load_rubric(str(path), checks=checks)


def points(folder: Path, written: str) -> object:
    """Return the rule of a criterion with those points."""
    return load(folder, ROOT.replace("points: pass_fail", f"points: {written}")).criteria[1].rule


def test_a_rubric_is_what_its_file_says(tmp_path: Path) -> None:
    rubric = load(tmp_path, ROOT)

    assert (rubric.name, rubric.title, rubric.version) == ("root", "Root", 1)
    assert rubric.works == ("acceptance",)
    assert rubric.pass_mark == 60
    assert rubric.claimed_cap == 10
    assert rubric.bands == (
        Band(name="good", at_least=Fraction(50)),
        Band(name="bad", at_least=Fraction(0)),
    )
    assert rubric.categories[0] == Category(id="api", title="The API")
    assert rubric.gates == (Gate(id="starts", title="It starts", check="serves", band="bad"),)
    assert [each.weight for each in rubric.criteria] == [3, Fraction(3, 2)]
    assert [each.scaled for each in rubric.criteria] == [False, True]


def test_an_acceptance_criterion_selects_the_tests_that_name_it(tmp_path: Path) -> None:
    assert [each.select for each in load(tmp_path, ROOT).criteria] == ["C1", None]


def test_points_are_read_into_their_rule(tmp_path: Path) -> None:
    assert points(tmp_path, "pass_fail") == PassFail()
    assert points(tmp_path, "proportion") == Proportion()
    assert points(tmp_path, "{per_finding: {low: 0.05, high: 0.5, cap: 0.9}}") == PerFinding(
        costs=((Severity.LOW, Fraction(1, 20)), (Severity.HIGH, Fraction(1, 2))),
        cap=Fraction(9, 10),
    )
    assert points(tmp_path, "{per_thousand_lines: {free: 2, zero: 40}}") == PerThousandLines(
        free=Fraction(2), zero=Fraction(40)
    )
    assert points(
        tmp_path, "{thresholds: {measure: a, per: b, steps: [[1, 0.25], [10, 1]]}}"
    ) == Thresholds(
        measure="a",
        per="b",
        steps=((Fraction(1), Fraction(1, 4)), (Fraction(10), Fraction(1))),
    )


def test_an_overlay_overrides_adds_and_drops(tmp_path: Path) -> None:
    load(tmp_path, ROOT, "root.yaml")

    rubric = load(
        tmp_path,
        """\
        rubric: own
        title: Own
        version: 2
        extends: ./root.yaml
        describes: What it takes.
        pass_mark: 50.5
        categories: {more: More}
        criteria:
          C1: {weight: 5}
          Q1: {weight: 0}
          Z1: {title: New, category: more, weight: 2, check: x, points: pass_fail}
        gates:
          starts: {at_least: 0}
          new: {title: N, check: y, at_least: 0.5}
        """,
    )

    assert (rubric.name, rubric.describes) == ("own", "What it takes.")
    assert rubric.pass_mark == Fraction(101, 2)
    assert [(each.id, each.title) for each in rubric.criteria] == [("C1", "One"), ("Z1", "New")]
    assert [each.weight for each in rubric.criteria] == [5, 2]
    assert [each.id for each in rubric.gates] == ["new"]
    assert [each.id for each in rubric.categories] == ["api", "more"]
    assert [each.name for each in rubric.bands] == ["good", "bad"]


def test_overlays_can_lie_on_overlays(tmp_path: Path) -> None:
    load(tmp_path, ROOT, "root.yaml")
    head = "rubric: r\ntitle: T\nversion: 1\n"
    load(tmp_path, f"{head}extends: ./root.yaml\ncriteria: {{C1: {{weight: 7}}}}", "mid.yaml")

    rubric = load(tmp_path, f"{head}extends: ./mid.yaml\ncriteria: {{C1: {{title: New}}}}")

    assert (rubric.criteria[0].title, rubric.criteria[0].weight) == ("New", Fraction(7))


def test_a_shipped_rubric_can_be_extended_by_name(tmp_path: Path) -> None:
    rubric = load(tmp_path, "rubric: own\ntitle: Own\nversion: 1\nextends: mid\npass_mark: 70\n")

    assert rubric.pass_mark == 70
    assert rubric.criteria == load_rubric("mid").criteria


def test_a_mistake_in_what_is_inherited_is_told_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "root.yaml").write_text(ROOT.replace("weight: 3", "weight: x"))

    with pytest.raises(FileError, match=r"root\.yaml:9: criteria\.C1\.weight: must be a number"):
        load(tmp_path, "rubric: own\ntitle: O\nversion: 1\nextends: ./root.yaml\n")


def test_a_circle_of_rubrics_is_told_in_words(tmp_path: Path) -> None:
    text = "rubric: r\ntitle: R\nversion: 1\nextends: ./{}.yaml\n"
    (tmp_path / "a.yaml").write_text(text.format("b"))
    (tmp_path / "b.yaml").write_text(text.format("a"))

    with pytest.raises(FileError, match=r"b\.yaml:4: .*in a circle: a → b → a"):
        load_rubric(str(tmp_path / "a.yaml"))


def test_a_rubric_that_extends_itself_is_a_circle(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="in a circle: own → own"):
        load(tmp_path, "rubric: r\ntitle: R\nversion: 1\nextends: own.yaml\n")


def test_an_unknown_base_is_an_error_at_its_line(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r":4: extends: there is no rubric 'bse'; did you mean"):
        load(tmp_path, "rubric: r\ntitle: R\nversion: 1\nextends: bse\n")


def test_an_unknown_rubric_is_an_error_of_use() -> None:
    with pytest.raises(UsageError, match="there is no rubric 'expert'"):
        load_rubric("expert")


def test_checks_are_held_to_those_that_exist(tmp_path: Path) -> None:
    known = frozenset({"acceptance", "serves", "ruff"})

    assert load(tmp_path, ROOT, checks=known).name == "root"
    for written, wrong in (
        ("check: ruff", "check: ruf"),
        ("check: serves", "check: serve"),
        ("[acceptance]", "[acceptence]"),
    ):
        with pytest.raises(FileError, match=r"unknown name .*; did you mean"):
            load(tmp_path, ROOT.replace(written, wrong), checks=known)


@pytest.mark.parametrize(
    ("written", "wrong", "line", "message"),
    [
        ("weight: 3", "wieght: 3", 9, "unknown key 'wieght'; did you mean 'weight'?"),
        ("title: Root\n", "", 1, "the key 'title' is missing"),
        ("works: [acceptance]\n", "", 1, "the key 'works' is missing"),
        ("weight: 3, ", "", 9, "criteria.C1: the key 'weight' is missing"),
        ("category: api", "category: apis", 9, "unknown name 'apis'; did you mean 'api'?"),
        ("weight: 3", "weight: -1", 9, "must be at least 0"),
        ("weight: 3", "weight: 1e3", 9, "must be a number"),
        ("C1:", "C 1:", 9, "'C 1' is not an id"),
        ("Q1:", "C1:", 10, "the key 'C1' is here twice, first on line 9"),
        ("points: pass_fail", "points: passfail", 10, "did you mean 'pass_fail'?"),
        ("points: pass_fail", "points: {}", 10, "must have exactly one of"),
        ("points: pass_fail", "points: {per_find: 1}", 10, "did you mean 'per_finding'?"),
        ("points: pass_fail", "points: {per_finding: {cap: 1}}", 10, "no severity costs"),
        (
            "points: pass_fail",
            "points: {per_thousand_lines: {free: 3, zero: 3}}",
            10,
            "must be more than `free`",
        ),
        (
            "points: pass_fail",
            "points: {thresholds: {measure: a, steps: [[2, 1], [1, 1]]}}",
            10,
            "steps go from the lowest to the highest",
        ),
        (
            "points: pass_fail",
            "points: {thresholds: {measure: a, steps: [[2]]}}",
            10,
            "must be a pair",
        ),
        ("points: pass_fail", "points: {thresholds: {measure: a, steps: []}}", 10, "one step"),
        ("scaled: true", "scaled: yes", 10, "must be true or false"),
        ("works: [acceptance]", "works: []", 4, "since criterion Q1 is scaled"),
        ("pass_mark: 60", "pass_mark: 101", 5, "must be at most 100"),
        ("version: 1", "version: 1.0", 3, "must be a whole number"),
        ("at_least: 50", "at_least: 0", 6, "bands go from the best to the lowest"),
        ("at_least: 0}", "at_least: 10}", 6, "the last band must start at 0"),
        ("name: bad", "name: good", 6, "there is already a band 'good'"),
        ("band: bad", "band: worse", 12, "unknown name 'worse'"),
        ("title: It starts", "titel: It starts", 12, "did you mean 'title'?"),
        ("rubric: root", "rubric: Root Rubric", 1, "is not a name"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, written: str, wrong: str, line: int, message: str
) -> None:
    assert written in ROOT

    with pytest.raises(FileError) as caught:
        load(tmp_path, ROOT.replace(written, wrong, 1))

    assert caught.value.line == line
    assert message in caught.value.message


def test_a_rubric_without_weights_is_refused(tmp_path: Path) -> None:
    text = ROOT.replace("weight: 3", "weight: 0").replace("weight: 1.5", "weight: 0")

    with pytest.raises(FileError, match="no criterion with a weight above 0 is left"):
        load(tmp_path, text)


def test_a_misspelt_override_is_told_what_a_new_criterion_needs(tmp_path: Path) -> None:
    told = r":5: criteria: unknown name 'Q3-anotated'; did you mean 'Q3-annotated'\?"
    text = "rubric: r\ntitle: R\nversion: 1\nextends: mid\ncriteria: {Q3-anotated: {weight: 5}}\n"
    with pytest.raises(FileError, match=told) as caught:
        load(tmp_path, text)

    assert caught.value.hint.startswith("A criterion that is not inherited needs title, category")
    assert "Inherited are C1, C2, C3" in caught.value.hint


def test_the_digest_is_of_what_a_rubric_says_and_not_of_how(tmp_path: Path) -> None:
    lines = ROOT.splitlines(keepends=True)
    other_order = "".join([*lines[:8], lines[9], lines[8], *lines[10:]])
    load(tmp_path, ROOT, "root.yaml")
    first = load(tmp_path, ROOT).digest

    assert len(first) == 64
    assert (
        load(tmp_path, "# a comment\n" + ROOT.replace("weight: 3", "weight: 3.0")).digest == first
    )
    assert load(tmp_path, other_order).digest == first
    overlaid = "rubric: root\ntitle: Root\nversion: 1\nextends: ./root.yaml\n"
    assert load(tmp_path, overlaid).digest == first


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("weight: 3", "weight: 3.1"),
        ("title: One", "title: Two"),
        ("points: pass_fail", "points: proportion"),
        ("scaled: true", "scaled: false"),
        ("pass_mark: 60", "pass_mark: 61"),
        ("pass_mark: 60", "pass_mark: 60\nclaimed_cap: 11"),
        ("check: serves", "check: served"),
        ("at_least: 50", "at_least: 51"),
        ("version: 1", "version: 2"),
        ("works: [acceptance]", "works: [acceptance, serves]"),
    ],
)
def test_whatever_a_rubric_says_changes_its_digest(
    tmp_path: Path, written: str, other: str
) -> None:
    changed = ROOT.replace(written, other, 1)

    assert changed != ROOT
    assert load(tmp_path, changed).digest != load(tmp_path, ROOT).digest

"""A rubric as one file, as values for programs, and in words."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flaskgrade.model.evidence import Severity
from flaskgrade.model.rubric import (
    Anchored,
    Band,
    Category,
    Criterion,
    PassFail,
    PerFinding,
    PerThousandLines,
    Proportion,
    Rubric,
    Rule,
    Thresholds,
)
from flaskgrade.rubric.export import as_file, described, write_json
from flaskgrade.rubric.layers import stacked
from flaskgrade.rubric.load import composed, load_rubric
from flaskgrade.rubric.schema import rubric_schema
from flaskgrade.rubric.stated import explanations
from flaskgrade.rubric.weights import points
from flaskgrade.rubric.words import gate_in_words, rule_in_words
from flaskgrade.shipped import names
from flaskgrade.yamlfile import write_yaml
from tests.rubric.files import stack

SMALL = Rubric(
    name="small",
    title="Small",
    version=1,
    digest="",
    works=("serves",),
    categories=(Category(id="api", title="The API"),),
    criteria=(),
    gates=(),
    bands=(Band(name="any", at_least=Fraction(0)),),
    pass_mark=Fraction(60),
)
decimals = st.integers(0, 10**6).map(lambda whole: Fraction(whole, 10**4))
shares = st.integers(0, 10**4).map(lambda whole: Fraction(whole, 10**4))


@pytest.mark.parametrize("name", [*names("rubrics"), "mid+senior"])
def test_a_rubric_as_one_file_is_the_same_rubric(tmp_path: Path, name: str) -> None:
    """With the same digest, and its explanations."""
    whole = stacked(name)
    rubric = composed(whole)
    path = tmp_path / "flat.yaml"

    path.write_text(write_yaml(as_file(rubric, explanations(whole))), encoding="utf-8")

    assert load_rubric(str(path)) == rubric
    kept = {one.id for one in rubric.criteria}
    said = {key: told for key, told in explanations(whole).items() if key in kept}
    assert explanations(stacked(str(path))) == said


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)
@given(
    weight=decimals.filter(bool),
    cost=shares.filter(bool),
    cap=shares,
    free=decimals,
    more=decimals.filter(bool),
    steps=st.dictionaries(decimals, shares, min_size=1, max_size=5),
)
def test_any_numbers_survive_being_written(  # noqa: PLR0917 - one of each
    tmp_path: Path,
    weight: Fraction,
    cost: Fraction,
    cap: Fraction,
    free: Fraction,
    more: Fraction,
    steps: dict[Fraction, Fraction],
) -> None:
    """Exactly, as decimals."""
    rules: tuple[Rule, ...] = (
        PerFinding(costs=((Severity.LOW, cost),), cap=cap),
        PerThousandLines(free=free, zero=free + more),
        Thresholds(measure="a", per="b", steps=tuple(sorted(steps.items()))),
        PassFail(),
        Proportion(),
    )
    criteria = tuple(
        Criterion(
            id=f"N{number}",
            title="N",
            category="api",
            weight=weight,
            check="ruff",
            rule=rule,
        )
        for number, rule in enumerate(rules)
    )
    path = tmp_path / "any.yaml"
    path.write_text(write_yaml(as_file(replace(SMALL, criteria=criteria))), encoding="utf-8")

    assert load_rubric(str(path)).criteria == criteria


def test_the_json_names_the_file_and_line_of_each_value(tmp_path: Path) -> None:
    """Of a weight, also what it was multiplied by."""
    found = stack(
        tmp_path,
        """\
        rubric: own
        title: Own
        version: 1
        extends: ./root.yaml
        pass_mark: 55
        about: {C1: What it is.}
        criteria:
          C1: {weight: 2}
          Q1: {times: 0.5}
        gates:
          core: {at_least: 0.25}
        """,
    )
    rubric = composed(found)

    told = json.loads(write_json(described(rubric, found, points(rubric))))

    root, own = tmp_path / "root.yaml", tmp_path / "own.yaml"
    assert told["files"] == [str(root), str(own)]
    assert (told["pass_mark"], told["set_at"]["pass_mark"]) == (55, f"{own}:5")
    assert told["set_at"]["bands"] == f"{root}:6"
    first, second, _ = told["criteria"]
    assert (first["id"], first["weight"], first["points"]) == ("C1", 2, 44.4444)
    assert first["set_at"]["weight"] == [f"{own}:8"]
    assert first["set_at"]["title"] == f"{root}:10"
    assert first["about"] == "What it is."
    assert second["set_at"]["weight"] == [f"{root}:11", f"{own}:9 (× 0.5)"]
    assert told["gates"][0]["set_at"]["at_least"] == f"{own}:11"
    assert sum(one["points"] for one in told["categories"]) == pytest.approx(100)


def test_only_what_is_weighed_is_in_the_json() -> None:
    """An exercise leaves out what it asks nothing about."""
    found = stacked("mid")
    rubric = composed(found)

    told = described(rubric, found, {"C1": Fraction(100)})

    assert [one["id"] for one in told["criteria"]] == ["C1"]
    assert {one["id"]: one["points"] for one in told["categories"]}["correctness"] == 100


def criterion(
    rule: Rule | Anchored, *, check: str = "acceptance", select: str | None = None
) -> Criterion:
    """Return a criterion with that rule."""
    return Criterion(
        id="A", title="A", category="a", weight=Fraction(1), check=check, rule=rule, select=select
    )


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (criterion(PassFail(), check="builds"), "all or nothing: builds passes or fails"),
        (criterion(PassFail(), select="C9"), "all or nothing: each of the hidden tests for C9"),
        (
            criterion(Anchored(anchors=("a", "b", "c", "d", "e")), check="review"),
            "the mean of marks from 0 to 4: each is worth 1",
        ),
        (
            criterion(Proportion(), check="readme"),
            "by share: the things that readme looks at",
        ),
        (
            criterion(
                PerFinding(
                    costs=((Severity.LOW, Fraction(1, 10)), (Severity.HIGH, Fraction(1, 2))),
                    cap=Fraction(3, 4),
                ),
                select="ruff:S",
            ),
            (
                "each of the findings ruff:S… costs, by severity: low 10 % = 0.4 (8 take the most),"
                " high 50 % = 2 (2 take the most); info or medium nothing;"
                " together at most 75 % = 3"
            ),
        ),
        (
            criterion(PerFinding(costs=((Severity.MEDIUM, Fraction(1, 3)),))),
            (
                "each of the findings costs, by severity: medium 33.33 % = 1.33 (3 take all);"
                " info, low or high nothing"
            ),
        ),
        (
            criterion(PerThousandLines(free=Fraction(2), zero=Fraction(40))),
            "findings per 1,000 source lines: up to 2 cost nothing, 40 cost all, evenly between",
        ),
        (
            criterion(
                Thresholds(
                    measure="tests_passed",
                    steps=((Fraction(1), Fraction(1, 4)), (Fraction(10), Fraction(1))),
                )
            ),
            "tests passed: from 1 on 25 % = 1, from 10 on 100 % = 4; below that nothing",
        ),
        (
            criterion(
                Thresholds(measure="good", per="all_of", steps=((Fraction(1, 2), Fraction(1)),))
            ),
            "good of all of: from 50 % on 100 % = 4; below that nothing",
        ),
    ],
)
def test_a_rule_is_said_with_what_it_costs_of_four_points(one: Criterion, said: str) -> None:
    """In shares of the criterion, and in points."""
    assert rule_in_words(one, Fraction(4)) == said


def test_a_gate_is_said_with_its_price() -> None:
    """The band that it leaves, or the lowest."""
    rubric = load_rubric("senior")

    said = {gate.id: gate_in_words(gate, rubric.bands) for gate in rubric.gates}

    assert said["core"] == (
        "80 % of the hidden tests for C1 must pass;"
        " whoever fails it does not pass, and is weak at best"
    )
    assert said["starts"].startswith("serves must pass; ")


def test_every_key_of_the_one_file_is_one_that_the_schema_knows() -> None:
    """So that an editor helps with it."""
    known = rubric_schema()["properties"]

    assert isinstance(known, dict)
    assert set(as_file(load_rubric("mid"), {"C1": "x"})) <= set(known)

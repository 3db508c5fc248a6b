"""The rubric of docs/rubrics.md is one, and comes to what the page says."""

from fractions import Fraction
from pathlib import Path

import pytest

from flaskgrade.checks.outputs import OUTPUTS
from flaskgrade.checks.registry import NAMES
from flaskgrade.model.rubric import PerFinding
from flaskgrade.rubric.layers import Stack, stacked
from flaskgrade.rubric.lint import lint
from flaskgrade.rubric.load import composed, load_rubric

PAGE = Path(__file__).parents[2] / "docs" / "rubrics.md"


@pytest.fixture
def ours(tmp_path: Path) -> Stack:
    """Return the first YAML of the page, as a reader would copy it."""
    text = PAGE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    path = tmp_path / "ours.yaml"
    path.write_text(text, encoding="utf-8")
    return stacked(str(path))


def test_nothing_is_wrong_with_it(ours: Stack) -> None:
    """It states a sum, and the sum holds."""
    assert lint(composed(ours, checks=NAMES), ours, OUTPUTS) == ()


def test_it_changes_what_it_says_and_keeps_the_rest(ours: Stack) -> None:
    """Weights, factors, a rule, a new criterion with a cap, gates."""
    rubric = composed(ours, checks=NAMES)
    found = {one.id: one for one in rubric.criteria}
    below = {one.id: one for one in load_rubric("mid+api").criteria}

    assert [layer.path.stem for layer in ours.layers] == ["base", "mid", "api", "ours"]
    assert (rubric.pass_mark, rubric.claimed_cap) == (Fraction(65), Fraction(12))
    assert found["M1"].weight == below["M1"].weight * Fraction(3, 2)
    assert found["C3"] == below["C3"]
    assert set(below) - set(found) == {"Q2"}
    rule = found["X1-calls"].rule
    assert isinstance(rule, PerFinding)
    assert rule.cap == Fraction(3, 4)
    gates = {gate.id: gate for gate in rubric.gates}
    assert gates["core"].at_least == Fraction(3, 4)
    assert {"contract", "inert", "migrates", "owned", "starts"} <= set(gates)

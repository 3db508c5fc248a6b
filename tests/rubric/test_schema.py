"""The schema for editors agrees with the loader on right and wrong files."""
# A test's name is its sentence.
# ruff: noqa: D103

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from flaskgrade.errors import FileError
from flaskgrade.rubric.load import load_rubric
from flaskgrade.rubric.schema import rubric_schema
from flaskgrade.shipped import names, shipped

ROOT = (shipped("rubrics") / "base.yaml").read_text()
OVERLAY = "rubric: own\ntitle: Own\nversion: 1\nextends: base\ncriteria: {C1: {weight: 2}}\n"


def valid(text: str) -> bool:
    return jsonschema.Draft202012Validator(rubric_schema()).is_valid(yaml.safe_load(text))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(rubric_schema())
    json.dumps(rubric_schema())


@pytest.mark.parametrize("name", names("rubrics"))
def test_every_shipped_rubric_is_valid(name: str) -> None:
    assert valid((shipped("rubrics") / f"{name}.yaml").read_text())


def test_an_overlay_may_leave_out_what_it_inherits() -> None:
    assert valid(OVERLAY)
    assert not valid(OVERLAY.replace("extends: base\n", ""))


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("weight: 13", "wieght: 13"),
        ("weight: 13", "weight: -1"),
        ("weight: 13", "weight: much"),
        ("weight: 13, ", ""),
        ("rubric: base", "rubric: Base Rubric"),
        ("version: 1", "version: one"),
        ("version: 1\n", ""),
        ("pass_mark: 60", "pass_mark: 101"),
        ("points: pass_fail", "points: all"),
        ("points: pass_fail", "points: {}"),
        ("per_finding: {low: 0.02", "per_finding: {low: 2"),
        ("free: 2, zero: 40", "free: 2"),
        ("[0.25, 0.25]", "[0.25]"),
        ("[0.25, 0.25]", "[0.25, 25]"),
        ("at_least: 0.5", "at_least: 50"),
        ("  C1:", "  C 1:"),
        ('title: "Migrations', 'titel: "Migrations'),
        ("scaled: true", "scaled: 1"),
        ("works: [acceptance, serves]", "works: acceptance"),
        ("title: Flask take-home", "title: ''"),
    ],
)
def test_a_broken_rubric_fails_both_schema_and_loader(
    tmp_path: Path, written: str, wrong: str
) -> None:
    broken = ROOT.replace(written, wrong, 1)
    assert broken != ROOT
    path = tmp_path / "broken.yaml"
    path.write_text(broken)

    assert not valid(broken)
    with pytest.raises(FileError):
        load_rubric(str(path))

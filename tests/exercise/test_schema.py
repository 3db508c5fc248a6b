"""The schema for editors agrees with the loader on right and wrong files."""
# A test's name is its sentence.
# ruff: noqa: D103

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from flaskgrade.errors import FileError
from flaskgrade.exercise.load import load_exercise
from flaskgrade.exercise.schema import exercise_schema
from flaskgrade.shipped import names, shipped

EXERCISE = """\
name: todo
title: To-do list
version: 1
level: mid
use_case: rest-api
time_box_minutes: 120
launch:
  app: auto
  prepare: [[flask, db, upgrade]]
  environment: {KEY: value}
  workers: 2
  own_server: {command: [desk], port: 8000}
  start_seconds: 20
test_seconds: 10
criteria: [M1]
acceptance: {C1: [test_a.py::test_one]}
"""


def valid(text: str) -> bool:
    return jsonschema.Draft202012Validator(exercise_schema()).is_valid(yaml.safe_load(text))


def load(folder: Path, text: str) -> None:
    (folder / "acceptance").mkdir()
    (folder / "acceptance" / "test_a.py").write_text("def test_one(): ...")
    (folder / "exercise.yaml").write_text(text)
    load_exercise(str(folder))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(exercise_schema())
    json.dumps(exercise_schema())


@pytest.mark.parametrize("name", names("exercises"))
def test_every_shipped_exercise_is_valid(name: str) -> None:
    assert valid((shipped("exercises") / name / "exercise.yaml").read_text())


def test_a_right_exercise_passes_both(tmp_path: Path) -> None:
    assert valid(EXERCISE)
    load(tmp_path, EXERCISE)


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("name: todo", "name: To Do"),
        ("name: todo\n", ""),
        ("title:", "titel:"),
        ("version: 1", "version: 0"),
        ("level: mid", "level: the middle"),
        ("time_box_minutes: 120", "time_box_minutes: long"),
        ("app: auto", "application: auto"),
        ("[[flask, db, upgrade]]", "[flask, db, upgrade]"),
        ("KEY: value", "KEY: 1"),
        ("KEY: value", "KEY-: value"),
        ("workers: 2", "workers: 99"),
        ("start_seconds: 20", "start_seconds: 0"),
        ("test_seconds: 10", "test_seconds: 601"),
        ("[M1]", "[M1, M1]"),
        ("[M1]", "M1"),
        ("[test_a.py::test_one]", "[]"),
        ("[test_a.py::test_one]", "[test_one]"),
        ("{C1: [test_a.py::test_one]}", "{}"),
    ],
)
def test_a_broken_exercise_fails_both_schema_and_loader(
    tmp_path: Path, written: str, wrong: str
) -> None:
    broken = EXERCISE.replace(written, wrong, 1)
    assert broken != EXERCISE

    assert not valid(broken)
    with pytest.raises(FileError):
        load(tmp_path, broken)

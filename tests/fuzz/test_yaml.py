"""Rubrics and exercises: any YAML is a value, or an error of ours that names the file."""
# A test's name is its sentence.
# ruff: noqa: D103, PT017 - that an error is raised is no must, what it says is

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import strategies as st

from flaskgrade.errors import FileError, UsageError
from flaskgrade.exercise.load import load_exercise
from flaskgrade.review.form import read_form, template
from flaskgrade.rubric.load import load_rubric
from flaskgrade.yamlfile import read_yaml
from tests.fuzz.cases import fuzz
from tests.fuzz.strategies import (
    any_bytes,
    any_text,
    glued,
    json_values,
    line_mutated,
    mutated,
)

ROOT = Path(__file__).parents[2]
RUBRICS = tuple(path.read_text() for path in sorted((ROOT / "rubrics").glob("*.yaml")))
SHIPPED = ROOT / "exercises" / "room-bookings"
EXERCISE = (SHIPPED / "exercise.yaml").read_text()
INTERVIEW = load_rubric("mid+interview")
FORM = template(INTERVIEW, title="Rooms", reviewer="Ada").replace(
    "mark:\n    reason:", "mark: 3\n    reason: An index."
)
PIECES = (
    "a: ",
    "- ",
    "? ",
    "|\n ",
    ">-\n ",
    "&a ",
    "*a",
    "!!int ",
    "!x ",
    "---\n",
    "...\n",
    "%YAML",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\n",
    "\n  ",
    "'",
    '"',
    "<<: ",
    "0o7",
    "1_0",
    "1:30",
    "~",
    "null",
)
yaml_texts = st.one_of(
    any_text, glued(PIECES), json_values.map(json.dumps), mutated(RUBRICS), line_mutated(RUBRICS)
)


@fuzz(content=any_bytes | yaml_texts.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_document_or_an_error_with_the_file(room: Path, content: bytes) -> None:
    path = room / "any.yaml"
    path.write_bytes(content)

    try:
        value = read_yaml(path)
    except FileError as error:
        assert error.message.startswith(str(path))
        assert len(error.message) < 1000
        assert error.line is None or 1 <= error.line <= content.count(b"\n") + len(content) + 2
    else:
        assert value.line >= 1


@fuzz(share=0.3, text=yaml_texts)
def test_any_rubric_is_a_rubric_or_a_usage_error(room: Path, text: str) -> None:
    path = room / "rubric.yaml"
    path.write_text(text, encoding="utf-8", newline="")

    try:
        rubric = load_rubric(str(path))
    except UsageError as error:
        assert len(error.message) < 2000
    else:
        assert rubric == load_rubric(str(path))


@fuzz(share=0.2, text=st.one_of(any_text, mutated((EXERCISE,)), line_mutated((EXERCISE,))))
def test_any_exercise_is_an_exercise_or_a_usage_error(room: Path, text: str) -> None:
    folder = room / "exercise"
    if not folder.exists():
        shutil.copytree(SHIPPED, folder)
    (folder / "exercise.yaml").write_text(text, encoding="utf-8", newline="")

    try:
        exercise = load_exercise(str(folder))
    except UsageError as error:
        assert len(error.message) < 2000
    else:
        assert exercise.tests


@fuzz(share=0.5, text=st.one_of(any_text, mutated((FORM,)), line_mutated((FORM,))))
def test_any_form_is_marks_or_a_usage_error(room: Path, text: str) -> None:
    path = room / "ada.yaml"
    path.write_text(text, encoding="utf-8", newline="")

    try:
        form = read_form(path, INTERVIEW)
    except UsageError as error:
        assert len(error.message) < 2000
    else:
        assert form.answers
        for one in form.answers:
            assert one.value in {None, 0, 1, 2, 3, 4}
            assert one.reason.strip()


@pytest.mark.parametrize("depth", [10, 1000])
def test_a_billion_laughs_are_refused_at_their_first_anchor(room: Path, depth: int) -> None:
    path = room / "laughs.yaml"
    lines = ["a0: &a0 ha", *(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]" for n in range(1, depth))]
    path.write_text("\n".join(lines))

    with pytest.raises(FileError, match="anchors") as caught:
        read_yaml(path)

    assert caught.value.line == 1

"""The form that reviewers fill in."""
# A test's name is its sentence.
# ruff: noqa: D103

from pathlib import Path

import pytest

from flaskgrade.checks.registry import NAMES
from flaskgrade.errors import FileError
from flaskgrade.model.rubric import Anchored
from flaskgrade.review.form import read_form, template
from flaskgrade.review.history import Answer, reviewed_criteria
from flaskgrade.rubric.load import load_rubric
from flaskgrade.yamlfile import read_yaml

RUBRIC = load_rubric("mid+interview", checks=NAMES)


def form(folder: Path, text: str) -> Path:
    path = folder / "ada.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_template_has_every_criterion_with_its_sentences() -> None:
    text = template(RUBRIC, title="Rooms", reviewer="Ada")

    said = " ".join(line.strip().lstrip("#").strip() for line in text.splitlines())
    for one in reviewed_criteria(RUBRIC):
        assert f"\n  {one.id}:\n" in text
        assert isinstance(one.rule, Anchored)
        for sentence in one.rule.anchors:
            assert sentence in said
    assert max(map(len, text.splitlines())) <= 100


def test_the_template_as_it_is_gives_no_mark(tmp_path: Path) -> None:
    path = form(tmp_path, template(RUBRIC, title="Rooms", reviewer="Ada"))

    with pytest.raises(FileError, match="no mark is given"):
        read_form(path, RUBRIC)


def test_a_filled_in_template_is_read(tmp_path: Path) -> None:
    text = template(RUBRIC, title="Rooms", reviewer='Ada "the" Byron')
    first = text.replace("mark:\n    reason:", "mark: 3\n    reason: An index.", 1)
    both = first.replace("mark:\n    reason:", "mark: not asked\n    reason: No time: none.", 1)
    path = form(tmp_path, both.replace("No time: none.", '"No time: none."'))

    filled = read_form(path, RUBRIC)

    assert filled.reviewer == 'Ada "the" Byron'
    assert filled.answers == (
        Answer(criterion="H1", value=3, reason="An index."),
        Answer(criterion="H2", value=None, reason="No time: none."),
    )


def test_a_title_can_not_add_lines_to_the_template(tmp_path: Path) -> None:
    path = form(tmp_path, template(RUBRIC, title="x\nmarks: {H1: 4}\n#", reviewer="a\nb: c"))

    assert list(read_yaml(path).table().entries) == ["reviewer", "marks"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("marks: {H9: {mark: 3, reason: x}}", 1, "unknown key 'H9'"),
        ("marks: {C1: {mark: 3, reason: x}}", 1, "unknown key 'C1'"),
        ("marks:\n  H1: {mark: 5, reason: x}", 2, "must be at most 4"),
        ("marks:\n  H1: {mark: 2.5, reason: x}", 2, "must be a whole number"),
        ("marks:\n  H1: {mark: good, reason: x}", 2, "unknown name 'good'"),
        ("marks:\n  H1:\n    mark: 3", 3, "a mark needs a reason"),
        ("marks:\n  H1:\n    mark: 3\n    reason:", 3, "a mark needs a reason"),
        ("marks:\n  H1:\n    mark:\n    reason: good", 4, "no mark that it is for"),
        ("marks:\n  H1:\n    mark: 3\n    reson: x", 4, "did you mean 'reason'"),
        ("reviewer: Ada", 1, "the key 'marks' is missing"),
        ("marks: 3", 1, "must be keys with values"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    path = form(tmp_path, text)

    with pytest.raises(FileError, match=said) as caught:
        read_form(path, RUBRIC)

    assert caught.value.line == line

"""How files lie on each other: levels, roles, and lists of both."""

from fractions import Fraction
from pathlib import Path

import pytest

from flaskgrade.errors import FileError
from flaskgrade.rubric.layers import Stack, stacked
from flaskgrade.rubric.load import composed, load_rubric
from tests.rubric.files import ROOT

HEAD = "title: {0}\nversion: 1\nextends: ./root.yaml\nrubric: {0}\n"


def files(folder: Path, **texts: str) -> Path:
    """Write the root and files that lie on it, and return their folder."""
    (folder / "root.yaml").write_text(ROOT)
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(HEAD.format(name) + text)
    return folder


def order(stack: Stack) -> list[str]:
    """Return the files of a stack, the lowest first."""
    return [layer.path.stem for layer in stack.layers]


def test_a_file_that_two_extend_is_laid_once_and_first(tmp_path: Path) -> None:
    """Root, level, role: what the root says never comes again on top of a level."""
    files(tmp_path, level="", role="")
    (tmp_path / "ours.yaml").write_text(
        "rubric: ours\ntitle: Ours\nversion: 1\nextends: [./level.yaml, ./role.yaml]\n"
    )

    assert order(stacked(str(tmp_path / "ours.yaml"))) == ["root", "level", "role", "ours"]


def test_factors_multiply_what_lies_below_them(tmp_path: Path) -> None:
    """Also each other; a weight above them starts anew."""
    files(
        tmp_path,
        level="criteria: {C1: {weight: 8}, Q1: {times: 2}}",
        role="criteria: {C1: {times: 0.25}, Q1: {times: 0.5}, T1: {times: 0}}",
    )
    (tmp_path / "ours.yaml").write_text(
        "rubric: ours\ntitle: Ours\nversion: 1\nextends: [./level.yaml, ./role.yaml]\n"
    )

    rubric = load_rubric(str(tmp_path / "ours.yaml"))

    assert {one.id: one.weight for one in rubric.criteria} == {"C1": 2, "Q1": 3}


def test_rubrics_joined_by_a_plus_are_laid_over_each_other_in_that_order() -> None:
    """Their names, titles and descriptions are joined, their versions added up."""
    both = load_rubric("mid+senior")

    assert (both.name, both.title, both.version) == ("mid+senior", "Mid-level, Senior", 2)
    assert both.describes.startswith(load_rubric("mid").describes)
    assert both.describes.endswith(load_rubric("senior").describes)
    assert both.criteria == load_rubric("senior").criteria
    assert both.digest != load_rubric("senior").digest


def test_a_list_means_what_a_plus_means(tmp_path: Path) -> None:
    """But for the name and title of the file that has it."""
    path = tmp_path / "ours.yaml"
    path.write_text(
        "rubric: mid+senior\ntitle: Mid-level, Senior\nversion: 2\nextends: [mid, senior]\n"
    )

    assert load_rubric(str(path)) == load_rubric("mid+senior")


def test_a_file_whose_name_has_a_plus_is_that_file(tmp_path: Path) -> None:
    """A name is only taken apart where nothing is called so."""
    (tmp_path / "c++.yaml").write_text(ROOT)

    assert load_rubric(str(tmp_path / "c++.yaml")).name == "root"
    assert load_rubric("./c++.yaml", beside=tmp_path).name == "root"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("criteria: {C1: {weight: 1, times: 2}}", r"role\.yaml:5: criteria\.C1\.times: stands"),
        ("criteria: {C1: {times: -1}}", r"role\.yaml:5: criteria\.C1\.times: must be at least 0"),
        ("criteria: {C1: {times: 900}}", r"role\.yaml:5: .*a weight above 1000"),
        (
            "criteria: {T1: {times: 0.0000001}, C1: {times: 0.0000000000001}}",
            r"role\.yaml:5: criteria\.C1\.times: must be a number",
        ),
        ("criteria: {C2: {times: 2}}", r"role\.yaml:5: criteria: unknown name 'C2'"),
        ("gates: {cor: {at_least: 1}}", r"role\.yaml:5: gates: unknown name 'cor'; did you mean"),
        ("criteria: {C9: {weight: 2, title: x}}", r"criteria\.C9: the key 'category' is missing"),
        ("about: {C2: x}", r"role\.yaml:5: about\.C2: there is no such criterion"),
        ("sums: {codes: {weight: 1}}", r"role\.yaml:5: sums\.codes: 'codes' is no category"),
        (
            "sums: {all: {weight: 1, without: [T2]}}",
            r"role\.yaml:5: sums\..*: unknown name 'T2'",
        ),
    ],
)
def test_what_an_overlay_says_wrongly_is_told_at_its_line(
    tmp_path: Path, text: str, told: str
) -> None:
    """Whatever lies below it."""
    files(tmp_path, role=text)

    with pytest.raises(FileError, match=told):
        load_rubric(str(tmp_path / "role.yaml"))


def test_products_of_more_than_twelve_decimals_are_refused(tmp_path: Path) -> None:
    """No file could state them."""
    path = tmp_path / "own.yaml"
    path.write_text(
        "rubric: own\ntitle: O\nversion: 1\nextends: ./role.yaml\n"
        "criteria: {C1: {times: 0.0000001}}\n"
    )
    files(tmp_path, role="criteria: {C1: {times: 0.000001}}")

    with pytest.raises(FileError, match=r"own\.yaml:5: .*more than twelve decimals"):
        load_rubric(str(path))


def test_a_circle_through_a_list_is_told(tmp_path: Path) -> None:
    """At the name that closes it."""
    (tmp_path / "a.yaml").write_text("rubric: a\ntitle: A\nversion: 1\nextends: [mid, ./a.yaml]\n")

    with pytest.raises(FileError, match=r"a\.yaml:4: extends\[1\]: .*in a circle: a → a"):
        load_rubric(str(tmp_path / "a.yaml"))


def test_an_empty_list_extends_nothing(tmp_path: Path) -> None:
    """It is a mistake, and not a rubric without a base."""
    (tmp_path / "a.yaml").write_text("rubric: a\ntitle: A\nversion: 1\nextends: []\n")

    with pytest.raises(FileError, match=r"a\.yaml:4: extends: names no rubric"):
        load_rubric(str(tmp_path / "a.yaml"))


def test_what_a_file_does_not_describe_is_what_it_extends_describes(tmp_path: Path) -> None:
    """Of a list, all of it."""
    files(tmp_path, level="describes: A level.", role="describes: A role.")
    (tmp_path / "ours.yaml").write_text(
        "rubric: ours\ntitle: Ours\nversion: 1\nextends: [./level.yaml, ./role.yaml]\n"
    )

    assert load_rubric(str(tmp_path / "ours.yaml")).describes == "A level. A role."


def test_the_weight_of_a_criterion_that_nothing_changes_is_that_of_its_file(
    tmp_path: Path,
) -> None:
    """The plainest case."""
    stack = stacked(str(files(tmp_path) / "root.yaml"))

    assert stack.weight("Q1") == Fraction(3)
    assert composed(stack).criteria[1].weight == 3

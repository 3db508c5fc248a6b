"""An exercise's tests against its brief, and its claims against its criteria."""
# A test's name is its sentence.
# ruff: noqa: D103

from pathlib import Path

from flaskgrade.exercise.lint import lint
from flaskgrade.exercise.load import load_exercise
from tests.exercise.test_load import write

BRIEF = """\
A thing must have a name. It may have a colour.

- Things that are gone stay gone.
"""
TESTS = """\
@pytest.mark.brief("A thing must have a name")
def test_one(): ...


@pytest.mark.brief("It may have a colour")
def test_two(): ...
"""


def remarks(folder: Path, brief: str | None = BRIEF, tests: str = TESTS) -> list[str]:
    write(folder, test_a=tests)
    if brief is not None:
        (folder / "brief.md").write_text(brief)
    for name in ("solution", "starter", "alternatives/other"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for criterion in ("C1", "C2"):
        variant = folder / "variants" / criterion
        variant.mkdir(parents=True, exist_ok=True)
        (variant / "patch.diff").touch()
        (variant / "expect.yaml").write_text(f"loses: [{criterion}]\nsummary: X\n")
    return [str(one).replace(f"{folder}/", "") for one in lint(load_exercise(str(folder)))]


def test_a_brief_and_its_tests_that_agree_leave_only_notes(tmp_path: Path) -> None:
    assert remarks(tmp_path) == [
        "brief.md:3: note: no test quotes this: 'Things that are gone stay gone.'"
    ]


def test_a_test_that_quotes_nothing_is_named(tmp_path: Path) -> None:
    unquoted = TESTS.replace('@pytest.mark.brief("It may have a colour")', "")

    assert remarks(tmp_path, tests=unquoted)[0] == (
        "acceptance/test_a.py:6: test_two quotes nothing of the brief; add @pytest.mark.brief(…)"
    )


def test_a_quote_that_the_brief_does_not_say_is_named(tmp_path: Path) -> None:
    assert remarks(tmp_path, brief=BRIEF.replace("colour", "color"))[0] == (
        "acceptance/test_a.py:6: test_two quotes what the brief does not say: "
        "'It may have a colour'"
    )


def test_a_demand_that_no_test_enforces_is_named(tmp_path: Path) -> None:
    assert remarks(tmp_path, brief=BRIEF + "\nNames must be short.\n")[0] == (
        "brief.md:5: what must be is not tested: 'Names must be short.'"
    )


def test_a_criterion_without_a_variant_and_a_lonely_solution_are_named(tmp_path: Path) -> None:
    remarks(tmp_path)
    (tmp_path / "variants" / "C2" / "expect.yaml").write_text("loses: []\nsummary: X\n")
    (tmp_path / "alternatives" / "other").rmdir()

    found = [str(one) for one in lint(load_exercise(str(tmp_path)))]

    assert "no variant loses C2" in found[0]
    assert "there is no other honest solution" in found[1]


def test_an_exercise_without_a_brief_is_named(tmp_path: Path) -> None:
    assert remarks(tmp_path, brief=None) == ["brief.md: the exercise has no brief"]

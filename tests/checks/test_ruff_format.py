"""Formatting is judged for consistency: line length and quotes are the submission's own taste."""

from pathlib import Path

import pytest

from flaskgrade.checks.ruff_format import CHECK, taste
from flaskgrade.model.evidence import Evidence, Status
from tests.checks.conftest import Bench
from tests.checks.contexts import submission_of

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

TIDY = 'GREETING = "hello"\n'
UNTIDY = "x = {  'a':1 }\n"
LONG = 'NAMES = ["' + '", "'.join(f"name-{n:03}" for n in range(8)) + '"]\n'


def statuses(evidence: Evidence) -> dict[str, Status]:
    """How each file did."""
    return {item.id: item.status for item in evidence.items}


def test_formatted_files_pass(static: Bench) -> None:
    """Each file is an item; all of them as the formatter would write them is a pass."""
    evidence = static.run(CHECK, {"app.py": TIDY, "shop/views.py": TIDY})

    assert evidence.status is Status.PASSED
    assert statuses(evidence) == {"app.py": Status.PASSED, "shop/views.py": Status.PASSED}
    assert evidence.measure("files_formatted") == 2


def test_an_untidy_file_loses_its_item_alone(static: Bench) -> None:
    """The file is named, the others keep what they earn."""
    evidence = static.run(CHECK, {"app.py": TIDY, "views.py": UNTIDY})

    assert evidence.status is Status.FAILED
    assert statuses(evidence) == {"app.py": Status.PASSED, "views.py": Status.FAILED}


@pytest.mark.parametrize(
    "files",
    [
        {"views.py": "# fmt: off\n" + UNTIDY},
        {"views.py": "# a note # fmt:off\n" + UNTIDY},
        {"views.py": UNTIDY.rstrip() + "  # fmt: skip\n"},
        {"views.py": "# yapf: disable\n" + UNTIDY},
        {"views.py": UNTIDY, "pyproject.toml": '[tool.ruff]\nexclude = ["*"]\n'},
        {"views.py": UNTIDY, "ruff.toml": 'extend-exclude = ["*.py"]\n'},
        {"views.py": UNTIDY, ".gitignore": "*.py\n"},
        {"views.py": UNTIDY, "pyproject.toml": '[tool.black]\nforce-exclude = ".*"\n'},
        {"views.py": UNTIDY, "pyproject.toml": "[tool.ruff\n"},
        {"views.py": UNTIDY, "pyproject.toml": '[tool.ruff]\nline-length = "9 exclude=[]"\n'},
    ],
)
def test_no_configuration_hides_a_file(static: Bench, files: dict[str, str]) -> None:
    """Neither exclusions nor files to be ignored nor broken settings make a file tidy."""
    evidence = static.run(CHECK, files)

    assert statuses(evidence)["views.py"] is Status.FAILED


@pytest.mark.parametrize(
    "settings",
    ["[tool.ruff]\nline-length = 140\n", "[tool.black]\nline-length = 140\n"],
)
def test_the_submissions_line_length_is_its_taste(static: Bench, settings: str) -> None:
    """A line that its own settings allow is no fault; without them it is."""
    plain = static.run(CHECK, {"app.py": LONG})
    own = static.run(CHECK, {"app.py": LONG, "pyproject.toml": settings})

    assert (plain.status, own.status) == (Status.FAILED, Status.PASSED)


def test_only_plain_taste_is_taken(tmp_path: Path) -> None:
    """Values that are no line length, quote or indent style never reach the tool."""
    files = {
        "ruff.toml": "line-length = true\n[format]\nquote-style = \"x'; exclude=['*']\"\n"
        'indent-style = "tab"\n'
    }

    assert taste(submission_of(tmp_path, files)) == ("format.indent-style='tab'",)


@pytest.mark.parametrize("text", ["# fmt: off\nx = 1\n# fmt: on\n", 'x = "# fmt: off é"\n'])
def test_a_suppression_is_no_fault_by_itself(static: Bench, text: str) -> None:
    """A tidy file stays tidy, whatever its comments and its strings say."""
    assert static.run(CHECK, {"app.py": text}).status is Status.PASSED


def test_a_file_that_crashes_the_formatter_loses_its_item_alone(static: Bench) -> None:
    """The others are looked at without it."""
    evidence = static.run(CHECK, {"app.py": TIDY, "bomb.py": "x = " + "not " * 20_000 + "1\n"})

    assert statuses(evidence) == {"app.py": Status.PASSED, "bomb.py": Status.FAILED}


def test_a_file_that_does_not_parse_is_not_formatted(static: Bench) -> None:
    """It loses its item with the reason; the others are looked at all the same."""
    evidence = static.run(
        CHECK, {"app.py": TIDY, "bad.py": "def f(:\n", "bomb.py": "x = " + "(" * 3000 + "\n"}
    )

    assert statuses(evidence) == {
        "app.py": Status.PASSED,
        "bad.py": Status.FAILED,
        "bomb.py": Status.FAILED,
    }
    assert {item.message for item in evidence.items if item.id == "bad.py"} != {""}

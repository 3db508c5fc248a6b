"""Reports as they are written, byte for byte.

`FLASKGRADE_UPDATE_GOLDEN=1 pytest tests/report/test_golden.py` writes the files anew: read the
difference before you commit it.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flaskgrade.cohort.compare import compare
from flaskgrade.model.report import Report
from flaskgrade.report import terminal, terminal_comparison
from flaskgrade.report.registry import RENDERERS
from tests.report import reports
from tests.report.hostile import hostile

GOLDEN = Path(__file__).parents[1] / "golden"
REPORTS: dict[str, Callable[[], Report]] = {
    "pass": reports.passing,
    "fail": reports.failing,
    "not-assessed": reports.not_assessed,
    "no-exercise": reports.without_exercise,
    "hostile": hostile,
}


def assert_golden(name: str, text: str) -> None:
    """Compare with the golden file of that name, or write it where that was asked for."""
    path = GOLDEN / name
    if os.environ.get("FLASKGRADE_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("form", RENDERERS)
def test_a_file_is_as_it_was(name: str, form: str) -> None:
    """Each report in each file format is its golden file."""
    renderer = RENDERERS[form]

    assert_golden(f"{name}.{renderer.file_name}", renderer.render(REPORTS[name]()))


@pytest.mark.parametrize("name", REPORTS)
def test_the_terminal_shows_what_it_showed(name: str) -> None:
    """Each report on a terminal of 100 columns is its golden file."""
    text = terminal.render(REPORTS[name](), width=100, color=False)

    assert_golden(f"{name}.report.txt", text)


def test_colours_are_as_they_were() -> None:
    """A report in colour is its golden file."""
    text = terminal.render(reports.not_assessed(), width=80, color=True)

    assert_golden("not-assessed.report.ansi", text)


@pytest.mark.parametrize("width", [60, 150])
def test_a_comparison_is_as_it_was(width: int) -> None:
    """Reports side by side, hostile ones among them, are their golden files."""
    comparison = compare([make() for make in REPORTS.values()], allow_mixed=True)

    text = terminal_comparison.render(comparison, width=width, color=False)

    assert_golden(f"comparison-{width}.txt", text)

"""The formats by name."""

import subprocess
import sys

import pytest

from flaskgrade.report.registry import RENDERERS
from tests.report import reports

PROBE = """
import sys
from flaskgrade.report.registry import RENDERERS
from tests.report import reports
RENDERERS[{name!r}].render(reports.passing())
print(*sorted({{"jinja2", "rich"}} & set(sys.modules)))
"""


def test_names_and_files_are_distinct() -> None:
    """Two formats never write to the same file of a folder."""
    files = [renderer.file_name for renderer in RENDERERS.values()]

    assert list(RENDERERS) == [
        *("json", "html", "markdown", "sarif", "junit", "csv"),
        *("github", "github-summary"),
    ]
    assert len(files) == len(set(files))


@pytest.mark.parametrize("name", RENDERERS)
def test_every_format_ends_its_last_line(name: str) -> None:
    """Files end with exactly one newline."""
    text = RENDERERS[name].render(reports.passing())

    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize(
    ("name", "loaded"),
    [*((name, "") for name in RENDERERS if name != "html"), ("html", "jinja2")],
)
def test_a_format_loads_only_its_own_library(name: str, loaded: str) -> None:
    """Whoever asks for JSON does not wait for a template engine or a terminal library."""
    result = subprocess.run(
        [sys.executable, "-c", PROBE.format(name=name)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.strip() == loaded

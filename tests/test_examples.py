"""The examples are what this version writes, and nothing in the README is out of date."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flaskgrade import errors
from flaskgrade.cli.main import app
from flaskgrade.report import terminal
from flaskgrade.report.document import read
from flaskgrade.report.registry import RENDERERS

PROJECT = Path(__file__).parent.parent
REPORTS = PROJECT / "examples" / "reports"
README = (PROJECT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(RENDERERS))
def test_an_example_is_what_its_format_writes(name: str) -> None:
    """Each example report is the JSON one, rendered by this version."""
    report = read((REPORTS / "report.json").read_text(encoding="utf-8"))
    renderer = RENDERERS[name]

    assert renderer.render(report) == (REPORTS / renderer.file_name).read_text(encoding="utf-8")


def test_the_terminal_example_is_what_the_terminal_shows() -> None:
    """The plain text example is the terminal's report without colour."""
    report = read((REPORTS / "report.json").read_text(encoding="utf-8"))

    shown = terminal.render(report, width=100, color=False)

    assert shown == (REPORTS / "report.txt").read_text(encoding="utf-8")


def test_the_readme_documents_every_exit_code() -> None:
    """The table of exit codes in the README is complete, and names no other."""
    classes = [c for c in vars(errors).values() if isinstance(c, type)]
    codes = {c.exit_code for c in classes if issubclass(c, errors.FlaskgradeError)}
    codes |= {value for name, value in vars(errors).items() if name.startswith("EXIT_")}

    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}

    assert documented == codes


@pytest.mark.parametrize(
    "line", sorted(set(re.findall(r"^flaskgrade ([a-z]+(?: [a-z]+)?)", README, re.MULTILINE)))
)
def test_every_command_of_the_readme_exists(line: str) -> None:
    """What the README tells to type is there, and explains itself."""
    words = line.split()
    shown = CliRunner().invoke(app, [*words, "--help"])
    if shown.exit_code != 0:  # the second word was an argument
        shown = CliRunner().invoke(app, [words[0], "--help"])

    assert shown.exit_code == 0
    assert "Usage" in shown.output


@pytest.mark.parametrize("option", sorted(set(re.findall(r"`(--[a-z-]+)", README))))
def test_every_option_of_the_readme_exists(option: str) -> None:
    """An option that the README names is one of some command."""
    commands: tuple[list[str], ...] = (
        [],
        ["grade"],
        ["clean"],
        ["compare"],
        ["image", "build"],
    )
    texts = [CliRunner().invoke(app, [*c, "--help"], terminal_width=200).output for c in commands]

    assert any(option in text for text in texts)

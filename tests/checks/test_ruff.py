"""Lint is judged by our rules alone: nothing that a submission writes turns one off."""

import pytest

from flaskgrade.checks.ruff import CHECK
from flaskgrade.errors import StageError
from flaskgrade.model.environment import Folder
from flaskgrade.model.evidence import Evidence, Severity, Status
from tests.checks.conftest import Bench

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

CLEAN = "from flask import Flask\n\napp = Flask(__name__)\n"
UNUSED = "import os\n\nfrom flask import Flask\n\napp = Flask(__name__)\n"
BOMB = "x = " + "not " * 20_000 + "1\n"  # ends ruff by SIGABRT
PARENTHESES = "x = " + "(" * 3000 + "\n"  # ended older ones


def found(evidence: Evidence) -> set[tuple[str, str]]:
    """The codes found, each with its place."""
    return {(finding.code, str(finding.location)) for finding in evidence.findings}


def test_clean_code_passes(static: Bench) -> None:
    """Code without a violation has no finding, and its size is told."""
    evidence = static.run(CHECK, {"app.py": CLEAN})

    assert (evidence.status, evidence.findings) == (Status.PASSED, ())
    assert evidence.measure("source_lines") == 2


def test_a_violation_is_a_finding_with_its_place(static: Bench) -> None:
    """An unused import and an undefined name are named by code, file and line."""
    evidence = static.run(CHECK, {"shop/app.py": UNUSED + "print(nowhere)\n"})

    assert evidence.status is Status.FAILED
    assert found(evidence) == {("ruff:F401", "shop/app.py:1"), ("ruff:F821", "shop/app.py:6")}
    severities = {finding.code: finding.severity for finding in evidence.findings}
    assert severities == {"ruff:F401": Severity.LOW, "ruff:F821": Severity.MEDIUM}


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("noqa", {"app.py": UNUSED.replace("import os", "import os  # noqa: F401")}),
        ("file noqa", {"app.py": "# ruff: noqa\n" + UNUSED}),
        ("flake8 noqa", {"app.py": "# flake8: noqa\n" + UNUSED}),
        ("pyproject", {"pyproject.toml": '[tool.ruff]\nexclude = ["*"]\nlint.select = []\n'}),
        ("ruff.toml", {"ruff.toml": 'exclude = ["*.py"]\n[lint]\nselect = []\n'}),
        ("nested ruff.toml", {"shop/ruff.toml": "[lint]\nselect = []\n", "shop/a.py": UNUSED}),
        ("broken ruff.toml", {"ruff.toml": "line-length = 'x'\n"}),
        (".gitignore", {".gitignore": "*.py\n"}),
        (".ignore", {".ignore": "*\n"}),
    ],
)
def test_no_suppression_counts(static: Bench, name: str, files: dict[str, str]) -> None:
    """The finding is there whatever the submission says to ruff."""
    evidence = static.run(CHECK, {"app.py": UNUSED, **files})

    assert "ruff:F401" in {finding.code for finding in evidence.findings}, name


@pytest.mark.parametrize("path", [".hidden/app.py", "-rf.py", "a b.py", "build/app.py"])
def test_no_place_is_out_of_sight(static: Bench, path: str) -> None:
    """A file is looked at wherever it lies and whatever it is called."""
    evidence = static.run(CHECK, {path: UNUSED, "app.py": CLEAN})

    assert ("ruff:F401", f"{path}:1") in found(evidence)


def test_a_syntax_error_is_a_finding(static: Bench) -> None:
    """A file that does not parse is told with its line; the others are linted all the same."""
    evidence = static.run(CHECK, {"app.py": UNUSED, "bad.py": "def f(:\n"})

    assert ("ruff:F401", "app.py:1") in found(evidence)
    assert ("ruff:invalid-syntax", "bad.py:1") in found(evidence)


@pytest.mark.parametrize("bomb", [BOMB, PARENTHESES])
def test_a_bomb_hides_nothing(static: Bench, bomb: str) -> None:
    """A file that no parser takes is a finding, and what is found in the others is told."""
    evidence = static.run(CHECK, {"app.py": UNUSED, "bomb.py": bomb})

    assert evidence.status is Status.FAILED
    assert ("ruff:F401", "app.py:1") in found(evidence)
    assert "bomb.py" in {str(f.location).split(":")[0] for f in evidence.findings}


def test_a_file_that_crashes_ruff_is_the_candidates(static: Bench) -> None:
    """The file that ruff can't get through is named, and what it finds in the others is told."""
    evidence = static.run(CHECK, {"app.py": UNUSED, "bomb.py": BOMB})

    assert evidence.status is Status.FAILED
    assert found(evidence) == {("ruff:crash", "bomb.py"), ("ruff:F401", "app.py:1")}


def test_nothing_but_a_crashing_file_is_the_candidates(static: Bench) -> None:
    """A submission of one such file is FAILED, with what ran as its record."""
    evidence = static.run(CHECK, {"bomb.py": BOMB})

    assert evidence.status is Status.FAILED
    assert found(evidence) == {("ruff:crash", "bomb.py")}
    assert evidence.commands[0].ended != "exited"


def test_a_broken_toolbox_is_ours(static: Bench) -> None:
    """Tools that do not work on a clean file raise: nobody is judged by them."""
    (static.folder / "empty").mkdir()
    empty: Folder = static.sandbox.folder(static.folder / "empty")
    broken = Bench(static.folder, static.sandbox, empty, None)

    with pytest.raises(StageError, match="ruff check does not work here"):
        broken.run(CHECK, {"app.py": CLEAN})


def test_no_python_is_no_clean_code(static: Bench) -> None:
    """Nothing to lint earns nothing."""
    assert static.run(CHECK, {"README.md": "# Shop\n"}).status is Status.FAILED

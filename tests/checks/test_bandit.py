"""The security scan is judged by our settings alone; every issue has bandit's own severity."""

import pytest

from flaskgrade.checks.bandit import CHECK
from flaskgrade.errors import StageError
from flaskgrade.model.evidence import Evidence, Severity, Status
from tests.checks.conftest import Bench

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

SAFE = "from flask import Flask\n\napp = Flask(__name__)\n"
SHELL = "import subprocess\n\nsubprocess.call('ls', shell=True)\n"


def found(evidence: Evidence) -> set[tuple[str, str]]:
    """The codes found, each with its place."""
    return {(finding.code, str(finding.location)) for finding in evidence.findings}


def test_safe_code_passes(static: Bench) -> None:
    """Code without an issue has no finding."""
    evidence = static.run(CHECK, {"app.py": SAFE})

    assert (evidence.status, evidence.findings) == (Status.PASSED, ())


def test_an_issue_is_a_finding_with_its_severity(static: Bench) -> None:
    """A shell call is named by code, file and line; Werkzeug's debugger is of high severity."""
    evidence = static.run(CHECK, {"app.py": SAFE + "app.run(debug=True)\n", "lib/a.py": SHELL})

    assert evidence.status is Status.FAILED
    assert ("bandit:B201", "app.py:4") in found(evidence)
    assert ("bandit:B602", "lib/a.py:3") in found(evidence)
    severity = {finding.code: finding.severity for finding in evidence.findings}
    assert severity["bandit:B201"] is Severity.HIGH


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": SHELL.replace("=True)", "=True)  # nosec")},
        {"app.py": SHELL.replace("=True)", "=True)  # nosec B602")},
        {"app.py": SHELL, ".bandit": "[bandit]\nskips = B602,B404,B607\nexclude = *\n"},
        {"app.py": SHELL, "pyproject.toml": '[tool.bandit]\nskips = ["B602"]\n'},
        {"app.py": SHELL, "bandit.yaml": "skips: [B602]\n"},
        {"app.py": SHELL, ".gitignore": "*.py\n"},
    ],
)
def test_no_suppression_counts(static: Bench, files: dict[str, str]) -> None:
    """The issue is there whatever the submission says to bandit."""
    evidence = static.run(CHECK, files)

    assert "bandit:B602" in {finding.code for finding in evidence.findings}


def test_tests_may_assert(static: Bench) -> None:
    """Test files are left out: an assert in a test is no issue."""
    evidence = static.run(
        CHECK, {"app.py": SAFE, "tests/test_app.py": "def test_a():\n    assert 1\n"}
    )

    assert evidence.status is Status.PASSED


@pytest.mark.parametrize("bad", ["def f(:\n", "x = " + "(" * 3000 + "\n"])
def test_a_file_that_cannot_be_scanned_hides_nothing(static: Bench, bad: str) -> None:
    """It is a finding of its own, and the issues in the other files are told as well."""
    evidence = static.run(CHECK, {"app.py": SHELL, "bad.py": bad})

    places = {str(finding.location).split(":")[0] for finding in evidence.findings}
    assert places == {"app.py", "bad.py"}


def test_a_broken_toolbox_is_ours(static: Bench) -> None:
    """Tools that do not work on a clean file raise: nobody is judged by them."""
    (static.folder / "empty").mkdir()
    empty = static.sandbox.folder(static.folder / "empty")
    broken = Bench(static.folder, static.sandbox, empty, None)

    with pytest.raises(StageError, match="bandit does not work here"):
        broken.run(CHECK, {"app.py": SAFE})


def test_a_setup_that_executes_a_scanned_file_is_no_issue(static: Bench) -> None:
    """It is how packages share their version; what executes anything else is one."""
    version = "exec(open('shop/version.py').read())\n"
    files = {"setup.py": version, "app.py": version, "shop/version.py": "V = '1'\n"}

    evidence = static.run(CHECK, files)

    places = [f.location for f in evidence.findings if f.code == "bandit:B102"]
    assert [str(place) for place in places] == ["app.py:1"]

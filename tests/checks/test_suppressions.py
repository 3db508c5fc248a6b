"""The check of suppressions."""

from pathlib import Path

from flaskgrade.checks.suppressions import CHECK
from flaskgrade.model.evidence import Severity, Status
from tests.checks.contexts import context_of


def test_none_earns_all(tmp_path: Path) -> None:
    """The measure of lines is there for the rate."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": "x = 1\ny = '# noqa'\n"}))

    assert evidence.status is Status.PASSED
    assert evidence.findings == ()
    assert evidence.measure("source_lines") == 2


def test_a_blanket_one_weighs_more_than_a_narrow_one(tmp_path: Path) -> None:
    """Both are found in their places."""
    source = "import os  # noqa\nimport re  # noqa: F401\n"

    evidence = CHECK.run(context_of(tmp_path, {"app.py": source}))

    assert evidence.status is Status.FAILED
    assert [(f.code, f.severity, str(f.location)) for f in evidence.findings] == [
        ("suppression:noqa", Severity.MEDIUM, "app.py:1"),
        ("suppression:noqa", Severity.LOW, "app.py:2"),
    ]
    assert evidence.measure("suppressions") == 2


def test_a_reason_makes_it_a_remark(tmp_path: Path) -> None:
    """It is shown under another code, which costs nothing."""
    source = "x = f()  # type: ignore[arg-type]  # the stubs are wrong\n"

    evidence = CHECK.run(context_of(tmp_path, {"app.py": source}))

    assert evidence.status is Status.PASSED
    (finding,) = evidence.findings
    assert finding.code == "justified-suppression:type-ignore"
    assert finding.severity is Severity.INFO
    assert "the stubs are wrong" in finding.message


def test_tests_may_silence_what_they_like(tmp_path: Path) -> None:
    """They are not counted as source lines either."""
    files = {"app.py": "x = 1\n", "tests/test_app.py": "assert 1  # noqa\n"}

    assert CHECK.run(context_of(tmp_path, files)).findings == ()


def test_a_file_that_cannot_be_parsed_is_left_out(tmp_path: Path) -> None:
    """Other checks say that it cannot be."""
    evidence = CHECK.run(context_of(tmp_path, {"app.py": "x = (  # noqa\n"}))

    assert evidence.findings == ()

"""What ruff, mypy and bandit say: any JSON is a finding of bounded size, or none."""
# A test's name is its sentence.
# ruff: noqa: D103

import json

from hypothesis import strategies as st

from flaskgrade.checks import bandit, mypy, ruff
from flaskgrade.model.evidence import Finding
from tests.fuzz.cases import fuzz
from tests.fuzz.strategies import any_bytes, json_values, mutated_json

RUFF = {"code": "F401", "message": "m", "filename": "/w/a.py", "location": {"row": 1, "column": 2}}
MYPY = {"severity": "error", "file": "a.py", "line": 3, "code": "arg-type", "message": "m"}
BANDIT = {
    "test_id": "B101",
    "issue_text": "m",
    "issue_severity": "LOW",
    "filename": "a.py",
    "line_number": 4,
}


def check(finding: Finding) -> None:
    assert len(finding.code) < 300
    assert len(finding.message) <= 600
    line = finding.location.line if finding.location else None
    assert line is None or isinstance(line, int)


@fuzz(one=mutated_json([RUFF]).filter(lambda value: isinstance(value, dict)))
def test_any_violation_of_ruff_is_a_finding(one: dict[str, object]) -> None:
    check(ruff._finding(one))


@fuzz(one=mutated_json([BANDIT]).filter(lambda value: isinstance(value, dict)))
def test_any_issue_of_bandit_is_a_finding(one: dict[str, object]) -> None:
    check(bandit._finding(one))
    check(bandit._unparsed(one))


@fuzz(
    line=any_bytes
    | (json_values | mutated_json([MYPY])).map(lambda v: json.dumps(v).encode())
    | st.sampled_from([b"[" * 100_000, b'{"a":' * 100_000])
)
def test_any_line_of_mypy_is_a_finding_or_none(line: bytes) -> None:
    finding = mypy._finding(line)

    if finding is not None:
        check(finding)

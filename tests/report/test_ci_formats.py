"""SARIF, JUnit and CSV: what programs read of a report."""
# A test's name is its sentence.
# ruff: noqa: D103

import csv
import json
from dataclasses import replace
from io import StringIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from flaskgrade.model.evidence import Finding, Location, Severity, Status
from flaskgrade.model.report import Report
from flaskgrade.report import junit, plain, sarif, table
from tests.report import reports
from tests.report.hostile import hostile

REPORTS = [reports.passing(), reports.failing(), reports.not_assessed(), hostile()]


def run(report: Report) -> dict[str, Any]:
    log = json.loads(sarif.render(report))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    found: dict[str, Any] = log["runs"][0]
    return found


@pytest.mark.parametrize("report", REPORTS)
def test_every_result_has_its_rule_place_and_words(report: Report) -> None:
    found = run(report)
    rules = [rule["id"] for rule in found["tool"]["driver"]["rules"]]

    assert len(rules) == len(set(rules))
    for result in found["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]
        assert place["region"]["startLine"] >= 1
        assert not place["artifactLocation"]["uri"].startswith("/")


def test_findings_with_a_place_are_results_the_gravest_first() -> None:
    places = [Location(path="a b.py", line=3), Location(path="c.py"), None]
    severities = [Severity.LOW, Severity.HIGH, Severity.HIGH]
    findings = tuple(
        Finding(code=f"x:{n}", message="wrong", severity=severity, location=place)
        for n, (place, severity) in enumerate(zip(places, severities, strict=True))
    )

    found = run(replace(reports.passing(), evidence=(), findings=findings))

    assert [(one["ruleId"], one["level"]) for one in found["results"]] == [
        ("x:1", "error"),
        ("x:0", "note"),
    ]
    assert (
        found["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        == "a%20b.py"
    )


def test_a_finding_keeps_its_fingerprint_when_its_line_moves() -> None:
    def fingerprint(line: int) -> object:
        one = Finding(code="x:1", message="wrong", location=Location(path="a.py", line=line))
        report = replace(reports.passing(), evidence=(), findings=(one,))
        return run(report)["results"][0]["partialFingerprints"]

    assert fingerprint(3) == fingerprint(30)


def test_a_long_list_is_cut_and_says_so() -> None:
    many = tuple(
        Finding(code="x:1", message=f"{n}", location=Location(path="a.py", line=n + 1))
        for n in range(sarif.MOST_RESULTS + 7)
    )

    found = run(replace(reports.passing(), evidence=(), findings=many))

    assert len(found["results"]) == sarif.MOST_RESULTS
    assert found["properties"]["left_out"] == 7


@pytest.mark.parametrize("report", REPORTS)
def test_junit_counts_what_it_holds(report: Report) -> None:
    root = ET.fromstring(junit.render(report))

    assert [suite.get("name") for suite in root] == [one.check for one in report.evidence]
    for suite in root:
        cases = list(suite)
        assert int(suite.get("tests", "")) == len(cases) > 0
        for attribute, tag in (("failures", "failure"), ("errors", "error")):
            found = [case for case in cases if case.find(tag) is not None]
            assert int(suite.get(attribute, "")) == len(found)
    assert int(root.get("tests", "")) == sum(len(suite) for suite in root)


def test_our_faults_are_errors_and_never_failures() -> None:
    report = reports.not_assessed()
    ours = [one.check for one in report.evidence if one.status is Status.ERRORED]

    root = ET.fromstring(junit.render(report))

    assert ours
    for suite in root:
        if suite.get("name") in ours:
            assert suite.get("failures") == "0"
            assert suite.get("errors") != "0"


@pytest.mark.parametrize("report", REPORTS)
def test_a_table_has_a_row_per_criterion(report: Report) -> None:
    rows = list(csv.DictReader(StringIO(table.render(report))))

    assert [row["criterion"].lstrip("'") for row in rows] == [
        plain.line(one.id, 100) for one in report.scorecard.criteria
    ]
    assert all(None not in row for row in rows)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1"])
def test_no_cell_is_a_formula(text: str) -> None:
    report = reports.passing()
    first, *rest = report.scorecard.criteria
    card = replace(report.scorecard, criteria=(replace(first, reason=text), *rest))

    rows = list(csv.reader(StringIO(table.render(replace(report, scorecard=card)))))

    assert rows[1][-1] == f"'{text.strip()}"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)

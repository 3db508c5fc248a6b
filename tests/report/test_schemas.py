"""SARIF and JUnit files are valid by the schemas that others publish."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings

from flaskgrade.model.report import Report
from flaskgrade.report import junit, plain, sarif
from tests.report import reports, strategies
from tests.report.hostile import hostile

SCHEMAS = Path(__file__).parent / "schemas"
SARIF = jsonschema.Draft7Validator(
    json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")),
    format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER,
)
XML_VALIDATE = Path(sys.executable).with_name("xmlschema-validate")
REPORTS = {
    "passing": reports.passing(),
    "failing": reports.failing(),
    "not-assessed": reports.not_assessed(),
    "without-exercise": reports.without_exercise(),
    "hostile": hostile(),
}


def complaints(path: Path) -> str:
    """Return what the XML schema says against a file, nothing if it is valid."""
    command = [str(XML_VALIDATE), "-v", "--schema", str(SCHEMAS / "junit-10.xsd"), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("name", REPORTS)
def test_sarif_is_valid_by_the_schema_of_oasis(name: str) -> None:
    """Each report as SARIF is valid by the schema of the standard."""
    errors = SARIF.iter_errors(json.loads(sarif.render(REPORTS[name])))

    assert [f"{list(one.path)}: {one.message}" for one in errors] == []


@settings(max_examples=25, deadline=None)
@given(text=strategies.HOSTILE_TEXT)
def test_no_text_makes_sarif_invalid(text: str) -> None:
    """Whatever stands in every field of a report, its SARIF is valid."""
    log = sarif.render(plain.mapped(reports.failing(), lambda _: text))

    assert SARIF.is_valid(json.loads(log))


def test_the_schema_of_oasis_refuses_what_is_no_sarif() -> None:
    """A level that SARIF does not know is found."""
    log = json.loads(sarif.render(reports.failing()))
    log["runs"][0]["results"][0]["level"] = "grave"

    assert not SARIF.is_valid(log)


@pytest.mark.parametrize("name", REPORTS)
def test_junit_is_valid_by_the_schema_of_jenkins(name: str, tmp_path: Path) -> None:
    """Each report as JUnit XML is valid by the schema that Jenkins' xUnit plugin goes by."""
    assert refused(REPORTS[name], tmp_path) == ""


def test_the_schema_of_jenkins_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    """An attribute that a case may not have is found."""
    path = tmp_path / "report.junit.xml"
    text = junit.render(reports.failing())
    path.write_text(text.replace("<testcase ", '<testcase colour="red" ', 1), encoding="utf-8")

    assert "colour" in complaints(path)


def refused(report: Report, folder: Path) -> str:
    """Return what is said against a report's JUnit file."""
    path = folder / "report.junit.xml"
    path.write_text(junit.render(report), encoding="utf-8")
    return complaints(path)

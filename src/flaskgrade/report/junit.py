"""The report as JUnit XML, which CI servers draw: a suite per check, a case per item.

The dialect is the one that Jenkins, GitLab and GitHub's readers share: failures are the
submission's, errors are ours, and what does not apply is skipped. It is valid by the schema that
Jenkins' xUnit plugin refuses other files by, so a place stands in the text: it has no attribute.
https://docs.gitlab.com/ci/testing/unit_test_reports/
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from xml.etree import ElementTree as ET

from flaskgrade.model.evidence import Evidence, Item, Status
from flaskgrade.model.report import Report
from flaskgrade.report import plain

TEXT_LIMIT = 2000
TITLE_LIMIT = 300
COUNTS = {"failures": Status.FAILED, "errors": Status.ERRORED, "skipped": Status.SKIPPED}


def render(report: Report) -> str:
    """Return the report as JUnit XML. Characters that XML 1.0 can't hold are spelled out."""
    shown = plain.cleaned(report, TEXT_LIMIT)
    root = ET.Element("testsuites", name=plain.line(shown.title, TITLE_LIMIT))
    for evidence in shown.evidence:
        root.append(_suite(evidence))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(evidence: Evidence) -> ET.Element:
    items = evidence.items or (
        Item(
            id=evidence.check,
            title=evidence.summary or evidence.check,
            status=evidence.status,
            message=evidence.summary,
            milliseconds=evidence.milliseconds,
        ),
    )
    suite = ET.Element(
        "testsuite",
        name=evidence.check,
        tests=str(len(items)),
        time=_seconds(evidence.milliseconds),
    )
    for name, status in COUNTS.items():
        suite.set(name, str(sum(item.status is status for item in items)))
    suite.extend(_case(evidence.check, item) for item in items)
    return suite


def _case(check: str, item: Item) -> ET.Element:
    name = plain.line(item.title or item.id, TITLE_LIMIT)
    classname = f"{check}.{plain.line(item.id, TITLE_LIMIT)}"
    case = ET.Element("testcase", name=name, classname=classname, time=_seconds(item.milliseconds))
    tags = {Status.FAILED: "failure", Status.ERRORED: "error", Status.SKIPPED: "skipped"}
    if (tag := tags.get(item.status)) is not None:
        told = ET.SubElement(case, tag, message=plain.line(item.message, TITLE_LIMIT))
        where = f"{item.location}\n" if item.location else ""
        told.text = f"{where}{item.message}" if tag != "skipped" else None
    return case


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}"

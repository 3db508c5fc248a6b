"""The report's findings as SARIF 2.1.0, which code-scanning views open.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. Only what has a place in the
submission is in it; points, hidden tests and exchanges are not. Long lists are cut where GitHub
cuts them: https://docs.github.com/en/code-security/reference/code-scanning/sarif-support
"""

import hashlib
import json
from typing import Any
from urllib.parse import quote

from flaskgrade.model.evidence import Finding, Severity
from flaskgrade.model.report import Report
from flaskgrade.report import plain
from flaskgrade.report.located import located, place

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
MOST_RESULTS = 5000
TEXT_LIMIT = 1000
LEVELS = {
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "none",
}
ROOT = "SRCROOT"


def render(report: Report) -> str:
    """Return the report as a SARIF log of one run, gravest findings first."""
    shown = plain.cleaned(report, TEXT_LIMIT)
    findings = located(shown)
    codes = sorted({finding.code for finding in findings})
    origin = shown.provenance
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "flaskgrade",
                "version": origin.harness.version or "0",
                "rules": [{"id": code, "name": code} for code in codes],
            }
        },
        "automationDetails": {"id": f"flaskgrade/{origin.rubric.name}/"},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the submission."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes.index(one.code)) for one in findings[:MOST_RESULTS]],
        "properties": {"left_out": max(len(findings) - MOST_RESULTS, 0)},
    }
    if origin.commit and origin.kind in {"git", "pull-request"}:
        run["versionControlProvenance"] = [
            {"repositoryUri": _uri(origin.source), "revisionId": origin.commit}
        ]
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _result(one: Finding, rule: int) -> dict[str, Any]:
    where = place(one)
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": quote(where.path), "uriBaseId": ROOT},
        "region": {"startLine": max(where.line or 1, 1)},
    }
    return {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": LEVELS[one.severity],
        "message": {"text": one.message or one.code},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {"flaskgrade/v1": _fingerprint(one)},
    }


def _fingerprint(one: Finding) -> str:
    """Return what stays when lines above a finding are added: its code, file and words."""
    content = json.dumps([one.code, place(one).path, one.message])
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _uri(source: str) -> str:
    return quote(source, safe=":/?#[]@!$&'()*+,;=%~-._")

"""Static security scan (X1) by bandit over all code but tests; `# nosec` is not honoured.

One finding for each issue with bandit's own severity; a file that bandit can't parse is one, too.
Rules: https://bandit.readthedocs.io/en/latest/plugins/
"""

import json
from dataclasses import dataclass
from pathlib import PurePosixPath

from flaskgrade.checks.base import TOOLBOX_PYTHON, Context, Need
from flaskgrade.checks.tool import (
    MOST_FINDINGS,
    crash_evidence,
    crash_findings,
    lines_measure,
    relative,
    run_tool,
    unseen_findings,
    written_files,
)
from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.guest import GUEST_PATH
from flaskgrade.model.evidence import Evidence, Finding, Location, Severity, Status

EXEC = "bandit:B102"
SEVERITIES = {"LOW": Severity.LOW, "MEDIUM": Severity.MEDIUM, "HIGH": Severity.HIGH}


@dataclass(frozen=True)
class Bandit:
    """Runs bandit."""

    name: str = "bandit"
    title: str = "Security scan (bandit)"
    needs: frozenset[Need] = frozenset({Need.TOOLBOX})

    def run(self, context: Context) -> Evidence:
        """Return a finding for each issue."""
        files = written_files(context.facts, tests=False)
        if not files:
            return Evidence(check=self.name, status=Status.FAILED, summary="There is no Python.")
        argv = (
            *(TOOLBOX_PYTHON, "-I", "-m", "bandit", "--format", "json", "--quiet"),
            *("--ini", f"{GUEST_PATH}/bandit.ini", "--ignore-nosec"),
        )
        ran = run_tool(context, argv, files, shown="bandit")
        if ran.crashed:
            return crash_evidence(self.name, ran, context)
        try:
            told = json.loads(ran.outcome.stdout)
        except ValueError:
            # bandit leaves with 1 both for issues and for a crash; only a crash has no JSON.
            return crash_evidence(self.name, ran, context)
        findings = (
            *crash_findings(self.name, ran.left_out, context.facts),
            *unseen_findings(self.name, context.facts),
            *_found(told["results"], context.facts),
            *(_unparsed(one) for one in told["errors"][:MOST_FINDINGS]),
        )
        return Evidence(
            check=self.name,
            status=Status.FAILED if findings else Status.PASSED,
            summary=f"{len(findings)} issues in {len(files)} files.",
            findings=findings,
            measures=(lines_measure(context.facts),),
            milliseconds=ran.record.milliseconds,
        )


def _found(results: list[dict[str, object]], facts: ProjectFacts) -> tuple[Finding, ...]:
    """Return the issues, but for a `setup.py` that executes a file which is scanned by itself."""
    hiding = {hidden.location.path for hidden in facts.hidden}
    findings = map(_finding, results[:MOST_FINDINGS])
    return tuple(
        finding
        for finding in findings
        if not (
            finding.code == EXEC
            and finding.location is not None
            and PurePosixPath(finding.location.path).name == "setup.py"
            and finding.location.path not in hiding
        )
    )


def _finding(one: dict[str, object]) -> Finding:
    line = one.get("line_number")
    return Finding(
        code=f"bandit:{str(one.get('test_id'))[:100]}",
        message=str(one.get("issue_text", ""))[:500],
        severity=SEVERITIES.get(str(one.get("issue_severity")), Severity.MEDIUM),
        location=Location(
            path=relative(str(one.get("filename", ""))),
            line=line if isinstance(line, int) else None,
        ),
    )


def _unparsed(one: dict[str, object]) -> Finding:
    return Finding(
        code="bandit:unparsed",
        message=f"The file can't be scanned: {str(one.get('reason', ''))[:300]}",
        severity=Severity.MEDIUM,
        location=Location(path=relative(str(one.get("filename", "")))),
    )


CHECK = Bandit()

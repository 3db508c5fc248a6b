"""Lint (Q1) by ruff, with the rules of `guest/examiner/ruff.toml` and no suppression honoured.

One finding for each violation; a rubric counts them per 1,000 source lines. A file that does not
parse is a finding, too. Rules: https://docs.astral.sh/ruff/rules/
"""

import json
from dataclasses import dataclass

from flaskgrade.checks.base import TOOLBOX_PATH, Context, Need
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
from flaskgrade.guest import GUEST_PATH
from flaskgrade.model.evidence import Evidence, Finding, Location, Severity, Status

RUFF = f"{TOOLBOX_PATH}/bin/ruff"
# Undefined names and syntax errors fail at run time; the rest is a matter of quality.
SERIOUS = ("F8", "E9", "PLE", "B0")


@dataclass(frozen=True)
class Ruff:
    """Runs `ruff check`."""

    name: str = "ruff"
    title: str = "Lint (ruff)"
    needs: frozenset[Need] = frozenset({Need.TOOLBOX})

    def run(self, context: Context) -> Evidence:
        """Return a finding for each violation."""
        files = written_files(context.facts)
        if not files:
            return Evidence(check=self.name, status=Status.FAILED, summary="There is no Python.")
        argv = (
            *(RUFF, "check", "--config", f"{GUEST_PATH}/ruff.toml", "--no-cache", "--ignore-noqa"),
            *("--no-respect-gitignore", "--no-fix", "--output-format", "json", "--quiet", "--"),
        )
        ran = run_tool(context, argv, files, shown="ruff check")
        if ran.crashed:
            return crash_evidence(self.name, ran, context)
        told = json.loads(ran.outcome.stdout or b"[]")
        findings = (
            *crash_findings(self.name, ran.left_out, context.facts),
            *unseen_findings(self.name, context.facts),
            *(_finding(one) for one in told[:MOST_FINDINGS]),
        )
        return Evidence(
            check=self.name,
            status=Status.FAILED if findings else Status.PASSED,
            summary=f"{len(told) + len(ran.left_out)} findings in {len(files)} files, "
            f"{context.facts.source_lines} source lines.",
            findings=findings,
            measures=(lines_measure(context.facts),),
            milliseconds=ran.record.milliseconds,
        )


def _finding(one: dict[str, object]) -> Finding:
    code = str(one.get("code") or "invalid-syntax")[:100]
    place = one.get("location")
    line = place.get("row") if isinstance(place, dict) else None
    serious = code.startswith(SERIOUS) or code == "invalid-syntax"
    return Finding(
        code=f"ruff:{code}",
        message=str(one.get("message", ""))[:500],
        severity=Severity.MEDIUM if serious else Severity.LOW,
        location=Location(
            path=relative(str(one.get("filename", ""))),
            line=line if isinstance(line, int) else None,
        ),
    )


CHECK = Ruff()

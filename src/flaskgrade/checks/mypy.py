"""Types (Q3) by mypy, with our flags and no suppression honoured.

One finding for each error; measures say how many functions there are and how many annotate all
that they take and return. mypy knows the typed packages of the toolbox at its versions; an import
of anything else is nobody's error. Tests are checked like all other code.
https://mypy.readthedocs.io/en/stable/error_code_list.html
"""

import json
from dataclasses import dataclass

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
from flaskgrade.environment.mypy_flags import mypy_command, mypy_environment
from flaskgrade.guest import GUEST_PATH
from flaskgrade.model.evidence import Evidence, Finding, Location, Measure, Severity, Status

COPY = "/tmp/typecheck"  # noqa: S108 - where the guest puts its copy, inside the sandbox
EXPECTED = frozenset({0, 1, 2})  # 2: a file that does not parse ends mypy early, and is told


@dataclass(frozen=True)
class Mypy:
    """Runs mypy."""

    name: str = "mypy"
    title: str = "Types (mypy)"
    needs: frozenset[Need] = frozenset({Need.TOOLBOX})

    def run(self, context: Context) -> Evidence:
        """Return a finding for each error."""
        files = tuple(f for f in written_files(context.facts) if _importable(f))
        if not files:
            return Evidence(check=self.name, status=Status.FAILED, summary="There is no Python.")
        arguments = mypy_command()[mypy_command().index("mypy") + 1 :]
        argv = (TOOLBOX_PYTHON, "-I", f"{GUEST_PATH}/typecheck.py", json.dumps(arguments))
        ran = run_tool(
            context,
            argv,
            files,
            shown="mypy",
            expected=EXPECTED,
            environment=mypy_environment(COPY, reversed(context.declaration.source_roots)),
        )
        lines = ran.outcome.stdout.splitlines()
        if ran.crashed or not lines:
            return crash_evidence(self.name, ran, context)
        counts = json.loads(lines[0])
        errors = [finding for line in lines[1:] if (finding := _finding(line)) is not None]
        crashes = (
            *crash_findings(self.name, ran.left_out, context.facts),
            *unseen_findings(self.name, context.facts),
        )
        findings = (*crashes, *errors[:MOST_FINDINGS])
        if ran.outcome.exit_code == 2 and not errors:  # noqa: PLR2004 - see EXPECTED
            return crash_evidence(self.name, ran, context)
        functions, annotated = counts["functions"], counts["functions_annotated"]
        if annotated < functions:  # those that are there for their number alone change nothing
            padding = min(context.facts.annotated_padding, annotated)
            functions, annotated = functions - padding, annotated - padding
        if crashes:  # whatever functions there are in what can't be read
            annotated = 0
        return Evidence(
            check=self.name,
            status=Status.FAILED if findings else Status.PASSED,
            summary=f"{len(findings)} errors; {annotated} of {functions} functions are annotated.",
            findings=findings,
            measures=(
                lines_measure(context.facts),
                Measure(name="functions", value=functions),
                Measure(name="functions_annotated", value=annotated),
            ),
            milliseconds=ran.record.milliseconds,
        )


def _importable(path: str) -> bool:
    """Tell whether mypy takes a file: it refuses all of them if one has an impossible name."""
    return all(part.isidentifier() for part in path.removesuffix(".py").split("/")[-1:])


def _finding(line: bytes) -> Finding | None:
    """Return an error as a finding; notes and lines that are no JSON are none."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.get("severity") != "error":
        return None
    number = told.get("line")
    return Finding(
        code=f"mypy:{str(told.get('code') or 'syntax')[:100]}",
        message=str(told.get("message", ""))[:500],
        severity=Severity.LOW,
        location=Location(
            path=relative(str(told.get("file", "")).removeprefix(f"{COPY}/")),
            line=number if isinstance(number, int) and number > 0 else None,
        ),
    )


CHECK = Mypy()

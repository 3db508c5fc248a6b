"""Builds from its own declaration (D1): the dependencies that it names install, by themselves.

The environment is built by the pipeline, since other checks wait for it; this check says how that
went. It is lost where the build failed, or where the app needs something that is not declared and
so does not load; the failing line is shown.
"""

from dataclasses import dataclass

from flaskgrade.checks.base import Context, Need
from flaskgrade.model.evidence import Evidence, Finding, Item, Severity, Status


@dataclass(frozen=True)
class Builds:
    """Tells how the build of the environment went."""

    name: str = "builds"
    title: str = "Builds from its own dependencies"
    needs: frozenset[Need] = frozenset({Need.ENVIRONMENT})

    def run(self, context: Context) -> Evidence:
        """Return one item: the environment."""
        declared = ", ".join(context.declaration.files)
        failure = context.build_failure
        if not context.declaration.files:
            return self._evidence(Status.FAILED, "The submission declares no dependencies.")
        if failure is not None:
            where = failure.location
            finding = Finding(
                code="builds:failed",
                message=failure.reason,
                severity=Severity.HIGH,
                location=where,
            )
            evidence = self._evidence(Status.FAILED, failure.reason)
            return Evidence(
                check=self.name,
                status=evidence.status,
                summary=evidence.summary,
                items=evidence.items,
                findings=(finding,),
                commands=(failure.record,),
            )
        environment = context.environment
        count = len(environment.packages) if environment else 0
        return self._evidence(Status.PASSED, f"{count} packages installed from {declared}.")

    def _evidence(self, status: Status, summary: str) -> Evidence:
        item = Item(
            id="environment",
            title="The declared dependencies install",
            status=status,
            message="" if status is Status.PASSED else summary,
        )
        return Evidence(check=self.name, status=status, summary=summary, items=(item,))


CHECK = Builds()

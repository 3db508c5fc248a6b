"""The candidate's own tests (T1), run by pytest in the candidate sandbox; unittest cases included.

Each test is an item. All of it is `claimed`: the candidate's code runs in the same process and
could say anything, which is why a rubric caps what claims can earn. No tests, or tests that cannot
be collected, lose the criterion; a skipped test is no passed test. A test that repeats another one
word by word, or that looks at nothing, adds none to their number.
"""

from dataclasses import dataclass

from flaskgrade.checks.base import Context, Need, not_built, record
from flaskgrade.checks.events import Event, EventStream, number, text
from flaskgrade.checks.launching import launching
from flaskgrade.model.evidence import Evidence, Finding, Item, Measure, Origin, Severity, Status
from flaskgrade.sandbox.base import Ended, Limits, Outcome
from flaskgrade.serving import candidate_command

SECONDS = 180.0
MOST_ITEMS = 2000


@dataclass(frozen=True)
class OwnTests:
    """Runs what the candidate wrote to test their work."""

    name: str = "own-tests"
    title: str = "The candidate's own tests"
    needs: frozenset[Need] = frozenset({Need.ENVIRONMENT, Need.DATABASE, Need.REDIS})
    seconds: float = SECONDS

    def run(self, context: Context) -> Evidence:
        """Return one claimed item for each test."""
        if context.environment is None:
            return not_built(self.name, context)
        if not context.facts.test_files:
            return Evidence(
                check=self.name,
                status=Status.FAILED,
                origin=Origin.CLAIMED,
                summary="The submission has no test files.",
                measures=_counts(0, 0),
            )
        stream = EventStream()
        with launching(context, seconds=self.seconds) as launched:
            outcome = context.sandbox.run(
                candidate_command(
                    *("-m", "pytest", "-p", "flaskgrade_claims", "-p", "no:cacheprovider", "-q"),
                    sandbox=context.sandbox,
                    source=context.source,
                    environment=context.environment,
                    start=launched.start,
                    limits=Limits(wall_seconds=self.seconds),
                    label="own tests",
                ),
                on_stdout=lambda piece: self._hear(context, stream, piece),
            )
        return self._evidence(stream, outcome, frozenset(context.facts.idle_tests))

    def _hear(self, context: Context, stream: EventStream, piece: bytes) -> None:
        if stream.feed(piece):
            context.progress(f"{len(stream.events)} tests")

    def _evidence(self, stream: EventStream, outcome: Outcome, idle: frozenset[str]) -> Evidence:
        items = _items(stream.events)
        passed = sum(item.status is Status.PASSED for item in items)
        failed = len(items) - passed
        uncollected = tuple(
            Finding(
                code="own-tests:uncollected",
                message=f"{text(e, 'id', 200)}: {text(e, 'message', 600)}",
                severity=Severity.HIGH,
            )
            for e in stream.events
            if e.get("event") == "uncollected"
        )
        if not items:
            summary = "No test ran."
        else:
            summary = f"{passed} of {len(items)} of the candidate's tests passed."
        missing = _missing(stream.events, len(items))
        if outcome.ended is not Ended.EXITED:
            summary += f" The run {outcome.ended.value}."
        elif uncollected:
            summary += f" {len(uncollected)} test files could not be collected."
        elif missing:
            summary += f" The run did not end as it should: {missing}."
        clean = outcome.ok and failed == 0 and passed > 0 and not uncollected and not missing
        if not clean and failed == 0:
            # Silence is no pass: whatever did not run counts as one more test that failed.
            items = (*items, _incomplete(outcome, missing))
        return Evidence(
            check=self.name,
            status=Status.PASSED if clean else Status.FAILED,
            origin=Origin.CLAIMED,
            summary=summary,
            items=items,
            findings=uncollected,
            measures=_counts(sum(_tells(item, idle) for item in items), failed),
            commands=(record("python -m pytest", outcome),),
            milliseconds=round(outcome.seconds * 1000),
        )


def _missing(events: list[Event], reported: int) -> str:
    """Return what the run did not come to, in words, or "" if it came to its end."""
    if not any(event.get("event") == "finished" for event in events):
        return "it was cut short"
    collected = next((number(e, "tests") for e in events if e.get("event") == "collected"), 0)
    if collected > reported and reported < MOST_ITEMS:
        return f"{collected - reported} of {collected} tests have no result"
    return ""


def _incomplete(outcome: Outcome, missing: str) -> Item:
    if outcome.ended is not Ended.EXITED:
        why = f"the run {outcome.ended.value}"
    elif missing:
        why = missing
    else:
        why = f"pytest ended with exit code {outcome.exit_code}"
    return Item(
        id="(the whole run)",
        title="The test run ends cleanly",
        status=Status.FAILED,
        message=f"Not every test ran: {why}.",
    )


def _tells(item: Item, idle: frozenset[str]) -> bool:
    """Tell whether a test passed that is no mere copy of another one."""
    return item.status is Status.PASSED and item.id.partition("[")[0] not in idle


def _counts(passed: int, failed: int) -> tuple[Measure, ...]:
    return (
        Measure(name="tests_passed", value=passed),
        Measure(name="tests_failed", value=failed),
    )


def _items(events: list[Event]) -> tuple[Item, ...]:
    """One item a test: the first phase that went wrong decides."""
    found: dict[str, Item] = {}
    for event in events:
        if event.get("event") != "test" or len(found) >= MOST_ITEMS:
            continue
        name = text(event, "id", 300)
        outcome = text(event, "outcome")
        status = {"passed": Status.PASSED, "skipped": Status.SKIPPED}.get(outcome, Status.FAILED)
        if name in found and found[name].status is not Status.PASSED:
            continue
        found[name] = Item(
            id=name,
            title=name.rpartition("::")[2],
            status=status,
            message=text(event, "message", 1000),
            milliseconds=number(event, "milliseconds"),
        )
    return tuple(found.values())


CHECK = OwnTests()

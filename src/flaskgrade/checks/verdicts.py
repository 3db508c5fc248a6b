"""What the examiner's events mean: evidence of `serves` and `acceptance`, item by item.

An expected test without a result is failed or open, never passed: failed where the candidate's
server or the clock ended the run, open where we did.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flaskgrade.checks.base import record
from flaskgrade.checks.events import Event, exchange, number, text
from flaskgrade.model.evidence import (
    CommandRecord,
    Evidence,
    Exchange,
    Finding,
    Item,
    Severity,
    Status,
)
from flaskgrade.model.exercise import AcceptanceTest, Exercise
from flaskgrade.sandbox.base import Ended, Outcome

SERVES = "serves"
ACCEPTANCE = "acceptance"
SERVER_ERROR = 500
COULD_NOT = "The application could not be loaded from"  # as flaskgrade_discovery.py says it
SOCKET = "app.sock"


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An examination as it went: the examiner's events, and how both commands ended."""

    events: tuple[Event, ...]
    server_died: bool
    examined: Outcome
    served: Outcome
    beside: tuple[tuple[str, Outcome], ...] = ()  # the other processes, by name

    def first(self, kind: str) -> Event | None:
        """Return the first event of a kind."""
        return next((event for event in self.events if event.get("event") == kind), None)


def _log(served: Outcome) -> CommandRecord:
    return record("serve the submission", served)


def serves_evidence(heard: Heard) -> Evidence:
    """Return the evidence of `serves`: that the app gave any HTTP answer in time, or why not."""
    commands = (_log(heard.served),)
    ready = heard.first("ready")
    if ready is not None:
        answer = exchange(ready.get("exchange"))
        status = answer.status if answer else None
        findings: tuple[Finding, ...] = ()
        if status is not None and status >= SERVER_ERROR:
            findings = (
                Finding(
                    code="serves:server-error",
                    message=f"GET / answers {status}",
                    severity=Severity.MEDIUM,
                ),
            )
        return Evidence(
            check=SERVES,
            status=Status.PASSED,
            summary=f"The app started and answered GET / with {status}.",
            items=(
                Item(
                    id="answers",
                    title="The app starts and answers",
                    status=Status.PASSED,
                    exchanges=(answer,) if answer else (),
                ),
            ),
            findings=findings,
            commands=commands,
            milliseconds=number(ready, "milliseconds"),
        )
    unready = heard.first("unready")
    if heard.server_died or heard.served.ended is not Ended.STOPPED:
        reason = _why_it_ended(heard.served)
    elif unready is not None:
        reason = f"The app gave no HTTP answer in time: {text(unready, 'message', 300)}."
    else:
        return Evidence(
            check=SERVES,
            status=Status.ERRORED,
            summary=f"The examiner ended before it could ask: {heard.examined.ended.value}.",
            commands=(record("examine", heard.examined), *commands),
        )
    return Evidence(
        check=SERVES,
        status=Status.FAILED,
        summary=reason,
        items=(
            Item(
                id="answers",
                title="The app starts and answers",
                status=Status.FAILED,
                message=reason,
            ),
        ),
        commands=commands,
    )


def _why_it_ended(served: Outcome) -> str:
    lines = served.stderr.decode("utf-8", "replace").strip().splitlines()
    # The guest ends its own account with the likeliest way to load the app; gunicorn has a last
    # word of its own, about the socket that it leaves behind.
    told = [line for line in lines if line.startswith(COULD_NOT)] or [
        line.strip() for line in lines if "Error" in line and SOCKET not in line
    ]
    how = {
        Ended.EXITED: f"ended with exit code {served.exit_code}",
        Ended.KILLED: f"was killed by signal {served.signal}",
    }.get(served.ended, served.ended.value)
    return f"The app did not start: its server {how}" + (f" ({told[-1][:300]})." if told else ".")


def acceptance_evidence(exercise: Exercise, heard: Heard) -> Evidence:
    """Return the evidence of `acceptance`: an item for every test that the exercise expects."""
    broken = heard.first("broken")
    if broken is not None or heard.first("collected") is None:
        noise = heard.examined.stderr[-2000:].decode("utf-8", "replace")
        told = text(broken, "message") if broken else noise
        if heard.served.ended is Ended.STOPPED or broken is not None:
            reason = f"The hidden tests could not be collected: {told}"
            return all_tests(exercise, Status.ERRORED, reason)
    results = _by_function(heard.events)
    finished = heard.first("finished") is not None
    silence = _silence(heard, finished=finished)
    items = tuple(_item(test, results.get(test.id), silence) for test in exercise.tests)
    passed = sum(item.status is Status.PASSED for item in items)
    if all(item.status is Status.ERRORED for item in items):
        status = Status.ERRORED
    else:  # single tests that are ours to blame are open by themselves
        status = Status.PASSED if passed == len(items) else Status.FAILED
    return Evidence(
        check=ACCEPTANCE,
        status=status,
        summary=f"{passed} of {len(items)} hidden tests passed."
        + ("" if finished else f" {silence[1]}"),
        items=items,
        commands=(_log(heard.served), *(record(name, ended) for name, ended in heard.beside)),
    )


def _silence(heard: Heard, *, finished: bool) -> tuple[Status, str]:
    """Return what a test without a result means, and why, in words."""
    if finished:
        return (Status.ERRORED, "The examiner did not run this test.")
    if heard.server_died:
        how = heard.served.ended.value
        return (Status.FAILED, f"The server had ended ({how}) before this test.")
    if heard.examined.ended is Ended.TIMED_OUT:
        return (Status.FAILED, "The time for all tests was over before this test.")
    return (Status.ERRORED, f"The examiner ended early: {heard.examined.ended.value}.")


def _by_function(events: tuple[Event, ...]) -> Mapping[str, list[Event]]:
    """Group results by test function: all its parameters must pass, and all must be there."""
    grouped: dict[str, list[Event]] = {}
    seen = set()
    for event in events:
        if event.get("event") == "test":
            seen.add(text(event, "id"))
            grouped.setdefault(text(event, "id").split("[")[0], []).append(event)
    for event in events:
        ids = event.get("ids")
        if event.get("event") == "collected" and isinstance(ids, list):
            for missing in (i for i in ids if isinstance(i, str) and i not in seen):
                if (name := missing.split("[")[0]) in grouped:
                    grouped[name].append({"event": "test", "id": missing, "outcome": "missing"})
    return grouped


def _item(test: AcceptanceTest, results: list[Event] | None, silence: tuple[Status, str]) -> Item:
    if results is None:
        status, message = silence
        return Item(
            id=test.id,
            title=test.title,
            status=status,
            message=message,
            criteria=test.criteria,
        )
    worst = max(results, key=lambda e: _RANK.get(text(e, "outcome"), 1))
    status = _OUTCOMES.get(text(worst, "outcome"), Status.FAILED)
    raw = worst.get("exchanges")
    exchanges: list[Exchange] = []
    if isinstance(raw, list):
        exchanges = [e for value in raw[:6] if (e := exchange(value)) is not None]
    return Item(
        id=test.id,
        title=test.title,
        status=status,
        message=text(worst, "message"),
        milliseconds=sum(number(e, "milliseconds") for e in results),
        criteria=test.criteria,
        exchanges=tuple(exchanges),
    )


_OUTCOMES = {"passed": Status.PASSED, "broken": Status.ERRORED}
_RANK = {"passed": 0, "broken": 2}


def all_tests(exercise: Exercise, status: Status, reason: str) -> Evidence:
    """Return the evidence of tests that all ended the same way, for one reason."""
    items = tuple(
        Item(id=t.id, title=t.title, status=status, message=reason, criteria=t.criteria)
        for t in exercise.tests
    )
    return Evidence(check=ACCEPTANCE, status=status, summary=reason, items=items)

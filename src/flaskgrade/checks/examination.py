"""Serve the submission and examine it: the checks `serves` and `acceptance` share one server.

`serves` passes when the app, started as the exercise says, gives any HTTP answer in time: the
status does not matter, a page that answers 500 is named as a finding.

`acceptance` holds one item for every hidden test that the exercise names, whatever happened: a
test without a result is a failed one. The tests run in the examiner sandbox and reach the app over
a Unix socket; no exit code and no file that the submission could have written plays a part.
What is ours (a broken hidden test, a broken sandbox) is ERRORED, never FAILED.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from flaskgrade.checks.base import TOOLBOX_PATH, TOOLBOX_PYTHON, Context, not_built, record
from flaskgrade.checks.events import Event, EventStream, exchange, number, text
from flaskgrade.errors import StageError
from flaskgrade.guest import EXAMINER, GUEST_PATH
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
from flaskgrade.sandbox.base import Command, Ended, Limits, Mount, Outcome, Process, Zone
from flaskgrade.serving import AWAITED, plan_start, serve_command

HIDDEN_PATH = "/hidden"
SERVES = "serves"
ACCEPTANCE = "acceptance"
SERVER_ERROR = 500
COULD_NOT = "The application could not be loaded from"  # as guest/candidate/discovery.py says it
SOCKET = "app.sock"


@dataclass
class Ears:
    """Listens to the examiner while it talks, and to whether the server still lives."""

    server: Process
    total: int
    progress: Callable[[str], None]
    stream: EventStream = field(default_factory=EventStream)
    ready: bool = False
    done: int = 0
    died: float | None = None

    def hear(self, piece: bytes) -> None:
        """Take in a piece of the examiner's stdout."""
        for event in self.stream.feed(piece):
            kind = event.get("event")
            if kind == "ready":
                self.ready = True
            elif kind == "test":
                self.done += 1
                self.progress(f"{self.done} of {self.total} tests")

    def server_is_gone(self) -> bool:
        """Tell the sandbox to end the examination a moment after the server has ended.

        The moment lets a test that saw the end of the server report it.
        """
        if self.server.alive():
            return False
        self.died = self.died or time.monotonic()
        return not self.ready or time.monotonic() - self.died > 1.0


def examine(context: Context) -> tuple[Evidence, ...]:
    """Return the evidence of `serves` and, where there is an exercise, of `acceptance`."""
    exercise = context.exercise
    if context.environment is None:
        serves = not_built(SERVES, context)
        return (serves, *(_all_failed(exercise, serves.summary) if exercise else ()))
    started = time.monotonic()
    try:
        heard, examined, served = _run(context)
    except StageError as error:
        broken = Evidence(check=SERVES, status=Status.ERRORED, summary=error.message)
        return (broken, *(_all_errored(exercise, error.message) if exercise else ()))
    milliseconds = round((time.monotonic() - started) * 1000)
    serves = _serves(heard, examined, served)
    if exercise is None:
        return (serves,)
    if serves.status is Status.PASSED:
        acceptance = _acceptance(exercise, heard, examined, served)
    elif serves.status is Status.FAILED:
        (acceptance,) = _all_failed(exercise, "The app did not start, so no test could pass.")
    else:
        (acceptance,) = _all_errored(exercise, serves.summary)
    return (serves, replace(acceptance, milliseconds=milliseconds))


def _run(context: Context) -> tuple[Ears, Outcome, Outcome]:
    assert context.environment is not None  # noqa: S101 - examine() returned otherwise
    assert context.toolbox is not None  # noqa: S101 - the pipeline gave what is needed
    exercise = context.exercise
    start = plan_start(
        context.submission,
        context.facts,
        context.declaration,
        exercise.launch if exercise else None,
    )
    sandbox = context.sandbox
    endpoint = sandbox.endpoint()
    start_seconds = start.launch.start_seconds
    run_seconds = start_seconds + (exercise.run_seconds if exercise else 0.0) + 5
    server = serve_command(
        sandbox=sandbox,
        source=context.source,
        environment=context.environment,
        start=start,
        endpoint=endpoint,
        seconds=run_seconds + 10,
    )
    mounts = [
        Mount(folder=context.toolbox, target=TOOLBOX_PATH),
        Mount(folder=sandbox.folder(EXAMINER), target=GUEST_PATH),
    ]
    tests: tuple[str, ...] = ()
    if exercise is not None:
        mounts.append(Mount(folder=sandbox.folder(exercise.acceptance), target=HIDDEN_PATH))
        tests = (HIDDEN_PATH,)
    examiner = Command(
        argv=(
            *(TOOLBOX_PYTHON, "-I", f"{GUEST_PATH}/examine.py", endpoint.path),
            *(str(start_seconds), str(exercise.test_seconds if exercise else 0)),
            *(secrets.token_hex(8), *tests),
        ),
        zone=Zone.EXAMINER,
        mounts=tuple(mounts),
        environment=(("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1"),),
        limits=Limits(wall_seconds=run_seconds, output_bytes=32 * 1024 * 1024, cpu_weight=AWAITED),
        connects=endpoint,
        label="examine",
    )
    with sandbox.start(server) as process:
        ears = Ears(process, len(exercise.tests) if exercise else 0, context.progress)
        examined = sandbox.run(examiner, on_stdout=ears.hear, cancelled=ears.server_is_gone)
        served = process.stop()
    return ears, examined, served


def _log(served: Outcome) -> CommandRecord:
    return record("serve the submission (gunicorn)", served)


def _serves(heard: Ears, examined: Outcome, served: Outcome) -> Evidence:
    commands = (_log(served),)
    ready = next((e for e in heard.stream.events if e.get("event") == "ready"), None)
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
    unready = next((e for e in heard.stream.events if e.get("event") == "unready"), None)
    if heard.died is not None or served.ended is not Ended.STOPPED:
        reason = _why_it_ended(served)
    elif unready is not None:
        reason = f"The app gave no HTTP answer in time: {text(unready, 'message', 300)}."
    else:
        return Evidence(
            check=SERVES,
            status=Status.ERRORED,
            summary=f"The examiner ended before it could ask: {examined.ended.value}.",
            commands=(record("examine", examined), *commands),
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


def _acceptance(exercise: Exercise, heard: Ears, examined: Outcome, served: Outcome) -> Evidence:
    events = heard.stream.events
    broken = next((e for e in events if e.get("event") == "broken"), None)
    collected = any(e.get("event") == "collected" for e in events)
    if broken is not None or not collected:
        noise = examined.stderr[-2000:].decode("utf-8", "replace")
        told = text(broken, "message") if broken else noise
        if served.ended is Ended.STOPPED or broken is not None:
            (evidence,) = _all_errored(exercise, f"The hidden tests could not be collected: {told}")
            return evidence
    results = _by_function(events)
    finished = any(e.get("event") == "finished" for e in events)
    silence = _silence(heard, examined, served, finished=finished)
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
        + ("" if finished or silence is None else f" {silence[1]}"),
        items=items,
        commands=(_log(served),),
    )


def _silence(
    heard: Ears, examined: Outcome, served: Outcome, *, finished: bool
) -> tuple[Status, str] | None:
    """Return what a test without a result means, and why, in words."""
    if finished:
        return (Status.ERRORED, "The examiner did not run this test.")
    if heard.died is not None:
        return (Status.FAILED, f"The server had ended ({served.ended.value}) before this test.")
    if examined.ended is Ended.TIMED_OUT:
        return (Status.FAILED, "The time for all tests was over before this test.")
    return (Status.ERRORED, f"The examiner ended early: {examined.ended.value}.")


def _by_function(events: list[Event]) -> Mapping[str, list[Event]]:
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


def _item(
    test: AcceptanceTest, results: list[Event] | None, silence: tuple[Status, str] | None
) -> Item:
    if results is None:
        status, message = silence or (Status.FAILED, "There is no result of this test.")
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


def _all(exercise: Exercise, status: Status, reason: str) -> tuple[Evidence]:
    items = tuple(
        Item(id=t.id, title=t.title, status=status, message=reason, criteria=t.criteria)
        for t in exercise.tests
    )
    return (Evidence(check=ACCEPTANCE, status=status, summary=reason, items=items),)


def _all_failed(exercise: Exercise, reason: str) -> tuple[Evidence]:
    return _all(exercise, Status.FAILED, reason)


def _all_errored(exercise: Exercise, reason: str) -> tuple[Evidence]:
    return _all(exercise, Status.ERRORED, reason)

"""Serve the submission and examine it: the checks `serves` and `acceptance` share one server.

`serves` passes when the app, started as the exercise says, gives any HTTP answer in time: the
status does not matter, a page that answers 500 is named as a finding.

`acceptance` holds one item for every hidden test that the exercise names, whatever happened: a
test without a result is a failed one. The tests run in the examiner sandbox and reach the app over
a Unix socket; no exit code and no file that the submission could have written plays a part.
What is ours (a broken hidden test, a broken sandbox) is ERRORED, never FAILED.
"""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from flaskgrade.checks.base import HIDDEN_PATH, TOOLBOX_PATH, TOOLBOX_PYTHON, Context, not_built
from flaskgrade.checks.control import Control, Life
from flaskgrade.checks.events import EventStream
from flaskgrade.checks.launching import Launched, launching
from flaskgrade.checks.verdicts import (
    SERVES,
    Heard,
    acceptance_evidence,
    all_tests,
    serves_evidence,
)
from flaskgrade.errors import StageError
from flaskgrade.guest import EXAMINER, GUEST_PATH
from flaskgrade.model.evidence import Evidence, Status
from flaskgrade.model.exercise import WEB, Exercise, Launch
from flaskgrade.sandbox.base import Command, Endpoint, Limits, Mount, Sandbox, Zone
from flaskgrade.serving import (
    AWAITED,
    DOWNSTREAM_PORT,
    Door,
    Start,
    process_command,
    serve_command,
)

CONTROL = "control"


@dataclass
class Ears:
    """Listens to the examiner while it talks, and to whether the server still lives."""

    server: Life
    control: Control
    total: int
    progress: Callable[[str], None]
    stream: EventStream = field(default_factory=lambda: EventStream(passing=frozenset({CONTROL})))
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
            elif kind == CONTROL:
                self.control.hear(event)

    def server_is_gone(self) -> bool:
        """Tell the sandbox to end the examination a moment after the server has ended.

        The moment lets a test that saw the end of the server report it.
        """
        if not self.server.gone():
            return False
        self.died = self.died or time.monotonic()
        return not self.ready or time.monotonic() - self.died > 1.0


def examine(context: Context) -> tuple[Evidence, ...]:
    """Return the evidence of `serves` and, where there is an exercise, of `acceptance`."""
    exercise = context.exercise
    if context.environment is None:
        serves = not_built(SERVES, context)
        return _without_server(exercise, serves, reason=serves.summary)
    started = time.monotonic()
    try:
        with launching(context, seconds=_seconds(context)) as launched:
            heard = _run(context, launched)
    except StageError as error:
        broken = Evidence(check=SERVES, status=Status.ERRORED, summary=error.advice)
        return _without_server(exercise, broken)
    milliseconds = round((time.monotonic() - started) * 1000)
    serves = serves_evidence(heard)
    if exercise is None or serves.status is not Status.PASSED:
        return _without_server(exercise, serves)
    acceptance = acceptance_evidence(exercise, heard)
    return (serves, replace(acceptance, milliseconds=milliseconds))


def _without_server(
    exercise: Exercise | None,
    serves: Evidence,
    *,
    reason: str = "The app did not start, so no test could pass.",
) -> tuple[Evidence, ...]:
    """Add what follows for the hidden tests from an app that does not serve."""
    if exercise is None:
        return (serves,)
    if serves.status is Status.ERRORED:
        return (serves, all_tests(exercise, Status.ERRORED, serves.summary))
    return (serves, all_tests(exercise, Status.FAILED, reason))


def _seconds(context: Context) -> float:
    """Return how long an examination may take, the start of the app included."""
    exercise = context.exercise
    launch = exercise.launch if exercise else Launch()
    return launch.start_seconds + (exercise.run_seconds if exercise else 0.0) + 5


def _run(context: Context, launched: Launched) -> Heard:
    assert context.environment is not None  # noqa: S101 - examine() returned otherwise
    assert context.toolbox is not None  # noqa: S101 - the pipeline gave what is needed
    exercise = context.exercise
    sandbox = context.sandbox
    endpoint = sandbox.endpoint()
    start, downstream = _with_downstream(sandbox, launched.start)
    start_seconds = start.launch.start_seconds
    run_seconds = _seconds(context)
    lives = _lives(context, start, endpoint, run_seconds + 10)
    mounts = [
        Mount(folder=context.toolbox, target=TOOLBOX_PATH),
        Mount(folder=sandbox.folder(EXAMINER), target=GUEST_PATH),
    ]
    tests: tuple[str, ...] = ()
    if exercise is not None:
        mounts.append(Mount(folder=sandbox.folder(exercise.acceptance), target=HIDDEN_PATH))
        plan = {
            "processes": list(lives),
            "services": list(launched.services),
            "downstream": downstream.bind if downstream else None,
        }
        tests = (HIDDEN_PATH, json.dumps(plan))
    control = Control(lives, launched.services)
    examiner = Command(
        argv=(
            *(TOOLBOX_PYTHON, "-I", f"{GUEST_PATH}/examine.py", endpoint.path),
            *(str(start_seconds), str(exercise.test_seconds if exercise else 0)),
            *(secrets.token_hex(8), "shuffled" if context.shuffled else "written", *tests),
        ),
        zone=Zone.EXAMINER,
        mounts=tuple(mounts),
        environment=(("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1"),),
        limits=Limits(wall_seconds=run_seconds, output_bytes=32 * 1024 * 1024, cpu_weight=AWAITED),
        feed=control.feed,
        serves=downstream,
        connects=(endpoint,),
        label="examine",
    )
    web = lives[WEB]
    try:
        web.start()
        for service in launched.services.values():  # its time is none of the app's
            service.wait()
        ears = Ears(web, control, len(exercise.tests) if exercise else 0, context.progress)
        examined = sandbox.run(examiner, on_stdout=ears.hear, cancelled=ears.server_is_gone)
    finally:
        control.close()
    assert web.outcome is not None  # noqa: S101 - it was started, and all was ended
    return Heard(
        events=tuple(ears.stream.events),
        server_died=ears.died is not None,
        examined=examined,
        served=web.outcome,
        beside=tuple(
            (name, life.outcome) for name, life in lives.items() if name != WEB and life.outcome
        ),
    )


def _with_downstream(sandbox: Sandbox, start: Start) -> tuple[Start, Endpoint | None]:
    """Return a start by which the submission finds what the hidden tests play, and its socket."""
    if not start.launch.downstream:
        return start, None
    endpoint = sandbox.endpoint(Zone.CANDIDATE)
    door = Door(port=DOWNSTREAM_PORT, endpoint=endpoint, awaited=False)
    return replace(start, doors=(*start.doors, door)), endpoint


def _lives(context: Context, start: Start, endpoint: Endpoint, seconds: float) -> dict[str, Life]:
    """Return the web application and what runs beside it, by name; nothing runs yet."""
    assert context.environment is not None  # noqa: S101 - examine() returned otherwise
    sandbox = context.sandbox
    # A server's database is prepared already when the app is started again; a file has gone.
    kept = replace(start, launch=replace(start.launch, prepare=())) if start.database else start
    web, again = (
        serve_command(
            sandbox=sandbox,
            source=context.source,
            environment=context.environment,
            start=one,
            endpoint=endpoint,
            seconds=seconds,
        )
        for one in (start, kept)
    )
    lives = {WEB: Life(sandbox=sandbox, command=web, again=again)}
    for process in start.launch.processes:
        command = process_command(
            sandbox=sandbox,
            source=context.source,
            environment=context.environment,
            start=start,
            process=process,
            seconds=seconds,
        )
        lives[process.name] = Life(sandbox=sandbox, command=command, again=command)
    return lives

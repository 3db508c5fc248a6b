"""Run the hidden tests against the served app and tell the host what happened, as it happens.

    python -I examine.py SOCKET START_SECONDS TEST_SECONDS SEED ORDER [TESTS_FOLDER [PLAN]]

Events go to stdout, one JSON object a line; whatever a test prints goes to stderr. First the app
is asked for `/` until it answers anything at all ("ready") or START_SECONDS have gone ("unready").
Without TESTS_FOLDER that is all. ORDER is `written` or `shuffled`, by SEED. Nothing here decides
on points. PLAN is JSON: the names of the app's `processes` and `services`, and the socket to play a
`downstream` on, or null. Without it the app is one process that needs nothing.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))

import pytest  # noqa: E402 - the path above comes first on purpose

from client import Client, Failure  # type: ignore[import-not-found] # noqa: E402 - beside this file

from control import Broken, Control, Named, Process, Service  # type: ignore[import-not-found] # noqa: E402
from downstream import Downstream, serve  # type: ignore[import-not-found] # noqa: E402

MESSAGE_LIMIT = 3000
ALONE = {"processes": ["web"], "services": [], "downstream": None}
OURS = (NameError, ImportError, SyntaxError, Broken)  # whatever the app answered


class Events:
    """The host's end of stdout, out of reach of whatever prints."""

    def __init__(self) -> None:
        self._stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
        self._lock = threading.Lock()
        os.dup2(2, 1)

    def send(self, event: str, **facts: Any) -> None:
        """Write one event and flush it: what was seen must survive whatever comes next."""
        with self._lock:
            self._stream.write(json.dumps({"event": event, **facts}) + "\n")
            self._stream.flush()


def wait_until_it_answers(client: Client, seconds: float, events: Events) -> bool:
    """Ask for `/` until there is any HTTP answer; tell the host which, or why none came."""
    started = time.monotonic()
    deadline = started + seconds
    reason = "nothing was tried"
    while (left := deadline - time.monotonic()) > 0:
        client.journal.clear()
        client.test_deadline = time.monotonic() + left
        client.seconds = left
        try:
            client.get("/")
        except Failure as failure:
            reason = str(failure)
            time.sleep(0.02)
        else:
            milliseconds = round((time.monotonic() - started) * 1000)
            events.send("ready", milliseconds=milliseconds, exchange=client.journal[-1])
            return True
    events.send("unready", message=reason)
    return False


def fixtures(client: Client, seed: str, control: Control, plan: dict[str, Any], played: Downstream) -> ModuleType:
    """Return a pytest plugin with the fixtures of the hidden tests."""
    plugin = ModuleType("flaskgrade_fixtures")

    @pytest.fixture(scope="session")
    def http() -> Client:
        return client

    @pytest.fixture(scope="session")
    def dice() -> random.Random:
        return random.Random(seed)  # noqa: S311 - for test data, reproducible by its seed

    @pytest.fixture(scope="session")
    def unique(dice: random.Random) -> Any:
        return lambda stem: f"{stem}-{dice.getrandbits(40):010x}"

    @pytest.fixture(scope="session")
    def processes() -> Named[Process]:
        return Named({name: Process(control, name) for name in plan["processes"]})

    @pytest.fixture(scope="session")
    def services() -> Named[Service]:
        return Named({name: Service(control, name) for name in plan["services"]})

    @pytest.fixture
    def downstream() -> Iterator[Downstream]:
        if not plan["downstream"]:
            raise Broken("exercise.yaml's `launch` has no `downstream: true`")
        played.reset()
        yield played
        played.check()
        played.reset()

    plugin.__dict__.update(http=http, dice=dice, unique=unique)
    plugin.__dict__.update(processes=processes, services=services, downstream=downstream)
    return plugin


class Examination:
    """A pytest plugin: a clock for each hidden test, and an event; then all runs as before."""

    def __init__(
        self,
        client: Client,
        events: Events,
        test_seconds: float,
        shuffle: random.Random | None,
        control: Control,
        *,
        attended: bool,
    ) -> None:
        self.control = control
        self.attended = attended  # whether there are processes that may fall by themselves
        self.client = client
        self.events = events
        self.test_seconds = test_seconds
        self.shuffle = shuffle
        self.reports: list[pytest.TestReport] = []
        self.blames_us = False

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "brief(words): the words of the brief that it enforces")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.events.send("broken", message=str(report.longrepr)[-MESSAGE_LIMIT:])

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self.shuffle is not None:
            self.shuffle.shuffle(items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.events.send("collected", ids=[item.nodeid for item in session.items])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self.reports = []
        self.blames_us = False
        self.client.journal = []
        self.client.test_deadline = time.monotonic() + self.test_seconds
        signal.signal(signal.SIGALRM, _too_late)
        # A little later than the client's own deadline: its message says more.
        signal.setitimer(signal.ITIMER_REAL, self.test_seconds + 0.5)
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._tell(item)
            if self.attended or self.control.touched:
                self.restore()

    def pytest_sessionstart(self) -> None:
        if self.attended:
            self.restore()

    def restore(self) -> None:
        """Have all run again; what is wrong with the app, the next test finds out."""
        try:
            self.control.restore()
        except Broken as error:
            self.events.send("broken", message=f"the app's processes: {error}")
        except Failure as failure:
            print(failure, file=sys.stderr)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Any:
        report: pytest.TestReport = yield
        self.reports.append(report)
        if call.excinfo is not None and (
            issubclass(call.excinfo.type, OURS) or call.excinfo.type.__name__ == "FixtureLookupError"
        ):
            self.blames_us = True
        return report

    def _tell(self, item: pytest.Item) -> None:
        bad = next((r for r in self.reports if r.outcome != "passed"), None)
        outcome: str = "passed" if bad is None else bad.outcome
        if bad is not None and self.blames_us:
            outcome = "broken"
        exchanges = self.client.journal[-6:] if bad is not None else self.client.journal[-1:]
        self.events.send(
            "test",
            id=item.nodeid,
            outcome=outcome,
            message="" if bad is None else _message(bad),
            milliseconds=round(sum(r.duration for r in self.reports) * 1000),
            exchanges=exchanges,
        )


def _too_late(_signal: int, _frame: FrameType | None) -> None:
    raise Failure("the test did not finish in its time")


def _message(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash is not None else str(report.longrepr)
    return str(text)[:MESSAGE_LIMIT]


def main(argv: list[str]) -> int:
    """Return 0 if everything was told, 3 where pytest itself broke; verdicts are in the events."""
    socket_path, start_seconds, test_seconds, seed, order, *folder = argv
    events = Events()
    client = Client(socket_path)
    plan: dict[str, Any] = json.loads(folder[1]) if folder[1:] else ALONE
    played = Downstream()
    if plan["downstream"]:  # an app may call it when it starts
        serve(played, plan["downstream"])
    if not wait_until_it_answers(client, float(start_seconds), events):
        return 0
    if not folder:
        return 0
    client.seconds = Client(socket_path).seconds
    tests = folder[0]
    control = Control(events.send, client, float(start_seconds))
    attended = len(plan["processes"]) > 1
    os.chdir(tests)
    shuffle = random.Random(seed) if order == "shuffled" else None  # noqa: S311 - an order of tests
    code = pytest.main(
        [
            *("-q", "-c", os.devnull, "--rootdir", tests, "-p", "no:cacheprovider"),
            *("--tb=short", "--import-mode=importlib", tests),
        ],
        plugins=[
            fixtures(client, seed, control, plan, played),
            Examination(client, events, float(test_seconds), shuffle, control, attended=attended),
        ],
    )
    events.send("finished", code=int(code))
    return 3 if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

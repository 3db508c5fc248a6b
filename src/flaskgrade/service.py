"""A service beside a submission, such as PostgreSQL or Redis: in a sandbox of its own, on a socket.

It is started for each use and dies with it: what one part of a grading writes, no other finds. The
program that serves it is ours (`guest/service/`): it says when it is ready, and shuts and opens its
gate when it is sent a signal, which nobody but the host can do.
"""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flaskgrade.errors import StageError
from flaskgrade.guest import CANDIDATE, GUEST_PATH, SERVICE
from flaskgrade.model.environment import Folder
from flaskgrade.sandbox.base import (
    MIB,
    Command,
    Endpoint,
    Limits,
    Mount,
    Outcome,
    Process,
    Sandbox,
    Zone,
)

SERVICE_PATH = "/opt/service"
SETUP_SECONDS = 60.0  # on a host that has much else to do
GATE_SECONDS = 10.0
READY = b'{"ready": true}'
SHUT, OPEN = b'{"gate": "shut"}', b'{"gate": "open"}'


@dataclass(kw_only=True)
class Service:
    """A service that runs: its socket, and what its sandbox prints, piece by piece."""

    title: str
    endpoint: Endpoint
    pieces: list[bytes] = field(default_factory=list)
    outcome: Outcome | None = None
    paused: bool = False
    _process: Process | None = None
    _ready: threading.Event = field(default_factory=threading.Event)
    _over: threading.Event = field(default_factory=threading.Event)
    _broken: str = ""  # why there is no sandbox

    @property
    def output(self) -> bytes:
        """What was printed so far: lines of JSON."""
        return b"".join(self.pieces)

    @property
    def errors(self) -> str:
        """What it said on stderr, once it is over."""
        return self.outcome.stderr.decode(errors="replace") if self.outcome else ""

    def hear(self, piece: bytes) -> None:
        """Take in a piece of stdout."""
        self.pieces.append(piece)
        if not self._ready.is_set() and READY in self.output:
            self._ready.set()

    def ready(self) -> bool:
        """Tell whether it ever answered."""
        return self._ready.is_set()

    def wait(self) -> None:
        """Wait until it answers. Raises StageError where it ends before, or takes too long."""
        deadline = time.monotonic() + SETUP_SECONDS
        while not self.ready():
            if self._over.is_set() or time.monotonic() > deadline:
                ended = self.outcome.ended.value if self.outcome else ""
                why = ": ".join(filter(None, (self._broken, ended, self.errors[-500:].strip())))
                raise StageError(f"{self.title} did not start: {why or 'no word in time'}")
            time.sleep(0.005)

    def pause(self) -> None:
        """Cut all connections, and each that comes. Raises StageError."""
        self._turn(signal.SIGUSR1, SHUT)
        self.paused = True

    def resume(self) -> None:
        """Answer again. Raises StageError."""
        self._turn(signal.SIGUSR2, OPEN)
        self.paused = False

    def _turn(self, number: int, word: bytes) -> None:
        """Send a signal and wait for the word that follows; one that has died stays dead."""
        deadline = time.monotonic() + GATE_SECONDS
        if not self._ready.wait(GATE_SECONDS) or self._process is None:
            raise StageError(f"{self.title} is not ready")
        before = len(self.pieces)
        self._process.send_signal(number)
        while self._process.alive() and word not in b"".join(self.pieces[before:]):
            if time.monotonic() > deadline:
                raise StageError(f"{self.title} does not obey")
            time.sleep(0.002)


@contextmanager
def running(
    sandbox: Sandbox,
    *,
    title: str,
    script: str,
    words: tuple[str, ...],
    programs: Folder,
    programs_path: str,
    seconds: float,
) -> Iterator[Service]:
    """Yield a service that runs for at most `seconds`.

    `script` is a file of `guest/service`; it is given the socket to serve, then `words`. `programs`
    is mounted at `programs_path`. Raises StageError on leaving if it never came to answer.
    """
    service = Service(title=title, endpoint=sandbox.endpoint(Zone.CANDIDATE))
    over = service._over  # noqa: SLF001 - made here
    command = Command(
        argv=(
            *(sandbox.interpreters()[0].path, f"{SERVICE_PATH}/{script}"),
            *(service.endpoint.bind, *words),
        ),
        zone=Zone.CANDIDATE,
        mounts=(
            Mount(folder=programs, target=programs_path),
            Mount(folder=sandbox.folder(SERVICE), target=SERVICE_PATH),
            Mount(folder=sandbox.folder(CANDIDATE), target=GUEST_PATH),
        ),
        environment=(("PYTHONPATH", GUEST_PATH),),
        limits=Limits(
            wall_seconds=seconds + SETUP_SECONDS,
            processes=512,  # two threads for each connection
            tmp_bytes=512 * MIB,
            output_bytes=64 * MIB,
            cpu_weight=200,
        ),
        serves=service.endpoint,
        label=title,
    )

    def run() -> None:
        # The thread that starts a sandbox must live as long as it does.
        try:
            with sandbox.start(command, on_stdout=service.hear) as process:
                service._process = process  # noqa: SLF001 - made here
                while process.alive() and not over.wait(0.02):
                    pass
                service.outcome = process.stop()
        except StageError as error:
            service._broken = error.message  # noqa: SLF001
        finally:
            over.set()

    runner = threading.Thread(target=run, name=title.lower())
    runner.start()
    try:
        yield service
        service.wait()  # one that nobody came to need still shows that it works
    finally:
        over.set()
        runner.join()

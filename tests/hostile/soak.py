"""Grade again and again, a tenth of it interrupted: `python -m tests.hostile.soak [--gradings N]`.

Nine of ten gradings run in this process, so that a descriptor, thread or byte that each of them
loses adds up; one of ten is the command line, which gets SIGINT, SIGTERM or SIGKILL at a random
moment. Attackers' submissions are among them. At the end everything is compared with the beginning.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flaskgrade.checks.registry import NAMES
from flaskgrade.cli.sandboxes import engine_socket, open_sandbox, sweep_all
from flaskgrade.errors import SubmissionError
from flaskgrade.exercise.load import load_exercise
from flaskgrade.pipeline import grade
from flaskgrade.pipeline_job import Job
from flaskgrade.rubric.load import load_rubric
from flaskgrade.workspace import run_folder
from tests.faults.host import HostState
from tests.hostile.attack import trick
from tests.hostile.base import BAD, GOOD
from tests.hostile.grading import Desk, Host

INTERRUPTED = 0.1
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
LATEST = 2.5  # seconds after the start; a warm grading takes about so long
LINGERING = trick(
    before="import os, signal, threading, time",
    play="""
threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
if os.fork() == 0:
    os.setsid()
    for number in (1, 2, 15):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(600)
    os._exit(0)
""",
)


@dataclass(frozen=True, kw_only=True)
class Held:
    """What this process holds."""

    descriptors: int
    threads: int
    mebibytes: int

    @classmethod
    def now(cls) -> "Held":
        """Count."""
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return cls(
            descriptors=len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - numbers, not paths
            threads=threading.active_count(),
            mebibytes=pages * os.sysconf("SC_PAGE_SIZE") >> 20,
        )


class Soak:
    """The desks of the backends, the submissions, and what came of them."""

    def __init__(self, desks: Sequence[Desk], seed: int) -> None:
        self.desks = desks
        self.dice = random.Random(seed)
        self.ended: Counter[str] = Counter()
        plain = {desk.host: (desk.repository(GOOD), desk.repository(BAD)) for desk in desks}
        self.works = {
            host: (*works, desk.repository({**BAD, **LINGERING}))
            for desk, (host, works) in zip(desks, plain.items(), strict=True)
        }

    def one(self) -> None:
        """Grade once, on a backend by chance, whole or interrupted by chance."""
        desk = self.dice.choice(self.desks)
        number = self.dice.randrange(3)
        work = self.works[desk.host][number]
        if self.dice.random() < INTERRUPTED:
            self.ended[self.interrupted(desk, work)] += 1
            return
        self.ended[f"graded, {self.total(desk, work)} of 100"] += 1

    def interrupted(self, desk: Desk, work: Path) -> str:
        """Send the command line a signal at a random moment; return how it ended."""
        argv = [
            *(sys.executable, "-m", "flaskgrade", "grade", str(work), "--quiet"),
            *("--exercise", str(desk.exercise), "--rubric", desk.rubric("served")),
            *("--sandbox", desk.host.backend, "--out", str(desk.folder / "out" / "cut")),
        ]
        process = subprocess.Popen(
            argv,
            env=desk.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        sent = self.dice.choice(SIGNALS)
        time.sleep(self.dice.uniform(0, LATEST))
        process.send_signal(sent)
        process.wait(timeout=60)
        return f"{sent.name}, exit code {process.returncode}"

    def total(self, desk: Desk, work: Path) -> str:
        """Grade in this process; return the points."""
        sweep_all(desk.cache)
        with (
            run_folder(desk.cache) as scratch,
            open_sandbox(
                desk.host.backend, cache=desk.cache, scratch=scratch, say=lambda _: None
            ) as box,
        ):
            try:
                report = grade(
                    Job(
                        source=str(work),
                        rubric=load_rubric(desk.rubric("served"), checks=NAMES),
                        sandbox=box,
                        cache=desk.cache,
                        scratch=scratch,
                        exercise=load_exercise(str(desk.exercise)),
                    )
                )
            except SubmissionError as error:
                return error.message
        return f"{float(report.scorecard.low):g}..{float(report.scorecard.high):g}"


def main(words: Sequence[str] | None = None) -> int:
    """Grade, compare, print; return an exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--gradings", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    backends = ("bwrap", "docker") if engine_socket() else ("bwrap",)
    folder = Path(tempfile.mkdtemp(prefix="flaskgrade-soak-"))
    folder.chmod(0o755)
    desks = []
    for backend in backends:
        place = folder / backend
        place.mkdir()
        desks.append(Desk(host=Host(backend=backend), folder=place))
    soak = Soak(desks, given.seed)
    for desk in desks:  # caches are filled, and every library is loaded
        soak.total(desk, soak.works[desk.host][0])
    states = [HostState.take(desk.folder) for desk in desks]
    before, started = Held.now(), time.monotonic()
    for number in range(1, given.gradings + 1):
        soak.one()
        if number % 25 == 0:
            print(f"{number:4} in {time.monotonic() - started:.0f} s, {Held.now()}", flush=True)
    for desk in desks:  # the next start sweeps what a killed run left
        soak.total(desk, soak.works[desk.host][0])
    changes = [
        one for desk, state in zip(desks, states, strict=True) for one in state.left(desk.folder)
    ]
    after = Held.now()
    for how, often in sorted(soak.ended.items()):
        print(f"{often:4}  {how}")
    print(f"before {before}\nafter  {after}")
    print("\n".join(changes) or "nothing is left behind")
    shutil.rmtree(folder, ignore_errors=True)
    grown = after.descriptors > before.descriptors or after.threads > before.threads
    return 1 if changes or grown else 0


if __name__ == "__main__":
    sys.exit(main())

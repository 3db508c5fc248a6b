import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flaskgrade.sandbox.watchdog import CLOSE, FAR, Watchdog, proportional, resident

MIB = 1 << 20


def measured(mebibytes: int) -> tuple[int, int]:
    """Return what a new process holds that has taken so much, by either way of counting."""
    code = f"held = bytearray(b'x') * ({mebibytes} << 20); print(len(held), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        found = resident(process.pid), proportional(process.pid)
        process.communicate(b"\n")
    return found


def test_resident_memory_is_what_a_process_holds() -> None:
    """A process that takes 50 MiB more holds 50 MiB more, by either way of counting."""
    little, much = measured(1), measured(51)

    assert all(45 * MIB < late - early < 60 * MIB for early, late in zip(little, much, strict=True))


def test_a_process_that_is_gone_holds_nothing() -> None:
    """It may end between the listing and the look."""
    with subprocess.Popen(["true"]) as process:
        pass
    assert (resident(process.pid), proportional(process.pid)) == (0, 0)


FORKING = """
import os, sys, time
held = bytearray(b"x") * (60 << 20)
for _ in range(7):
    if not os.fork():
        if sys.argv[1] == "own":
            held = bytearray(b"y") * (60 << 20)
        break
print("ready", flush=True)
time.sleep(30)
"""


@pytest.mark.parametrize(("kind", "rings"), [("shared", False), ("own", True)])
def test_shared_pages_count_once(kind: str, rings: bool) -> None:  # noqa: FBT001 - a case
    """Eight processes that share 60 MiB are far below 300, eight with 60 MiB each are above."""
    argv = ["unshare", "--user", "--pid", "--fork", "--kill-child", sys.executable, "-I", "-S"]
    with subprocess.Popen([*argv, "-c", FORKING, kind], stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            for _ in range(8):
                assert process.stdout.readline() == b"ready\n"
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            init = int(children.read_text())
            watchdog = Watchdog(init, 300 * MIB)
            deadline = time.monotonic() + 5
            while len(watchdog.processes()) < 8:
                assert time.monotonic() < deadline
            assert watchdog.rings() is rings
            assert os.getpid() not in watchdog.processes()
        finally:
            process.kill()


def test_the_watchdog_looks_more_often_where_half_the_limit_is_used() -> None:
    """Looking costs, so it looks seldom while there is room."""
    held = resident(os.getpid())
    calm, alert = Watchdog(os.getpid(), held * 1000), Watchdog(os.getpid(), held)
    calm.rings()
    alert.rings()
    assert (calm.interval, alert.interval) == (FAR, CLOSE)

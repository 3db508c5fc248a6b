"""A signal ends the main thread's work whichever thread the kernel hands it to."""

import subprocess
import sys

import pytest

WAITS = """
import signal, sys, threading, time
from flaskgrade.cli.interruption import await_signals

def take():
    time.sleep(0.3)
    for _ in range(3):
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

await_signals()
try:
    threading.Thread(target=take).start()
    threading.Event().wait()
except KeyboardInterrupt:
    time.sleep(0.3)
    print("once")
"""


@pytest.mark.timeout(60)
def test_a_signal_that_another_thread_takes_ends_a_wait_of_the_main_one() -> None:
    """Once: what follows is ignored, and cleaning up goes on."""
    done = subprocess.run(
        [sys.executable, "-c", WAITS], capture_output=True, text=True, check=False, timeout=30
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "once\n", "")


FINALIZES = """
import signal, sys, time
from flaskgrade.cli.interruption import await_signals

class Last:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)
        for _ in range(1000):  # it is raised in here, where Python can only print it
            pass

await_signals()
try:
    Last()
    time.sleep(20)
    print("never")
except KeyboardInterrupt:
    print("once")
"""


@pytest.mark.timeout(60)
def test_a_signal_that_comes_in_a_finalizer_is_obeyed_all_the_same() -> None:
    """What is raised there goes nowhere; so it is raised again."""
    done = subprocess.run(
        [sys.executable, "-c", FINALIZES], capture_output=True, text=True, check=False, timeout=30
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "once\n", "")

"""Every backend: nothing lives on, however a command or the harness ends."""
# A test's name is its sentence.
# ruff: noqa: D103

import signal
import subprocess
import threading
import time
from pathlib import Path

from flaskgrade.sandbox.base import Ended, Sandbox
from flaskgrade.sandbox.bwrap import sweep_bwrap
from flaskgrade.workspace import sweep
from tests.conformance.probe import command, limits, living, python, running, sh, wait_for


def test_a_command_that_takes_too_long_is_ended(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("echo begun; sleep 30"), limits=limits(wall_seconds=0.7)))
    assert outcome.ended is Ended.TIMED_OUT
    assert outcome.stdout == b"begun\n"
    assert (outcome.exit_code, outcome.signal) == (None, None)
    assert 0.6 < outcome.seconds < 8


FAMILY = """
    import os, signal, sys, time
    def child(*, session, twice):
        if os.fork():
            return
        if session:
            os.setsid()
        if twice and os.fork():
            os._exit(0)
        for number in (1, 2, 3, 13, 15):
            signal.signal(number, signal.SIG_IGN)
        time.sleep(60)
    for session in (False, True):
        for twice in (False, True):
            child(session=session, twice=twice)
    print("ready", flush=True)
"""


def test_every_descendant_is_dead_after_a_time_out(sandbox: Sandbox, token: str) -> None:
    argv = python(sandbox, FAMILY + "    time.sleep(60)\n", token)
    with sandbox.start(command(argv, limits=limits(wall_seconds=3.0))) as process:
        wait_for(token, 5)
        deadline = time.monotonic() + 15
        while process.alive():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        outcome = process.stop()
        assert living(token) == []
    assert outcome.ended is Ended.TIMED_OUT


def test_every_descendant_is_dead_after_the_command_has_exited(
    sandbox: Sandbox, token: str
) -> None:
    outcome = sandbox.run(command(python(sandbox, FAMILY, token)))
    assert living(token) == []
    assert outcome.ok
    assert outcome.stdout == b"ready\n"
    assert outcome.seconds < 10


def test_every_descendant_is_dead_after_a_stop(sandbox: Sandbox, token: str) -> None:
    argv = python(sandbox, FAMILY + "    time.sleep(60)\n", token)
    with sandbox.start(command(argv)) as process:
        wait_for(token, 5)
        outcome = process.stop()
        assert living(token) == []
    assert outcome.ended is Ended.STOPPED


def test_a_fork_bomb_is_contained_and_ends(sandbox: Sandbox, token: str) -> None:
    code = """
        import os, time
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                os.fork()
            except OSError:
                pass
    """
    with sandbox.start(
        command(python(sandbox, code, token), limits=limits(wall_seconds=1.5, processes=40))
    ) as process:
        wait_for(token, 20)
        most = 0
        while process.alive():
            most = max(most, len(running(token)))
        outcome = process.stop()
        assert living(token) == []
    assert outcome.ended is Ended.TIMED_OUT
    assert 20 <= most <= 40


def test_a_command_may_be_started_stopped_and_stopped_again(sandbox: Sandbox) -> None:
    with sandbox.start(command(sh("echo begun; exec sleep 60"))) as process:
        time.sleep(0.3)
        assert process.alive()
        first = process.stop()
        assert not process.alive()
        second = process.stop()
    assert first == second
    assert first.ended is Ended.STOPPED


def test_a_command_that_ended_by_itself_keeps_its_reason(sandbox: Sandbox) -> None:
    with sandbox.start(command(sh("echo done; exit 5"))) as process:
        deadline = time.monotonic() + 15
        while process.alive():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        outcome = process.stop(grace_seconds=1.0)
    assert (outcome.ended, outcome.exit_code, outcome.stdout) == (Ended.EXITED, 5, b"done\n")


def test_leaving_the_block_stops_the_command(sandbox: Sandbox, token: str) -> None:
    with sandbox.start(command(python(sandbox, "import time; time.sleep(60)", token))) as process:
        wait_for(token, 1)
    assert living(token) == []
    assert not process.alive()


def test_a_command_that_is_cancelled_is_stopped(sandbox: Sandbox, token: str) -> None:
    asked: list[tuple[float, int]] = []

    def cancelled() -> bool:
        asked.append((time.monotonic(), threading.get_ident()))
        return bool(running(token))

    outcome = sandbox.run(
        command(python(sandbox, "import time; time.sleep(60)", token)), cancelled=cancelled
    )
    assert living(token) == []
    assert outcome.ended is Ended.STOPPED
    assert outcome.seconds < 10
    assert {thread for _, thread in asked} == {threading.get_ident()}


def test_a_command_that_is_not_cancelled_ends_by_itself(sandbox: Sandbox) -> None:
    asked: list[float] = []

    def cancelled() -> bool:
        asked.append(time.monotonic())
        return False

    outcome = sandbox.run(command(sh("sleep 0.5; echo done")), cancelled=cancelled)
    assert (outcome.ended, outcome.stdout) == (Ended.EXITED, b"done\n")
    assert len(asked) >= 3


TERMINATED = """
    import signal, sys, time
    def end(number, frame):
        print("terminated", flush=True)
        sys.exit(0)
    signal.signal(signal.SIGTERM, {handler})
    print("ready", flush=True)
    time.sleep(60)
"""


def test_a_grace_lets_the_command_end_itself(sandbox: Sandbox, token: str) -> None:
    argv = python(sandbox, TERMINATED.format(handler="end"), token)
    with sandbox.start(command(argv)) as process:
        wait_for(token, 1)
        time.sleep(0.5)
        begin = time.monotonic()
        outcome = process.stop(grace_seconds=10.0)
    assert outcome.ended is Ended.STOPPED
    assert outcome.stdout == b"ready\nterminated\n"
    assert time.monotonic() - begin < 8


def test_a_grace_that_runs_out_is_the_end(sandbox: Sandbox, token: str) -> None:
    argv = python(sandbox, TERMINATED.format(handler="signal.SIG_IGN"), token)
    with sandbox.start(command(argv)) as process:
        wait_for(token, 1)
        time.sleep(0.5)
        begin = time.monotonic()
        outcome = process.stop(grace_seconds=0.5)
    assert outcome.ended is Ended.STOPPED
    assert 0.4 < time.monotonic() - begin < 8
    assert living(token) == []


def test_an_interrupt_leaves_nothing_running(
    harness: subprocess.Popen[bytes], token: str, cache: Path
) -> None:
    before = set((cache / "runs").iterdir())
    harness.send_signal(signal.SIGINT)
    _, stderr = harness.communicate(timeout=20)
    assert stderr.rstrip().endswith(b"KeyboardInterrupt")
    assert living("x" + token) == []
    assert len(before - set((cache / "runs").iterdir())) == 1, "its scratch folder is gone"


def sweep_backend(name: str, cache: Path) -> tuple[str, ...]:
    """Remove what killed runs left in a backend."""
    if name == "bwrap":
        return sweep_bwrap(cache / "runs")
    from flaskgrade.sandbox.docker_sweep import (  # noqa: PLC0415 - needed for this backend only
        sweep_docker,
    )

    return sweep_docker()


def test_a_killed_harness_leaves_nothing_once_swept(
    harness: subprocess.Popen[bytes], sandbox: Sandbox, token: str, cache: Path
) -> None:
    harness.kill()
    harness.wait()
    deadline = time.monotonic() + 20
    while living("x" + token):
        assert time.monotonic() < deadline
        sweep_backend(sandbox.name, cache)
        time.sleep(0.02)
    sweep_backend(sandbox.name, cache)
    assert len(sweep(cache)) == 1

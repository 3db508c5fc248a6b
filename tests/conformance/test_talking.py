"""Every backend: what a running command says is heard, and it hears what it is told."""
# A test's name is its sentence.
# ruff: noqa: D103

import json
import queue
import signal
import threading
import time
from collections.abc import Callable

from flaskgrade.sandbox.base import Ended, Sandbox, Zone
from flaskgrade.sandbox.feed import Feed
from tests.conformance.probe import command, python, sh
from tests.conformance.test_endpoints import CLIENT, serving

ECHO = """
    import sys
    for line in sys.stdin:
        print("heard", len(line), line[:4].strip(), flush=True)
        if line.startswith("end"):
            break
"""
SIGNALLED = """
    import signal, sys, time
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGTERM})
    print("ready", flush=True)
    while True:
        number = signal.sigwait({signal.SIGUSR1, signal.SIGTERM})
        print(number.name, file=sys.stderr, flush=True)
        if number == signal.SIGTERM:
            sys.exit(7)
"""


def until(told: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 15
    while not told():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_running_command_hears_what_it_is_told(sandbox: Sandbox) -> None:
    feed = Feed()
    heard: list[bytes] = []
    words: queue.Queue[bytes] = queue.Queue()

    def hear(piece: bytes) -> None:
        heard.append(piece)
        said = b"".join(heard).decode()
        if said == "heard 4 one\n":
            words.put(b"x" * 300_000 + b"\n")
        elif said.endswith("heard 300001 xxxx\n"):
            words.put(b"end\n")

    def tell() -> None:
        time.sleep(0.5)
        word = b"one\n"
        while word != b"end\n":
            feed.send(word)
            word = words.get()
        feed.send(word)

    teller = threading.Thread(target=tell)
    teller.start()
    outcome = sandbox.run(command(python(sandbox, ECHO), feed=feed), on_stdout=hear)
    teller.join()
    feed.close()

    assert outcome.ok, outcome
    assert outcome.stdout == b"heard 4 one\nheard 300001 xxxx\nheard 4 end\n"
    assert b"".join(heard) == outcome.stdout


def test_a_command_ends_although_its_feed_is_open(sandbox: Sandbox) -> None:
    feed = Feed()
    feed.send(b"unread")
    outcome = sandbox.run(command(sh("echo done"), feed=feed))
    feed.close()
    assert (outcome.ended, outcome.stdout) == (Ended.EXITED, b"done\n")


def test_a_signal_reaches_the_main_process_and_its_output_us(sandbox: Sandbox) -> None:
    out: list[bytes] = []
    err: list[bytes] = []
    started = sandbox.start(
        command(python(sandbox, SIGNALLED)), on_stdout=out.append, on_stderr=err.append
    )
    with started as process:
        until(lambda: b"".join(out) == b"ready\n")
        process.send_signal(signal.SIGUSR1)
        until(lambda: b"".join(err) == b"SIGUSR1\n")
        assert process.alive()
        process.send_signal(signal.SIGTERM)
        until(lambda: not process.alive())
        process.send_signal(signal.SIGTERM)
        outcome = process.stop()
    process.send_signal(signal.SIGTERM)

    assert (outcome.ended, outcome.exit_code) == (Ended.EXITED, 7)
    assert (outcome.stdout, outcome.stderr) == (b"ready\n", b"SIGUSR1\nSIGTERM\n")


def test_a_signal_waits_until_the_command_has_begun(sandbox: Sandbox) -> None:
    with sandbox.start(command(sh("trap 'exit 3' TERM; echo on; sleep 9 & wait"))) as process:
        process.send_signal(signal.SIGCONT)
        assert process.alive()


def test_a_command_reaches_several_sockets(sandbox: Sandbox) -> None:
    one, two = sandbox.endpoint(Zone.CANDIDATE), sandbox.endpoint(Zone.CANDIDATE)
    with (
        sandbox.start(serving(sandbox, one, "one")),
        sandbox.start(serving(sandbox, two, "two")),
    ):
        for endpoint in (one, two):
            argv = python(sandbox, CLIENT, endpoint.path, "1 + 1")
            both = command(argv, zone=Zone.CANDIDATE, connects=(one, two))
            word = "one" if endpoint is one else "two"
            assert sandbox.run(both).stdout.decode() == f"{word} 2"
        there = python(
            sandbox, f"import os; print([os.path.exists(p) for p in {[one.path, two.path]!r}])"
        )
        outcome = sandbox.run(command(there, zone=Zone.CANDIDATE, connects=(two,)))
    assert json.loads(outcome.stdout.decode().lower()) == [False, True]


def test_an_examiner_serves_what_a_candidate_calls(sandbox: Sandbox) -> None:
    endpoint = sandbox.endpoint(Zone.CANDIDATE)
    server = serving(sandbox, endpoint, "played")
    with sandbox.start(command(server.argv, zone=Zone.EXAMINER, serves=endpoint)):
        argv = python(sandbox, CLIENT, endpoint.path, "__import__('os').getuid()")
        outcome = sandbox.run(command(argv, zone=Zone.CANDIDATE, connects=(endpoint,)))
    assert outcome.stdout == b"played 10002"

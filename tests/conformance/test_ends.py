"""Every backend: how commands end, and what they say."""
# A test's name is its sentence.
# ruff: noqa: D103

import os
import signal
import threading
import time

import pytest

from flaskgrade.sandbox.base import MIB, Ended, Sandbox
from tests.conformance.probe import answer, command, limits, python, sh


def test_a_command_that_exits_with_zero_is_ok(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("echo out; echo err >&2")))
    assert outcome.ok
    assert (outcome.ended, outcome.exit_code, outcome.signal) == (Ended.EXITED, 0, None)
    assert (outcome.stdout, outcome.stderr) == (b"out\n", b"err\n")
    assert 0 < outcome.seconds < 20


@pytest.mark.parametrize("code", [1, 2, 77, 127, 128])
def test_an_exit_code_is_handed_back(sandbox: Sandbox, code: int) -> None:
    outcome = sandbox.run(command(sh(f"exit {code}")))
    assert (outcome.ended, outcome.exit_code, outcome.signal) == (Ended.EXITED, code, None)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT])
def test_a_command_that_a_signal_kills_tells_which(sandbox: Sandbox, number: int) -> None:
    code = f"import os; os.kill(os.getpid(), {int(number)})"
    outcome = sandbox.run(command(python(sandbox, code)))
    assert (outcome.ended, outcome.exit_code, outcome.signal) == (Ended.KILLED, None, number)


@pytest.mark.parametrize("name", ["/usr/bin/no-such-command", "no-such-command"])
def test_a_command_that_does_not_exist_is_not_found(sandbox: Sandbox, name: str) -> None:
    outcome = sandbox.run(command((name, "argument")))
    assert outcome.ended is Ended.NOT_FOUND


def test_an_argument_reaches_the_command_as_it_is(sandbox: Sandbox) -> None:
    odd = ("", " ", "a b", "$HOME", "'\"", "*", "-x", "--", "line\nfeed", "é☃", "\\")
    outcome = sandbox.run(command(python(sandbox, "import sys; print(sys.argv[1:])", *odd)))
    assert answer(outcome) == list(odd)


def test_bytes_that_are_no_utf8_survive(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh(r"printf '\377\376\000x'; printf '\200' >&2")))
    assert (outcome.stdout, outcome.stderr) == (b"\xff\xfe\x00x", b"\x80")


def test_stdin_is_at_its_end_when_none_is_given(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("cat; echo end")))
    assert outcome.stdout == b"end\n"


def test_stdin_is_delivered_and_then_at_its_end(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("cat"), stdin=b"line\n\xff"))
    assert outcome.stdout == b"line\n\xff"


def test_a_large_stdin_is_delivered_whole(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("wc -c"), stdin=b"x" * (3 * MIB)))
    assert int(outcome.stdout) == 3 * MIB


def test_a_command_need_not_read_its_stdin(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("exit 3"), stdin=b"x" * MIB))
    assert (outcome.ended, outcome.exit_code) == (Ended.EXITED, 3)


def test_output_up_to_the_limit_is_whole(sandbox: Sandbox) -> None:
    script = "head -c 65536 /dev/zero; head -c 65536 /dev/zero >&2"
    outcome = sandbox.run(command(sh(script), limits=limits(output_bytes=65536)))
    assert outcome.ok
    assert (len(outcome.stdout), len(outcome.stderr)) == (65536, 65536)


@pytest.mark.parametrize("stream", [1, 2])
def test_too_much_output_ends_the_command(sandbox: Sandbox, stream: int) -> None:
    outcome = sandbox.run(
        command(sh(f"while :; do echo yes; done >&{stream}"), limits=limits(output_bytes=50_000))
    )
    assert outcome.ended is Ended.TOO_MUCH_OUTPUT
    assert (len(outcome.stdout), len(outcome.stderr)) == (
        (50_000, 0) if stream == 1 else (0, 50_000)
    )
    assert outcome.seconds < 10


def test_stdout_is_handed_on_as_it_comes(sandbox: Sandbox) -> None:
    pieces: list[tuple[float, bytes, int]] = []

    def keep(piece: bytes) -> None:
        pieces.append((time.monotonic(), piece, threading.get_ident()))

    outcome = sandbox.run(command(sh("echo one; sleep 0.5; echo two")), on_stdout=keep)
    assert b"".join(piece for _, piece, _ in pieces) == outcome.stdout == b"one\ntwo\n"
    assert pieces[-1][0] - pieces[0][0] > 0.3
    assert {thread for _, _, thread in pieces} == {threading.get_ident()}


def test_a_backend_says_what_it_is(sandbox: Sandbox) -> None:
    assert sandbox.name in {"bwrap", "docker"}
    assert sandbox.version[0].isdigit()


def test_every_interpreter_listed_runs(sandbox: Sandbox) -> None:
    interpreters = sandbox.interpreters()
    assert len({one.path for one in interpreters}) == len(interpreters) >= 1
    code = "import sys; print('.'.join(map(str, sys.version_info[:3])), end='')"
    for one in interpreters:
        outcome = sandbox.run(command((one.path, "-I", "-S", "-c", code)))
        assert outcome.stdout.decode() == one.version, (one, outcome)
        assert one.platform.startswith(os.uname().machine)

"""Tiny commands for the conformance suite, and a look at what lives on the host.

Payloads are Python programs (`-I -S`) or `/bin/sh` scripts. Where a test looks for survivors it
looks on the host, for a token in the command line, and first makes sure that it sees the living.
"""

import ast
import os
import textwrap
import time
from pathlib import Path
from typing import Any

from flaskgrade.sandbox.base import MIB, Command, Limits, Outcome, Sandbox, Zone

QUICK = Limits(wall_seconds=20.0, memory_bytes=256 * MIB, processes=64)


def limits(**changes: float) -> Limits:
    """Give QUICK with changes."""
    return Limits(**(vars(QUICK) | changes))


def python(sandbox: Sandbox, code: str, *arguments: str) -> tuple[str, ...]:
    """Give the command line that runs `code` in the sandbox's default interpreter."""
    path = sandbox.interpreters()[0].path
    return (path, "-I", "-S", "-c", textwrap.dedent(code), *arguments)


def sh(script: str) -> tuple[str, ...]:
    """Give the command line that runs a shell script."""
    return ("/bin/sh", "-c", script)


def command(argv: tuple[str, ...], **settings: object) -> Command:
    """Give a command of the candidate's zone with quick limits."""
    defaults: dict[str, object] = {"zone": Zone.CANDIDATE, "limits": QUICK}
    return Command(argv=argv, **(defaults | settings))  # type: ignore[arg-type]  # Command's fields


def answer(outcome: Outcome) -> Any:
    """Return the Python literal that a payload printed, and show what went wrong if it did not."""
    assert outcome.ok, outcome
    return ast.literal_eval(outcome.stdout.decode())


def command_lines(token: str) -> list[list[bytes]]:
    """Return the command lines on the host that have the token in them, but our own."""
    lines = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                text = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if token.encode() in text:
                lines.append(text.split(b"\0"))
    return lines


def living(token: str) -> list[bytes]:
    """Return whatever lives on the host for the token: payloads, bwrap, an engine's init."""
    return [line[0] for line in command_lines(token)]


def running(token: str) -> list[bytes]:
    """Return the payloads that run for the token, by `python` above."""
    return [line[0] for line in command_lines(token) if line[1:4] == [b"-I", b"-S", b"-c"]]


def wait_for(token: str, count: int) -> None:
    """Wait until at least `count` payloads with the token run."""
    deadline = time.monotonic() + 15
    while len(running(token)) < count:
        assert time.monotonic() < deadline, f"never saw {count} payloads: {living(token)}"
        time.sleep(0.02)

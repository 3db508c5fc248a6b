"""Use more than is allowed: `limits.py CASE ARGUMENTS_JSON`; each ends by itself if allowed."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import sys
import threading
import time
from typing import Any

sys.path.insert(0, os.path.dirname(__file__))  # noqa: PTH120 - beside this file

from telling import refused, say  # type: ignore[import-not-found]

MIB = 1 << 20


def memory(given: dict[str, Any]) -> None:
    """Hold twice what is allowed in one process."""
    held = []
    for _ in range(given["mebibytes"] // 8):
        held.append(bytearray(b"x") * (8 * MIB))
        time.sleep(0.002)
    time.sleep(0.5)
    say("memory, one process", False, f"{8 * len(held)} MiB held")  # noqa: FBT003 - as say has it


def memory_of_many(given: dict[str, Any]) -> None:
    """Hold twice what is allowed in eight processes, a quarter of it each."""
    each = given["mebibytes"] // 8
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            held = bytearray(b"x") * (each * MIB)
            time.sleep(1.0)
            os._exit(0 if held else 1)
        children.append(child)
    dead = sum(bool(os.waitpid(child, 0)[1]) for child in children)
    detail = f"{dead} of 8 were killed" if dead else f"8 held {8 * each} MiB together"
    say("memory, many processes", bool(dead), detail)


def processes(given: dict[str, Any]) -> None:
    """Fork until that is refused."""
    children: list[int] = []
    how = "we stopped"
    while len(children) < given["most"]:
        try:
            child = os.fork()
        except OSError as error:
            how = errno.errorcode.get(error.errno or 0, "?")
            break
        if child == 0:
            time.sleep(5)
            os._exit(0)
        children.append(child)
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    say("processes", len(children) < given["most"], f"{len(children)} more, then {how}")


def threads(given: dict[str, Any]) -> None:
    """Start threads until that is refused."""
    release = threading.Event()
    started = 0
    how = "we stopped"
    try:
        while started < given["most"]:
            threading.Thread(target=release.wait, daemon=True).start()
            started += 1
    except RuntimeError:
        how = "EAGAIN"
    release.set()
    say("threads", started < given["most"], f"{started} more, then {how}")


def open_files(given: dict[str, Any]) -> None:
    """Open files until that is refused."""
    held: list[int] = []
    how = "we stopped"
    try:
        while len(held) < given["most"]:
            held.append(os.open("/dev/null", os.O_RDONLY))
    except OSError as error:
        how = errno.errorcode.get(error.errno or 0, "?")
    for fd in held:
        os.close(fd)
    say("open files", len(held) < given["most"], f"{len(held)}, then {how}")


def file_size(given: dict[str, Any]) -> None:
    """Write one file until that is refused."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    name = f"/tmp/flaskgrade-probe-{os.getpid()}"  # noqa: S108 - the sandbox's own
    written = 0
    how = "we stopped"
    try:
        with open(name, "wb", buffering=0) as file:  # noqa: PTH123 - it is to be one plain file
            while written < given["cap"]:
                written += file.write(bytes(MIB))
    except OSError as error:
        how = errno.errorcode.get(error.errno or 0, "?")
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108 - as above
    say("size of one file", written < given["cap"], f"{written / MIB:.0f} MiB, then {how}")


def core(_: dict[str, Any]) -> None:
    """Crash a child, and see whether its memory is written to a file or handed to a program."""
    import resource  # noqa: PLC0415 - for this alone

    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    child = os.fork()
    if child == 0:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (min(most, 4 * MIB) if most >= 0 else 1, most))
        os.chdir("/tmp")  # noqa: S108 - as above
        os.kill(os.getpid(), signal.SIGQUIT)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    dumped = os.WCOREDUMP(status)
    limit = "no limit" if most < 0 else f"limit {most} bytes"
    say("core files", not dumped and 0 <= most <= 1, f"{'dumped' if dumped else 'none'}, {limit}")


def priority(_: dict[str, Any]) -> None:
    """Ask for more of the processors than others get."""
    attempts = {
        "nice": refused(lambda: os.setpriority(os.PRIO_PROCESS, 0, -5)),
        "real time": refused(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))),
    }
    allowed = [name for name, how in attempts.items() if not how]
    detail = f"may have: {', '.join(allowed)}" if allowed else "niceness and real time are refused"
    say("processor priority", not allowed, detail)


def flood(given: dict[str, Any]) -> None:
    """Write without an end that matters, to stdout or to stderr."""
    for _ in range(given["mebibytes"]):
        os.write(given["descriptor"], b"x" * MIB)


def family(given: dict[str, Any]) -> None:
    """Leave children: in sessions of their own, forked twice, deaf to signals; then wait or go."""
    for number in range(4):
        if os.fork() == 0:
            if number % 2:
                os.setsid()
            if number // 2 and os.fork():
                os._exit(0)
            for one in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
                signal.signal(one, signal.SIG_IGN)
            time.sleep(2 * given["seconds"])
            os._exit(0)
    print("ready", flush=True)  # noqa: T201 - a word, not a row
    time.sleep(given["seconds"] if given["stays"] else 0)


CASES = {
    "memory": memory,
    "many": memory_of_many,
    "processes": processes,
    "threads": threads,
    "open": open_files,
    "file": file_size,
    "core": core,
    "priority": priority,
    "flood": flood,
    "family": family,
}

if __name__ == "__main__":
    CASES[sys.argv[1]](json.loads(sys.argv[2]))

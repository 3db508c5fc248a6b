"""Two zones, one looking for the other: `zones.py ROLE ARGUMENTS_JSON`."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, os.path.dirname(__file__))  # noqa: PTH120 - beside this file

from telling import refused, say  # type: ignore[import-not-found]

LIBC = ctypes.CDLL(None, use_errno=True)
SHARED = ("/tmp", "/dev/shm", "/var/tmp", "/run")  # noqa: S108 - of either sandbox
MIB = 1 << 20


def stay(given: dict[str, Any]) -> None:
    """Be an examiner: offer all that a neighbour could find, say "ready", and wait."""
    token = given["token"]
    for folder in SHARED:
        with contextlib.suppress(OSError):
            Path(folder, token).write_text(token, encoding="ascii")
    LIBC.shmget(given["key"], ctypes.c_size_t(4096), 0o1666)
    abstract = socket.socket(socket.AF_UNIX)
    abstract.bind("\0" + token)
    abstract.listen()
    server = socket.create_server(("127.0.0.1", given["port"]))
    print("ready", flush=True)  # noqa: T201 - a word, not a row
    time.sleep(given["seconds"])
    server.close()


def leave(given: dict[str, Any]) -> None:
    """Remove what `stay` left, where it was no sandbox's own."""
    for folder in SHARED:
        with contextlib.suppress(OSError):
            Path(folder, given["token"]).unlink()
    if (segment := LIBC.shmget(given["key"], ctypes.c_size_t(4096), 0)) >= 0:
        LIBC.shmctl(segment, 0, None)


def rest(given: dict[str, Any]) -> None:
    """Be there for a moment, for the host to look at."""
    print("ready", flush=True)  # noqa: T201 - a word, not a row
    time.sleep(given["seconds"])


def named(token: str) -> list[int]:
    """Return the processes here that have the token in their command line, without our own."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit() and int(entry.name) not in {os.getpid(), os.getppid()}:
            with contextlib.suppress(OSError):
                if token.encode() in Path(entry.path, "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found


def look(given: dict[str, Any]) -> None:
    """Be a candidate: look for the examiner, and for the host's processes. It harms neither."""
    token = given["token"]
    processes = named(token)
    shown = f"{len(processes)} can be seen" if processes else "none can be seen"
    say("examiner's processes", not processes, shown)
    signalled = [pid for pid in processes if not refused(lambda pid=pid: os.kill(pid, 0))]
    say(
        "signals to the examiner",
        not signalled,
        "can be sent" if signalled else "no process to send one to",
    )
    connected = [
        name
        for name, family, address in (
            ("an abstract socket", socket.AF_UNIX, "\0" + token),
            ("a TCP port", socket.AF_INET, ("127.0.0.1", given["port"])),
        )
        if not refused(lambda family=family, address=address: connect(family, address))
    ]
    say(
        "connections to the examiner",
        not connected,
        f"by {' and '.join(connected)}" if connected else "neither abstract nor TCP",
    )
    shared = [folder for folder in SHARED if os.access(f"{folder}/{token}", os.F_OK)]
    if LIBC.shmget(given["key"], ctypes.c_size_t(4096), 0) >= 0:
        shared.append("a System V segment")
    say("files and memory of the examiner", not shared, ", ".join(shared) or "none shared")
    hosts = named(given["host"])
    detail = f"{len(hosts)} of ours can be seen" if hosts else f"{count()} processes, all its own"
    say("host processes", not hosts, detail)


def connect(family: int, address: tuple[str, int] | str) -> None:
    """Connect and close."""
    with socket.socket(family) as s:
        s.settimeout(2)
        s.connect(address)


def count() -> int:
    """Return how many processes can be seen."""
    return sum(name.isdigit() for name in os.listdir("/proc"))  # noqa: PTH208 - numbers, not paths


def serve(given: dict[str, Any]) -> None:
    """Be a candidate that serves: measure what room the socket's place has, then greet once."""
    bind = given["bind"]
    if bind.startswith("fd://"):
        server = socket.socket(fileno=int(bind.removeprefix("fd://")))
        say("room beside the endpoint", True, "it is an open descriptor")  # noqa: FBT003 - as say
    else:
        path = bind.removeprefix("unix:")
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        server.listen()
        beside = os.path.dirname(path)  # noqa: PTH120 - a string is at hand
        written, how = room(beside)
        say(
            "room beside the endpoint",
            written <= 2 * MIB and bool(how),
            f"{written / MIB:.1f} MiB, then {how or 'we stopped'}",
        )
    server.settimeout(given["seconds"])
    with contextlib.suppress(TimeoutError):
        peer, _ = server.accept()
        peer.sendall(b"hello")
        peer.close()


def room(folder: str) -> tuple[int, str]:
    """Fill a folder, and empty it again."""
    written = 0
    path = f"{folder}/flaskgrade-probe"
    try:
        with open(path, "wb", buffering=0) as file:  # noqa: PTH123 - as everywhere here
            while written < 8 * MIB:
                written += file.write(bytes(65536))
    except OSError as error:
        return written, errno.errorcode.get(error.errno or 0, "?")
    finally:
        with contextlib.suppress(OSError):
            os.unlink(path)  # noqa: PTH108 - as above
    return written, ""


def greet(given: dict[str, Any]) -> None:
    """Be an examiner that connects: it must be greeted, and can leave nothing there."""
    path = given["path"]
    end = time.monotonic() + given["seconds"]
    heard, how = b"", "no answer"
    while not heard and time.monotonic() < end:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(2)
                client.connect(path)
                heard = client.recv(5)
        except OSError as error:
            how = str(error.strerror or error)
            time.sleep(0.05)
    works = heard == b"hello"
    say("endpoint works", works, "the examiner is answered" if works else how)


ROLES = {"rest": rest, "stay": stay, "leave": leave, "look": look, "serve": serve, "greet": greet}

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ROLES[sys.argv[1]](json.loads(sys.argv[2]))

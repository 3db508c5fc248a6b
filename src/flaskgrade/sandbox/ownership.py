"""Whose a thing on the host is: a mark that says which process of flaskgrade's made it.

A process is known by its pid namespace, its number and when it started, so that a number used again
is not taken for it.
"""

import contextlib
import os
import re
import signal
from pathlib import Path

PREFIX = "flaskgrade"
MARK = re.compile(PREFIX + r"-(\d+)-(\d+)-(\d+)(?:-\d+)?")


def mark(pid: int | None = None) -> str:
    """Return the mark of a process, ours unless told otherwise."""
    return "-".join([PREFIX, *(str(part) for part in owner(pid or os.getpid()))])


def abandoned(name: str) -> bool:
    """Tell whether a name carries the mark of an owner that is no more."""
    match = MARK.fullmatch(name)
    return match is not None and not alive(*(int(part) for part in match.groups()))


def owner(pid: int) -> tuple[int, int, int]:
    """Return what identifies a process for good: its pid namespace, its id, when it started."""
    namespace = os.stat("/proc/self/ns/pid").st_ino  # noqa: PTH116 - not a path of ours
    stat = Path(f"/proc/{pid}/stat").read_text()
    started = int(stat.rpartition(")")[2].split()[19])
    return namespace, pid, started


def alive(namespace: int, pid: int, started: int) -> bool:
    """Tell whether an owner lives; one of another pid namespace can't be seen and counts as so."""
    try:
        here, _, since = owner(pid)
    except OSError:
        return namespace != os.stat("/proc/self/ns/pid").st_ino  # noqa: PTH116 - not a path of ours
    return here != namespace or since == started


def sweep_strays() -> tuple[str, ...]:
    """Kill the marked processes of owners that are no more; return their marks.

    Such are bwraps that were killed between making their namespace's first process and telling it
    to go on (both die with their parent, but that one only later): it waits for ever, and is no
    more than bwrap, because nothing of a command has begun.
    """
    swept = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):  # gone, or another user's
                pidfd = os.pidfd_open(int(entry.name))
                try:
                    words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
                    if "bwrap" in words[0] and (found := [*filter(abandoned, words)]):
                        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
                        swept += found
                finally:
                    os.close(pidfd)
    return tuple(swept)

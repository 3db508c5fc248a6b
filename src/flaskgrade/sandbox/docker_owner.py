"""Who made a container or volume, so that what a dead run left can be told from what lives.

An owner is a process on a host: its number and start time, and the boot and process namespace that
they mean something in. A harness inside a container sees other numbers than one outside.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path

RUN = "flaskgrade.run"
OWNER = "flaskgrade.owner"
HOST = "flaskgrade.host"
STRANGERS_SECONDS = 6 * 3600.0  # after that no run of another host is believed to live


def labels(run: str) -> dict[str, str]:
    """Return the labels of what the run makes."""
    return {RUN: run, **owner_labels()}


def owner_labels() -> dict[str, str]:
    """Return the labels that say that this process is the owner."""
    return {OWNER: f"{os.getpid()}:{_started(os.getpid())}", HOST: _host()}


def is_abandoned(marks: Mapping[str, str], *, created: float) -> bool:
    """Tell whether the owner is dead; `created` (epoch seconds) decides for other hosts."""
    if not _host() or marks.get(HOST) != _host():
        return time.time() - created > STRANGERS_SECONDS
    pid, _, started = marks.get(OWNER, "").partition(":")
    return not pid.isdecimal() or _started(int(pid)) != started


def _host() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:  # no Linux: only age decides
        return ""


def _started(pid: int) -> str:
    """Return the start time of a process in ticks since boot, or nothing if there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # the name in parentheses may hold anything; start time is field 22, proc_pid_stat(5)
    return stat.rpartition(")")[2].split()[19]

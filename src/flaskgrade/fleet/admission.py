"""How many gradings at once: as many as there are processors, and memory and disk for.

More would only lengthen each, and bring its time-outs nearer: gradings are bound by the processors.
"""

import os
import shutil
from pathlib import Path

from flaskgrade.workspace import existing

MIB = 1 << 20
# What one takes at its peak: the served app, its examiner, mypy and the candidate's own tests.
MEMORY = 700 * MIB
DISK = 500 * MIB


def processors() -> int:
    """Return how many processors this process may use: its affinity, and its control group's."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(allowed or 1, _quota()))


def _quota() -> int:
    """Return the processors that our control group leaves us (cgroup v2, cpu.max)."""
    try:
        group = Path("/proc/self/cgroup").read_text(encoding="ascii").rpartition("::")[2].strip()
        quota, period = (Path("/sys/fs/cgroup") / group.lstrip("/") / "cpu.max").read_text().split()
        return max(1, int(quota) // int(period))
    except (OSError, ValueError):  # "max", or no such group
        return os.cpu_count() or 1


def free_memory() -> int | None:
    """Return the bytes of memory that are available on this host, None where it doesn't say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def at_once(wanted: int | None = None) -> int:
    """Return how many gradings to run at a time: `wanted`, or what this host has room for."""
    if wanted is not None:
        return wanted
    memory = free_memory()
    return max(1, min(processors(), memory // MEMORY if memory is not None else processors()))


def lacking(cache: Path) -> str:
    """Return in a word what there is too little of to begin another grading; empty if nothing."""
    memory = free_memory()
    if memory is not None and memory < MEMORY:
        return "memory"
    try:
        if shutil.disk_usage(existing(cache)).free < DISK:
            return "disk"
    except OSError:
        return ""
    return ""

"""The memory of all processes in a pid namespace, summed up: for hosts without a control group.

Pages that processes share are counted once for each by RSS, so a sum over the limit is looked at
again by PSS, which shares them out; only what that says ends a command. Files in the sandbox's
tmpfs are not counted here, they have limits of their own.

It sees what processes have in their tables. The system call filter refuses memory that needs no
mapping where we watch (seccomp.UNSEEN); shared pages that were filled and unmapped remain unseen.
"""

import contextlib
import os
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
CLOSE, FAR = 0.02, 0.05  # seconds between two looks: where half the limit is used, and where not


class Watchdog:
    """Watches the processes that share a pid namespace with `init`."""

    def __init__(self, init: int, limit: int) -> None:
        self._namespace = os.readlink(f"/proc/{init}/ns/pid")  # noqa: PTH115 - text, not a path
        self._limit = limit
        self.interval = FAR

    def processes(self) -> list[int]:
        """Return the processes in the namespace, by their ids out here."""
        found = []
        with os.scandir("/proc") as entries:
            for entry in entries:
                if entry.name.isdecimal():
                    with contextlib.suppress(OSError):  # another user's, or already gone
                        if os.readlink(f"/proc/{entry.name}/ns/pid") == self._namespace:  # noqa: PTH115
                            found.append(int(entry.name))
        return found

    def rings(self) -> bool:
        """Tell whether the processes hold more than the limit, together."""
        processes = self.processes()
        held = sum(resident(pid) for pid in processes)
        self.interval = CLOSE if held > self._limit / 2 else FAR
        if held <= self._limit:
            return False
        return sum(proportional(pid) for pid in processes) > self._limit


def resident(pid: int) -> int:
    """Return a process's resident memory in bytes; 0 for one that is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def proportional(pid: int) -> int:
    """Return a process's share of resident memory in bytes; all where the kernel can't say."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return resident(pid)

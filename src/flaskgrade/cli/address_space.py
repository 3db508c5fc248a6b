"""Refuse to start where the operator's limits leave no room to grade in."""

import resource

from flaskgrade.errors import UsageError

# Threads and the libraries of the engine take 1.2 GiB of addresses on two cores; more cores, more.
NEEDED = 4 * 2**30  # bytes


def check_address_space() -> None:
    """Raise UsageError if the address space is limited to less than grading takes.

    It cannot be left to a MemoryError: a thread that gets one as it starts never says so, and who
    started it waits for ever (https://github.com/python/cpython/issues/140746).
    """
    allowed, _ = resource.getrlimit(resource.RLIMIT_AS)
    if allowed != resource.RLIM_INFINITY and allowed < NEEDED:
        raise UsageError(
            f"the address space is limited to {allowed // 2**20} MiB of memory; "
            f"grading needs {NEEDED // 2**20} MiB",
            hint="Raise the limit (ulimit -v unlimited). To save memory, limit a control group.",
        )

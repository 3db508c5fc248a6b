"""Start a program with exactly the descriptors that it is to have."""

import contextlib
import fcntl
import os
import signal
from collections.abc import Mapping
from contextlib import ExitStack

HIGH = 64  # copies lie above all numbers that are handed out
PROGRAM_PATHS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)


def spawn(argv: list[str], descriptors: Mapping[int, int]) -> int:
    """Start `argv` with the descriptors, number in the child → ours; return its process id.

    It gets nothing else of ours: no other descriptor, no environment but PATH, and a process group
    of its own, so that a terminal's ^C reaches us alone. Raises OSError.
    """
    actions: list[tuple[int, ...]] = []
    with ExitStack() as stack:
        copies = {}
        for number, fd in descriptors.items():
            copies[number] = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, HIGH)
            stack.callback(os.close, copies[number])
        actions += [(os.POSIX_SPAWN_DUP2, fd, number) for number, fd in copies.items()]
        unwanted = inheritable() - set(descriptors)
        actions += [(os.POSIX_SPAWN_CLOSE, fd) for fd in unwanted]
        return os.posix_spawnp(
            argv[0],
            argv,
            {"PATH": PROGRAM_PATHS, "LC_ALL": "C"},
            file_actions=actions,
            setpgroup=0,
            setsigmask=(),
            setsigdef=IGNORED_BY_PYTHON,
        )


def inheritable() -> set[int]:
    """Return our descriptors that a child would inherit: what our own parent gave us."""
    found = set()
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - numbers, not paths
        with contextlib.suppress(OSError):  # the listing's own
            if os.get_inheritable(int(name)):
                found.add(int(name))
    return found

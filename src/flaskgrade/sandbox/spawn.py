"""Start bwrap with exactly the descriptors that it is to have."""

import contextlib
import fcntl
import os
import signal
import socket
from collections.abc import Mapping
from contextlib import ExitStack

from flaskgrade.sandbox import rootfs
from flaskgrade.sandbox.feed import Feed
from flaskgrade.sandbox.handshake import Ends, control_sockets
from flaskgrade.sandbox.reading import null, pipe

HIGH = 64  # copies lie above all numbers that are handed out
PROGRAM_PATHS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)


def launch(
    argv: list[str],
    *,
    options: list[str],
    stdin: bytes,
    feed: Feed | None,
    program: bytes,
    listener: socket.socket | None,
) -> Ends:
    """Start bwrap with pipes to it, and return our ends; the command in it waits for our word.

    `options` are bwrap's, handed over where nobody sees them: its command line can be read in the
    sandbox, and they name folders of the host. `program` is the system call filter, `listener` the
    socket that the command serves, if any.
    Raises OSError.
    """
    with ExitStack() as theirs, ExitStack() as ours:
        control, their_control = control_sockets()
        ours.callback(control.close)
        theirs.callback(their_control.close)
        descriptors = {rootfs.CONTROL: their_control.fileno()}
        reading = {}
        for number in (1, 2, rootfs.STATUS):
            reading[number], descriptors[number] = pipe()
            ours.callback(os.close, reading[number])
            theirs.callback(os.close, descriptors[number])
        # bwrap holds both ends of its status: if we die in its first milliseconds, it is not killed
        # by a broken pipe between making its namespace's init and telling it to go on, which would
        # leave that init behind, waiting for ever.
        writing = descriptors[rootfs.STATUS]
        descriptors[rootfs.STATUS] = os.open(f"/proc/self/fd/{writing}", os.O_RDWR | os.O_CLOEXEC)
        theirs.callback(os.close, descriptors[rootfs.STATUS])
        feeding = None
        if feed:
            descriptors[0] = os.dup(feed.fileno())
        elif stdin:
            descriptors[0], feeding = pipe()
            ours.callback(os.close, feeding)
        else:
            descriptors[0] = null()
        theirs.callback(os.close, descriptors[0])
        descriptors[rootfs.FILTER], filling = pipe()
        theirs.callback(os.close, descriptors[rootfs.FILTER])
        os.write(filling, program)  # far less than a pipe holds
        os.close(filling)
        descriptors[rootfs.OPTIONS] = os.memfd_create("options", os.MFD_CLOEXEC)
        theirs.callback(os.close, descriptors[rootfs.OPTIONS])
        with os.fdopen(descriptors[rootfs.OPTIONS], "wb", closefd=False) as file:
            file.write(b"".join(os.fsencode(option) + b"\0" for option in options))
        os.lseek(descriptors[rootfs.OPTIONS], 0, os.SEEK_SET)
        if listener:
            descriptors[rootfs.LISTEN] = listener.fileno()
        pid = spawn(argv, descriptors)
        ours.pop_all()
    return Ends(
        pid=pid,
        control=control,
        status=reading[rootfs.STATUS],
        stdout=reading[1],
        stderr=reading[2],
        stdin=feeding,
    )


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

"""Try system calls one by one, each in a child: `calls.py`.

Each is a real attempt where that harms nothing, and else one that only the privileged would be told
is malformed: as root without a sandbox nothing happens to the machine. "Refused" is a call that is
not allowed (EPERM, EACCES) or said to be missing (ENOSYS), by a filter or by the kernel itself.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import pty
import signal
import struct
import sys
import termios
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, os.path.dirname(__file__))  # noqa: PTH120 - beside this file

from telling import apart, refused, say  # type: ignore[import-not-found]

LIBC = ctypes.CDLL(None, use_errno=True)
COLUMN = {"x86_64": 0, "aarch64": 1}.get(platform.machine())
NUMBERS = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_adjtime": (305, 266),
    "clone": (56, 220),
    "clone3": (435, 435),
    "finit_module": (313, 273),
    "fsopen": (430, 430),
    "init_module": (175, 105),
    "io_uring_setup": (425, 425),
    "kcmp": (312, 272),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "mount": (165, 40),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pidfd_open": (434, 434),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "ptrace": (101, 117),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "setns": (308, 268),
    "syslog": (103, 116),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
NAMESPACES = {
    "user": 0x10000000,
    "mount": 0x20000,
    "network": 0x40000000,
    "pid": 0x20000000,
    "ipc": 0x8000000,
    "uts": 0x4000000,
    "cgroup": 0x2000000,
    "time": 0x80,
}
NEW_USER = NAMESPACES["user"]
REFUSALS = {errno.EPERM, errno.EACCES, errno.ENOSYS}
PROCESS_KEYRING, SESSION_KEYRING = -2, -3
TICK = 0x4000
READ_ALL = 3
Argument = int | bytes | ctypes.Array[ctypes.c_char] | None


def call(name: str, *arguments: Argument) -> str:
    """Make a call; return how it was refused, or empty where it was heard."""
    assert COLUMN is not None  # noqa: S101 - seen to before
    given = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    ctypes.set_errno(0)
    result = LIBC.syscall(ctypes.c_long(NUMBERS[name][COLUMN]), *given)
    if result == 0 and name.startswith("clone"):
        os._exit(0)  # the clone itself
    number = ctypes.get_errno()
    return errno.errorcode.get(number, "?") if result == -1 and number in REFUSALS else ""


def unshared() -> str:
    """Return which namespaces can be made; empty as a list means none, said by the error."""
    errors = {name: apart(lambda flag=flag: call("unshare", flag)) for name, flag in spaces()}
    made = [name for name, how in errors.items() if not how]
    return f"can make: {', '.join(made)}" if made else "EPERM"


def spaces() -> list[tuple[str, int]]:
    """Return the namespaces but that of time, which has a row of its own."""
    return [(name, flag) for name, flag in NAMESPACES.items() if name != "time"]


def entered() -> str:
    """Enter the network namespace that we are in."""
    fd = os.open("/proc/self/ns/net", os.O_RDONLY)
    return call("setns", fd, 0)


def counted() -> str:
    """Count this process's own clock."""
    attributes = struct.pack("=IIQ", 1, 64, 0).ljust(40, b"\0") + struct.pack("=Q", 0b1100000)
    return call("perf_event_open", attributes.ljust(64, b"\0"), 0, -1, -1, 0)


def mapped() -> str:
    """Make a BPF map of one entry."""
    return call("bpf", 0, struct.pack("=IIII", 2, 4, 8, 1).ljust(72, b"\0"), 72)


def cloned3() -> str:
    """Clone into a new user namespace, by clone3."""
    return call("clone3", struct.pack("=8Q", NEW_USER, 0, 0, 0, signal.SIGCHLD, 0, 0, 0), 64)


def read_self() -> str:
    """Read our own memory as if it were another's."""
    source, target = ctypes.create_string_buffer(b"x", 8), ctypes.create_string_buffer(8)
    vectors = [struct.pack("=QQ", ctypes.addressof(one), 8) for one in (target, source)]
    return call("process_vm_readv", os.getpid(), vectors[0], 1, vectors[1], 1, 0)


def by_handle() -> str:
    """Open a file by a handle of the root file system."""
    root = os.open("/", os.O_RDONLY)
    handle = ctypes.create_string_buffer(struct.pack("=Ii", 8, 1) + bytes(8), 16)
    return call("open_by_handle_at", root, handle, 0)


def fetched() -> str:
    """Fetch a descriptor through a descriptor of a process."""
    return call("pidfd_getfd", os.pidfd_open(os.getpid()), 0, 0)


def typed() -> str:
    """Type a character into a terminal of our own."""
    os.setsid()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what closing the terminal sends to its session
    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    how = str(refused(lambda: fcntl.ioctl(terminal, termios.TIOCSTI, b"x")))
    os.close(main)
    return how


CALLS: dict[str, Callable[[], str]] = {
    "keyctl": lambda: call("keyctl", 0, SESSION_KEYRING, 0),
    "add_key": lambda: call("add_key", b"user", b"flaskgrade-probe", b"x", 1, PROCESS_KEYRING),
    "request_key": lambda: call("request_key", b"user", b"flaskgrade-probe", None, 0),
    "io_uring_setup": lambda: call("io_uring_setup", 1, None),
    "bpf": mapped,
    "perf_event_open": counted,
    "userfaultfd": lambda: call("userfaultfd", 1),
    "ptrace": lambda: call("ptrace", 0, 0, 0, 0),
    "process_vm_readv": read_self,
    "kcmp": lambda: call("kcmp", os.getpid(), os.getpid(), 0, 0, 1),
    "pidfd_getfd": fetched,
    "unshare": unshared,
    "setns": entered,
    "clone, new user": lambda: call("clone", NEW_USER | signal.SIGCHLD, 0, 0, 0, 0),
    "clone3, new user": cloned3,
    "time namespace": lambda: call("unshare", NAMESPACES["time"]),
    "mount": lambda: call("mount", b"none", b"/", b"flaskgrade-none", 0, None),
    "fsopen": lambda: call("fsopen", b"flaskgrade-none", 0),
    "open_tree": lambda: call("open_tree", -100, b"/", 1),
    "pivot_root": lambda: call("pivot_root", None, None),
    "chroot": lambda: call("chroot", b"/"),
    "open_by_handle_at": by_handle,
    "kexec_load": lambda: call("kexec_load", 0, 0, None, 0xFF),
    "init_module": lambda: call("init_module", None, 0, None),
    "finit_module": lambda: call("finit_module", -1, b"", 0),
    "reboot": lambda: call("reboot", 0, 0, 0, None),
    "clock_adjtime": lambda: call("clock_adjtime", 0, struct.pack("=I", TICK).ljust(208, b"\0")),
    "TIOCSTI": typed,
}


def dmesg() -> str:
    """Read the kernel's log, by the call and by the device."""
    by_call = call("syslog", READ_ALL, ctypes.create_string_buffer(4096), 4096)
    by_file = refused(lambda: os.close(os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)))
    return f"{by_call}, /dev/kmsg: {by_file}" if by_call and by_file else ""


def main() -> None:
    """Try them all."""
    if COLUMN is None:
        for name in (*CALLS, "kernel log"):
            say(name, None, f"no numbers of system calls for {platform.machine()}")
        return
    for name, attempt in {**CALLS, "kernel log": dmesg}.items():
        how = apart(attempt)
        ended = how.startswith("killed") and "SIGSYS" not in how
        if how in {"no answer", "failed"} or "Error:" in how or ended:
            say(name, None, how)
        else:
            say(name, bool(how) and not how.startswith("can"), how or "is heard")
    writes()


def writes() -> None:
    """Open the kernel's settings for writing, and write nothing."""
    settings = {
        "/proc writes": (
            *("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe"),
            *("/proc/sys/kernel/hostname", "/proc/sys/vm/drop_caches", "/proc/sysrq-trigger"),
            *("/proc/sys/net/ipv4/ip_forward", "/proc/irq/default_smp_affinity"),
        ),
        "/sys writes": (
            *("/sys/kernel/uevent_helper", "/sys/kernel/mm/transparent_hugepage/enabled"),
            *("/sys/fs/cgroup/release_agent", "/sys/fs/cgroup/cgroup.procs", "/sys/power/state"),
            *map(str, Path("/sys/fs/cgroup").glob("*/cgroup.procs")),
            *map(str, Path("/sys/fs/cgroup").glob("*/release_agent")),
        ),
    }
    for row, paths in settings.items():
        errors = {
            path: refused(lambda path=path: os.close(os.open(path, os.O_WRONLY))) for path in paths
        }
        opened = [path for path, how in errors.items() if not how]
        ways = ", ".join(sorted(set(errors.values()) - {""}))
        say(row, not opened, f"can be opened: {', '.join(opened[:2])}" if opened else ways)


if __name__ == "__main__":
    main()

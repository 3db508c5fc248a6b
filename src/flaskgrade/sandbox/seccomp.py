"""The system call filter of a sandbox, as a program for the kernel: no libseccomp needed.

A deny list after flatpak's (common/flatpak-run.c, setup_seccomp), longer by what an unprivileged
program has no business with. Everything else stays, so that Flask, gunicorn and pytest run as ever.
The numbers are the kernel's: arch/x86/entry/syscalls/syscall_64.tbl and, for aarch64,
include/uapi/asm-generic/unistd.h. The machine language is classic BPF:
https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

import errno
import struct
from dataclasses import dataclass

LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data; low words: both little
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000

NAMESPACES = 0x7E020000  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}
TERMINAL_INJECTION = (0x5412, 0x541C)  # ioctls TIOCSTI and TIOCLINUX
FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK
X32_CALLS = 0x40000000

# Refused with EPERM on both machines: x86_64's number, aarch64's.
REFUSED = {
    "syslog": (103, 116),
    "ptrace": (101, 117),
    "vhangup": (153, 58),
    "pivot_root": (155, 41),
    "adjtimex": (159, 171),
    "chroot": (161, 51),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "mount": (165, 40),
    "umount2": (166, 39),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "init_module": (175, 105),
    "delete_module": (176, 106),
    "quotactl": (179, 60),
    "lookup_dcookie": (212, 18),
    "clock_settime": (227, 112),
    "mbind": (237, 235),
    "set_mempolicy": (238, 237),
    "kexec_load": (246, 104),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "migrate_pages": (256, 238),
    "unshare": (272, 97),
    "move_pages": (279, 239),
    "perf_event_open": (298, 241),
    "fanotify_init": (300, 262),
    "open_by_handle_at": (304, 265),
    "clock_adjtime": (305, 266),
    "setns": (308, 268),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "finit_module": (313, 273),
    "kexec_file_load": (320, 294),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "pidfd_getfd": (438, 438),
    "quotactl_fd": (443, 443),
}
REFUSED_ON_X86_64 = (134, 154, 172, 173, 180)  # uselib, modify_ldt, iopl, ioperm, nfsservctl

# Said to be missing (ENOSYS), so that a C library takes its older way: clone3's flags lie in memory
# where a filter cannot look. The rest is the new mount interface, open_tree to mount_setattr.
MISSING = (435, 428, 429, 430, 431, 432, 433, 442)

# Said to be missing where a watchdog stands in for a control group: memory that no process need
# have mapped, which it could not see.
UNSEEN = {"memfd_create": (319, 279), "memfd_secret": (447, 447)}
# A segment of System V is, too, beyond what PostgreSQL knows itself by (56 bytes): of small ones a
# namespace holds 4,096 (SHMMNI), so a few MB. https://www.postgresql.org/docs/18/kernel-resources.html
SHMGET = (29, 194)
SMALL_SEGMENT = 4096  # bytes


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What differs between machines."""

    audit: int  # AUDIT_ARCH_*
    column: int  # in REFUSED
    clone: int
    ioctl: int
    socket: int
    refused: tuple[int, ...] = ()


MACHINES = {
    "x86_64": Machine(
        audit=0xC000003E, column=0, clone=56, ioctl=16, socket=41, refused=REFUSED_ON_X86_64
    ),
    "aarch64": Machine(audit=0xC00000B7, column=1, clone=220, ioctl=29, socket=198),
}


def instruction(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    """Return one instruction; `yes` and `no` are how many instructions a jump leaves out."""
    return struct.pack("<HBBI", code, yes, no, value)


def answer_when(code: int, value: int, answer: int) -> bytes:
    """Return the instructions that answer where the comparison holds, and go on where not."""
    return instruction(code, value, 0, 1) + instruction(RETURN, answer)


def program(machine: str, *, watched: bool = False) -> bytes | None:
    """Return the filter for a machine by its name in `uname -m`, or None where it is unknown.

    `watched` is for a host where a watchdog limits the memory, and not the kernel.
    """
    if (known := MACHINES.get(machine)) is None:
        return None
    refuse = ERRNO | errno.EPERM
    rules = [
        instruction(LOAD, ARCHITECTURE),
        instruction(JUMP_EQUAL, known.audit, 1, 0),
        instruction(RETURN, KILL),  # a program of the 32-bit kind
        instruction(LOAD, NUMBER),
    ]
    if machine == "x86_64":
        rules.append(answer_when(JUMP_AT_LEAST, X32_CALLS, ERRNO | errno.ENOSYS))
    numbers = sorted({*(pair[known.column] for pair in REFUSED.values()), *known.refused})
    rules += [answer_when(JUMP_EQUAL, number, refuse) for number in numbers]
    unseen = (pair[known.column] for pair in UNSEEN.values()) if watched else ()
    missing = sorted({*MISSING, *unseen})
    rules += [answer_when(JUMP_EQUAL, number, ERRNO | errno.ENOSYS) for number in missing]
    if watched:
        rules.append(small_segments_only(SHMGET[known.column]))
    rules += [
        with_argument(known.clone, 0, answer_when(JUMP_BITS, NAMESPACES, refuse)),
        with_argument(
            known.ioctl,
            1,
            b"".join(answer_when(JUMP_EQUAL, way, refuse) for way in TERMINAL_INJECTION),
        ),
        with_argument(
            known.socket,
            0,
            b"".join(answer_when(JUMP_EQUAL, family, ALLOW) for family in FAMILIES)
            + instruction(RETURN, ERRNO | errno.EAFNOSUPPORT),
        ),
        instruction(RETURN, ALLOW),
    ]
    return b"".join(rules)


def with_argument(number: int, argument: int, rules: bytes) -> bytes:
    """Return the instructions that judge one system call by an argument's low 32 bits."""
    body = instruction(LOAD, ARGUMENT + 8 * argument) + rules + instruction(LOAD, NUMBER)
    return instruction(JUMP_EQUAL, number, 0, len(body) // 8) + body


def small_segments_only(number: int) -> bytes:
    """Return the instructions that say shmget is missing, by both halves of its second argument."""
    missing = ERRNO | errno.ENOSYS
    body = (
        instruction(LOAD, ARGUMENT + 8 + 4)
        + answer_when(JUMP_AT_LEAST, 1, missing)
        + instruction(LOAD, ARGUMENT + 8)
        + answer_when(JUMP_AT_LEAST, SMALL_SEGMENT + 1, missing)
        + instruction(LOAD, NUMBER)
    )
    return instruction(JUMP_EQUAL, number, 0, len(body) // 8) + body

"""The system calls that no command in a container needs, as an engine's seccomp profile.

An engine's own default differs by version: Docker 20.10's lets AF_VSOCK and io_uring through, and
every one of them allows what a capability would. This one is the same everywhere: all is allowed
except what reaches into the kernel's odd corners, namespaces, keys or other processes.
https://github.com/moby/moby/blob/master/profiles/seccomp/default.json has the format.
"""

import errno
import json

DENIED = (
    *("acct", "adjtimex", "clock_adjtime", "clock_settime", "settimeofday", "stime"),
    *("add_key", "keyctl", "request_key"),
    *("bpf", "perf_event_open", "userfaultfd", "fanotify_init", "lookup_dcookie"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("create_module", "init_module", "finit_module", "delete_module", "get_kernel_syms"),
    *("kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "syslog", "uselib"),
    *("mount", "umount", "umount2", "pivot_root", "chroot", "open_tree", "open_tree_attr"),
    *("move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr"),
    *("unshare", "setns", "sethostname", "setdomainname", "vhangup", "personality"),
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp"),
    *("pidfd_getfd", "open_by_handle_at", "name_to_handle_at", "memfd_secret"),
    *("mbind", "get_mempolicy", "set_mempolicy", "set_mempolicy_home_node"),
    *("migrate_pages", "move_pages", "quotactl", "quotactl_fd", "nfsservctl"),
    *("iopl", "ioperm", "modify_ldt", "vm86", "vm86old", "_sysctl", "sysfs", "ustat"),
)
AF_UNIX, AF_INET, AF_INET6, AF_NETLINK = 1, 2, 10, 16
FAMILIES = (AF_UNIX, AF_INET, AF_INET6, AF_NETLINK)
NAMESPACES = (
    *(0x0000_0080, 0x0002_0000, 0x0200_0000, 0x0400_0000),  # time, mount, cgroup, UTS
    *(0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000),  # IPC, user, PID, network
)
TERMINAL_INJECTION = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
LOW_WORD = 0xFFFF_FFFF  # the kernel looks at no more of an int


def profile() -> str:
    """Return the profile as JSON. Names that an architecture lacks are ignored by the engine."""
    rules: list[dict[str, object]] = [
        _rule(DENIED),
        # clone3 hides its flags behind a pointer; told that there is none, libc uses clone
        _rule(("clone3",), error=errno.ENOSYS),
        *(_rule(("clone",), _argument(0, "MASKED_EQ", flag, flag)) for flag in NAMESPACES),
        *(
            _rule(("socket", "socketpair"), _argument(0, "EQ", family))
            for family in range(AF_NETLINK)
            if family not in FAMILIES
        ),
        _rule(("socket", "socketpair"), _argument(0, "GT", AF_NETLINK)),
        *(
            _rule(("ioctl",), _argument(1, "MASKED_EQ", LOW_WORD, request))
            for request in TERMINAL_INJECTION
        ),
    ]
    return json.dumps({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": rules})


def _rule(
    names: tuple[str, ...], *arguments: dict[str, object], error: int = errno.EPERM
) -> dict[str, object]:
    return {
        "names": list(names),
        "action": "SCMP_ACT_ERRNO",
        "errnoRet": error,
        "args": list(arguments),
    }


def _argument(index: int, operator: str, value: int, second: int = 0) -> dict[str, object]:
    return {"index": index, "value": value, "valueTwo": second, "op": f"SCMP_CMP_{operator}"}

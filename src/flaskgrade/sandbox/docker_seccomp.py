"""The system calls that no command in a container needs, as an engine's seccomp profile.

An engine's own default differs by version: Docker 20.10's lets AF_VSOCK and io_uring through, and
every one of them allows what a capability would. This one is the same everywhere: all is allowed
except what reaches into the kernel's odd corners, namespaces, keys or other processes, as in the
filter that the other backend has.
https://github.com/moby/moby/blob/master/profiles/seccomp/default.json has the format.
"""

import errno
import json

from flaskgrade.sandbox.seccomp import FAMILIES, NAMESPACES, REFUSED, TERMINAL_INJECTION

DENIED = (
    *REFUSED,
    # old, rare, or of other machines: without a number in the filter that we write ourselves
    *("_sysctl", "create_module", "get_kernel_syms", "get_mempolicy", "ioperm", "iopl"),
    *("memfd_secret", "modify_ldt", "name_to_handle_at", "nfsservctl", "personality"),
    *("process_madvise", "set_mempolicy_home_node", "setdomainname", "sethostname", "stime"),
    *("sysfs", "umount", "uselib", "ustat", "vm86", "vm86old"),
)
# Said to be missing, so that a C library takes its older way: clone3's flags lie in memory where a
# filter cannot look.
MISSING = (
    *("clone3", "open_tree", "open_tree_attr", "move_mount", "mount_setattr"),
    *("fsopen", "fsconfig", "fsmount", "fspick"),
)
LOW_WORD = 0xFFFF_FFFF  # the kernel looks at no more of an int


def profile() -> str:
    """Return the profile as JSON. Names that an architecture lacks are ignored by the engine."""
    rules: list[dict[str, object]] = [
        _rule(DENIED),
        _rule(MISSING, error=errno.ENOSYS),
        *(
            _rule(("clone",), _argument(0, "MASKED_EQ", 1 << bit, 1 << bit))
            for bit in range(32)
            if NAMESPACES & 1 << bit
        ),
        *(
            _rule(("socket",), _argument(0, "EQ", family))
            for family in range(max(FAMILIES))
            if family not in FAMILIES
        ),
        _rule(("socket",), _argument(0, "GT", max(FAMILIES))),
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

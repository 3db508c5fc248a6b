"""How we and what we start in a sandbox find each other, before the command begins."""

import contextlib
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

READY, NOT_FOUND, GO = b"ready\n", b"not-found\n", b"go\n"
CREDENTIALS = struct.Struct("3i")  # struct ucred: pid, uid, gid


@dataclass(frozen=True, kw_only=True)
class Ends:
    """Our ends of what connects us to a sandbox that was just started."""

    pid: int  # of bwrap
    control: socket.socket
    status: int
    stdout: int
    stderr: int
    stdin: int | None


def control_sockets() -> tuple[socket.socket, socket.socket]:
    """Make the two ends of a control socket; ours learns the process id of who speaks."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    ours.settimeout(0)
    return ours, theirs


def speaker(ancillary: Iterable[tuple[int, int, bytes]]) -> int | None:
    """Return the process id, as it is out here, of who sent a message: the kernel's word for it."""
    for level, kind, content in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
            pid, _, _ = CREDENTIALS.unpack(content)
            return int(pid)
    return None


def give_way(pid: int) -> None:
    """Make a process, and those that it starts from now on, the first to go if memory runs out.

    Else the kernel takes the largest, which may be us, and nothing gets a report (proc(5)).
    """
    with contextlib.suppress(OSError):  # where there is no such file, the kernel has no such choice
        Path(f"/proc/{pid}/oom_score_adj").write_text("500", encoding="ascii")


def explained(said: bytes, stderr: bytes) -> str:
    """Return why a sandbox did not start, from what its prologue and bwrap said."""
    if said == b"cwd\n":
        return "its working folder does not exist"
    if said == b"copy\n":
        return f"a folder could not be copied: {stderr[:500].decode(errors='replace').strip()}"
    return stderr[:500].decode(errors="replace").strip() or "no reason given"

"""Who a command is, what it was given, and what privileges it could gain: `identity.py`."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

sys.path.insert(0, os.path.dirname(__file__))  # noqa: PTH120 - beside this file

from telling import refused, say  # type: ignore[import-not-found]

# What the contract gives, and what an engine's init or a shell adds in its own process.
UNMAPPED = 65534  # what a group shows as that a namespace does not know; it counts on the host
GIVEN = {"PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "HOSTNAME", "PWD", "OLDPWD", "SHLVL", "_"}


def status(pid: str = "self") -> dict[str, str]:
    """Return /proc/PID/status."""
    lines = Path("/proc", pid, "status").read_text(encoding="ascii", errors="replace").splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def user() -> None:
    """Tell the user and the groups."""
    uids, gids = set(os.getresuid()), set(os.getresgid())
    say("user", 0 not in uids, f"uid {os.getuid()} inside")
    groups = {*gids, *os.getgroups()}
    extra = groups - {os.getgid(), UNMAPPED}
    unmapped = " and unmapped ones" if UNMAPPED in groups else ""
    say(
        "groups",
        0 not in groups and not extra,
        f"gid {os.getgid()}" + (f", also {sorted(extra)}" if extra else "") + unmapped,
    )


def privileges() -> None:
    """Tell what the kernel says of this process's privileges."""
    mine = status()
    sets = {
        key: int(mine.get(key, "0"), 16)
        for key in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
    }
    held = ", ".join(f"{key} {value:x}" for key, value in sets.items() if value)
    say("capabilities", not held, held or "all five sets are empty")
    say("no new privileges", mine.get("NoNewPrivs") == "1", f"NoNewPrivs {mine.get('NoNewPrivs')}")
    mode = mine.get("Seccomp", "?")
    words = {"0": "no filter", "2": "a filter is on"}
    say("system call filter", mode == "2", words.get(mode, f"Seccomp {mode}"))
    setuid(no_new=mine.get("NoNewPrivs") == "1")


def setuid(*, no_new: bool) -> None:
    """Tell whether a setuid program could hand its owner's rights on."""
    live = dead = 0
    for folder in ("/usr/bin", "/usr/sbin", "/usr/libexec", "/bin", "/sbin", "/usr/lib/openssh"):
        if not os.path.isdir(folder) or os.path.islink(folder):  # noqa: PTH112, PTH114
            continue
        nosuid = bool(os.statvfs(folder).f_flag & os.ST_NOSUID)
        for entry in os.scandir(folder):
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID):
                dead, live = dead + (nosuid or no_new), live + (not (nosuid or no_new))
    say(
        "setuid programs",
        not live,
        f"{live} can give their owner's rights"
        if live
        else f"{dead} there, all without effect"
        if dead
        else "none there",
    )


def environment() -> None:
    """Tell whose variables can be read."""
    extra = set(os.environ) - GIVEN
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                text = Path(entry.path, "environ").read_bytes()
            except OSError:
                continue
            extra |= {one.split(b"=")[0].decode("ascii", "replace") for one in text.split(b"\0")}
    extra -= {*GIVEN, ""}
    some = ", ".join(sorted(extra)[:3])
    say("environment", not extra, f"{len(extra)} more: {some}" if extra else "only what was given")


def descriptors() -> None:
    """Tell what was inherited open, and whether a terminal is at hand."""
    extra = []
    for number in range(3, 4096):
        try:
            os.fstat(number)
        except OSError:
            continue
        extra.append(f"{number} {os.readlink(f'/proc/self/fd/{number}')}"[:60])  # noqa: PTH115
    say("descriptors", not extra, "; ".join(extra[:3]) or "0, 1 and 2 only")
    terminals = [str(number) for number in range(3) if os.isatty(number)]
    error = refused(lambda: os.close(os.open("/dev/tty", os.O_RDWR)))
    say(
        "terminal",
        not terminals and bool(error),
        f"descriptor {', '.join(terminals)} is one"
        if terminals
        else f"/dev/tty: {error or 'can be opened'}",
    )


def keys() -> None:
    """Tell which keys of the kernel's can be seen."""
    try:
        found = Path("/proc/keys").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError as error:
        say("keyring", True, f"/proc/keys: {error.strerror}")  # noqa: FBT003 - as say has it
        return
    say("keyring", not found, f"{len(found)} keys can be seen" if found else "no key can be seen")


if __name__ == "__main__":
    user()
    privileges()
    environment()
    descriptors()
    keys()

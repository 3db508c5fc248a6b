"""What a run of ours could leave behind on this host, as it is at one moment.

Other runs may go on beside a test. So processes, containers, volumes and control groups count only
where nobody alive owns them; files count below the test's own folder, or where a sandbox's user
made them.
"""

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from flaskgrade.errors import SandboxUnavailable
from flaskgrade.sandbox.cgroup import marked
from flaskgrade.sandbox.docker_engine import FAILURES, connect
from flaskgrade.sandbox.docker_owner import OWNER, is_abandoned
from flaskgrade.sandbox.ownership import PREFIX, abandoned
from flaskgrade.sandbox.rootfs import USERS

ORDINARY = 12345  # the user that tests run the harness as
STRANGERS = frozenset({*USERS.values(), ORDINARY})
SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run")
CHANGING = ("cache", "out")  # below a test's folder: what a run is to write
LATE_SECONDS = 5.0  # what has been killed may take so long to be gone


@dataclass(frozen=True, kw_only=True)
class HostState:
    """Names of all that is there and should not come to be more, by kind."""

    processes: frozenset[str]
    containers: frozenset[str]
    volumes: frozenset[str]
    networks: frozenset[str]
    groups: frozenset[str]
    mounts: frozenset[str]
    shared: frozenset[str]
    files: frozenset[str]
    runs: frozenset[str]
    limits: frozenset[str]

    @classmethod
    def take(cls, folder: Path) -> Self:
        """Look around; `folder` is the test's own, with `cache` and `out` in it."""
        containers, volumes, networks = engine()
        return cls(
            processes=frozenset(orphans()),
            containers=containers,
            volumes=volumes,
            networks=networks,
            groups=frozenset(groups()),
            mounts=frozenset(mounts(folder)),
            shared=frozenset(shared()),
            files=frozenset(files(folder)),
            runs=frozenset(p.name for p in (folder / "cache" / "runs").glob("run-*")),
            limits=frozenset(kernel()),
        )

    def changes(self, later: Self) -> tuple[str, ...]:
        """Return in words what is there later and was not, or is gone, by kind."""
        told = []
        for field in fields(self):
            before: frozenset[str] = getattr(self, field.name)
            after: frozenset[str] = getattr(later, field.name)
            told += [f"new in {field.name}: {one}" for one in sorted(after - before)]
            if field.name in {"files", "limits"}:
                told += [f"gone from {field.name}: {one}" for one in sorted(before - after)]
        return tuple(told)

    def left(self, folder: Path) -> tuple[str, ...]:
        """Return the changes since, as soon as there are none, and what there is at the latest."""
        deadline = time.monotonic() + LATE_SECONDS
        while (changes := self.changes(type(self).take(folder))) and time.monotonic() < deadline:
            time.sleep(0.1)
        return changes


def orphans() -> Iterator[str]:
    """Yield the processes of sandboxes that no living Python program started."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):
            words = (entry / "cmdline").read_bytes().decode(errors="replace")
            uid = int(status(entry.name, "Uid"))
            of_ours = uid in STRANGERS or f"{PREFIX}-" in words
            if of_ours and words and not contained(entry) and not owned(entry.name):
                started = (entry / "stat").read_text().rpartition(")")[2].split()[19]
                yield f"{entry.name}@{started} uid {uid}: {words[:80]!r}"


def contained(entry: Path) -> bool:
    """Tell whether a process is a container's: those are counted as such."""
    return "/docker/" in (entry / "cgroup").read_text()


def owned(pid: str) -> bool:
    """Tell whether a Python program is among the ancestors of a process, or it is one itself."""
    while pid not in {"0", "1"}:
        if "python" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode(
            errors="replace"
        ) and int(status(pid, "Uid")) in {os.getuid(), ORDINARY}:
            return True
        pid = status(pid, "PPid")
    return False


def status(pid: str, field: str) -> str:
    """Return the first value of a line of a process's status."""
    text = Path(f"/proc/{pid}/status").read_text(errors="replace")
    return next(ln for ln in text.splitlines() if ln.startswith(f"{field}:")).split()[1]


def engine() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return containers and volumes that nobody alive owns, and networks."""
    nothing: frozenset[str] = frozenset()
    try:
        client = connect(timeout_seconds=10).client
    except (SandboxUnavailable, *FAILURES):
        return nothing, nothing, nothing
    with contextlib.closing(client):
        made = client.containers(all=True)
        kept = client.volumes()["Volumes"] or ()
        return (
            frozenset(
                one["Names"][0]
                for one in made
                if OWNER not in one["Labels"]
                or is_abandoned(one["Labels"], created=float(one["Created"]))
            ),
            frozenset(
                one["Name"]
                for one in kept
                if OWNER not in (one["Labels"] or {})
                and not any(name.startswith(PREFIX) for name in one["Labels"] or {})
            ),
            frozenset(one["Name"] for one in client.networks()),
        )


def groups() -> Iterator[str]:
    """Yield the control groups whose owner is no more."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        if after.split()[0] in {"cgroup", "cgroup2"}:
            yield from (str(one) for one in marked(Path(before.split()[4])) if abandoned(one.name))


def mounts(folder: Path) -> Iterator[str]:
    """Yield the mounts that have to do with a folder, or lie where sandboxes put theirs."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        if str(folder) in line:
            yield line


def shared() -> Iterator[str]:
    """Yield what users of sandboxes own in folders that everybody may write to."""
    for place in SHARED:
        with contextlib.suppress(OSError):
            for entry in os.scandir(place):
                with contextlib.suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_uid in STRANGERS or (
                        entry.name.startswith("fg-")
                    ):
                        yield entry.path


def files(folder: Path) -> Iterator[str]:
    """Yield everything below a folder with its mode, owner, size and time, but what may change."""

    def reached(path: Path) -> Iterator[Path]:
        for entry in path.iterdir():
            yield entry
            if entry.is_dir() and not entry.is_symlink():
                yield from reached(entry)

    for top in folder.iterdir():
        if top.name in CHANGING:
            continue
        for path in (top, *(reached(top) if top.is_dir() else ())):
            stat = path.lstat()
            changed = 0 if path.is_dir() else stat.st_mtime_ns
            yield json.dumps([str(path), oct(stat.st_mode), stat.st_uid, stat.st_size, changed])


def kernel() -> Iterator[str]:
    """Yield settings of the kernel that hostile code would change."""
    for name in ("kernel/core_pattern", "kernel/modprobe", "kernel/hostname", "vm/swappiness"):
        with contextlib.suppress(OSError):
            yield f"{name}={(Path('/proc/sys') / name).read_text().strip()}"

"""Memory and processes of one sandbox, limited and counted by the kernel.

Works without systemd: by hand below our own control group, so that no limit set on us is left.
Version 1 (root), version 2 (root, or a user to whom a group is delegated), or the two together, as
on a hybrid host. Where none can be written, the watchdog watches instead.
https://docs.kernel.org/admin-guide/cgroup-v2.html and .../cgroup-v1/memory.html
"""

import contextlib
import os
import re
import secrets
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flaskgrade.sandbox.base import Limits
from flaskgrade.sandbox.ownership import PREFIX, abandoned, mark

NEAR = 0.9  # a share of the limit: whoever came so near ran into their own


@dataclass(frozen=True, kw_only=True)
class Parents:
    """The groups below which those of the sandboxes are made; None where there is no such one."""

    memory: Path | None = None
    processes: Path | None = None
    processor: Path | None = None
    unified: Path | None = None  # version 2, if only for its cgroup.kill


class ControlGroups:
    """Makes control groups. `found` looks where, once."""

    def __init__(self, parents: Parents) -> None:
        self._parents = parents
        self._mark = mark()

    @classmethod
    def found(cls, *, proc: Path = Path("/proc")) -> "ControlGroups | None":
        """Return the maker for this host, or None where memory cannot be limited this way."""
        parents = discover(proc)
        if parents.memory is None:
            return None
        groups = cls(parents)
        return groups if groups._usable() else None

    def _usable(self) -> bool:
        """Tell whether a process can really be put into a group: a delegated one is checked."""
        try:
            group = self.make(Limits())
        except OSError:
            return False
        try:
            with subprocess.Popen(["/bin/sh", "-c", "read -r _"], stdin=subprocess.PIPE) as process:
                group.add(process.pid)
        except OSError:
            return False
        else:
            return True
        finally:
            group.remove()

    def make(self, limits: Limits) -> "ControlGroup":
        """Make a group with the limits. Raises OSError."""
        # By chance, not by number: a process may have several makers.
        name = f"{self._mark}-{secrets.randbits(48)}"
        parents = self._parents
        folders = tuple(
            dict.fromkeys(
                parent / name
                for parent in (
                    parents.memory,
                    parents.processes,
                    parents.processor,
                    parents.unified,
                )
                if parent
            )
        )
        group = ControlGroup(folders=folders)
        try:
            for folder in folders:
                folder.mkdir()
            group.limit(limits)
        except OSError:
            group.remove()
            raise
        return group


@dataclass(frozen=True, kw_only=True)
class ControlGroup:
    """The control group of one command, under one name in each hierarchy."""

    folders: tuple[Path, ...]

    def add(self, pid: int) -> None:
        """Put a process into it; its children will be, too. Raises OSError."""
        for folder in self.folders:
            (folder / "cgroup.procs").write_text(str(pid))

    def limit(self, limits: Limits) -> None:
        """Set the limits. Raises OSError where one cannot be set."""
        for folder in self.folders:
            if (folder / "memory.limit_in_bytes").exists():
                (folder / "memory.limit_in_bytes").write_text(str(limits.memory_bytes))
                with contextlib.suppress(FileNotFoundError):  # kernels without swap accounting
                    (folder / "memory.memsw.limit_in_bytes").write_text(str(limits.memory_bytes))
            elif (folder / "memory.max").exists():
                (folder / "memory.max").write_text(str(limits.memory_bytes))
                with contextlib.suppress(FileNotFoundError):
                    (folder / "memory.swap.max").write_text("0")
            if (folder / "pids.max").exists():
                (folder / "pids.max").write_text(str(limits.processes))
            if (folder / "cpu.shares").exists():  # 1024 is what a weight of 100 is in version 2
                (folder / "cpu.shares").write_text(str(max(2, limits.cpu_weight * 1024 // 100)))
            elif (folder / "cpu.weight").exists():
                (folder / "cpu.weight").write_text(str(limits.cpu_weight))

    def starved(self) -> bool:
        """Tell whether processes were killed for a memory limit that is not this group's.

        A group above it, or the host, had no memory left: then its own limit was never reached.
        """
        return self.memory_kills() > 0 and not any(map(reached, self.folders))

    def memory_kills(self) -> int:
        """Return how many of its processes were killed for want of memory, its own limit or not."""
        for folder in self.folders:
            for name in ("memory.oom_control", "memory.events"):
                with contextlib.suppress(FileNotFoundError):
                    counts = dict(line.split() for line in (folder / name).read_text().splitlines())
                    return int(counts.get("oom_kill", 0))
        return 0

    def kill(self) -> bool:
        """Kill all processes in it at once; tell whether the kernel can (5.14 and version 2)."""
        for folder in self.folders:
            with contextlib.suppress(OSError):
                (folder / "cgroup.kill").write_text("1")
                return True
        return False

    def remove(self, *, patience: float = 2.0) -> bool:
        """Remove it; tell whether that worked, which is the proof that no process is left."""
        deadline = time.monotonic() + patience
        left = list(self.folders)
        while True:
            left = [folder for folder in left if not removed(folder)]
            if not left or time.monotonic() > deadline:
                return not left
            time.sleep(0.002)


def reached(folder: Path) -> bool:
    """Tell whether a group has ever come near its own memory limit.

    By its peak: version 1's count of failures stays 0 on recent kernels, and what is charged in
    batches may be refused a little below the limit. In doubt it was its own.
    """
    for peak, limit in (
        ("memory.max_usage_in_bytes", "memory.limit_in_bytes"),
        ("memory.memsw.max_usage_in_bytes", "memory.memsw.limit_in_bytes"),
        ("memory.peak", "memory.max"),
    ):
        with contextlib.suppress(OSError, ValueError):  # "max": none
            if int((folder / peak).read_text()) >= NEAR * int((folder / limit).read_text()):
                return True
    counts = dict(line.split() for line in lines(folder / "memory.events"))
    return int(counts.get("max", 0)) > 0


def removed(folder: Path) -> bool:
    """Remove an empty control group; a busy one stays."""
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def discover(proc: Path) -> Parents:
    """Find the groups in which this process is, and of them those where it may make others."""
    own: dict[str, str] = {}
    for line in lines(proc / "self" / "cgroup"):
        _, separator, rest = line.partition(":")
        if separator:
            controllers, _, path = rest.partition(":")
            own |= dict.fromkeys(controllers.split(","), path)
    memory = processes = processor = unified = None
    for root, point, kind, options in mounts(proc):
        if kind == "cgroup2" and "" in own:
            unified = own_folder(point, root, own[""])
        elif kind == "cgroup":
            kinds = options.split(",")
            if "memory" in kinds:
                memory = own_folder(point, root, own.get("memory", "/"))
            if "pids" in kinds:
                processes = own_folder(point, root, own.get("pids", "/"))
            if "cpu" in kinds:
                processor = own_folder(point, root, own.get("cpu", "/"))
    if memory is None and unified is not None:
        unified = memory = distributing(unified)
    return Parents(memory=memory, processes=processes, processor=processor, unified=unified)


def own_folder(point: Path, root: str, path: str) -> Path | None:
    """Return our own group's folder, if we may make groups below it."""
    inside = os.path.relpath(path, root) if path.startswith(root) else "."
    folder = (point / inside).resolve()
    return folder if os.access(folder, os.W_OK) else None


def distributing(own: Path) -> Path | None:
    """Return the nearest group, from ours upwards, that hands memory and pids on to its children.

    A group of version 2 with processes in it cannot (the rule of "no internal processes"), so it
    is hardly ever our own. The climb ends where we may no longer write.
    """
    wanted = {"memory", "pids"}
    for folder in (own, *own.parents):
        control = folder / "cgroup.subtree_control"
        if not control.exists() or not os.access(folder, os.W_OK):
            return None
        if not wanted <= set(control.read_text().split()):
            with contextlib.suppress(OSError):
                control.write_text("+memory +pids")
        if wanted <= set(control.read_text().split()):
            return folder
    return None


def lines(path: Path) -> list[str]:
    """Return a file's lines; none where it is not there."""
    try:
        text = path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return []
    return text.removesuffix("\n").split("\n")


def mounts(proc: Path) -> Iterator[tuple[str, Path, str, str]]:
    """Yield root, mount point, kind and options of the mounts that we see.

    Others choose the names: of any bytes, a source may be empty, and what is no single word to
    Python is one to the kernel, which spells out space, tab, newline and backslash alone.
    """
    for line in lines(proc / "self" / "mountinfo"):
        fields, separator, rest = line.partition(" - ")
        if separator:
            root, point = (spelled(name) for name in fields.split(" ")[3:5])
            kind, _, options = rest.split(" ", 2)
            yield root, Path(point), kind, options


def spelled(name: str) -> str:
    r"""Return a name of the kernel's tables as it is: `\040` is a space."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), name)


def marked(top: Path) -> Iterator[Path]:
    """Yield the groups below one that may be ours. Others may come and go meanwhile."""
    for parent, names, _ in os.walk(top):  # which minds nothing that vanishes; a glob does
        yield from (Path(parent, name) for name in names if name.startswith(f"{PREFIX}-"))


def sweep_groups(*, proc: Path = Path("/proc")) -> tuple[str, ...]:
    """Remove the groups of runs that are no more; return their names. A live run's stay."""
    swept: list[str] = []
    for _, point, kind, _ in mounts(proc):
        if kind not in {"cgroup", "cgroup2"}:
            continue
        for folder in marked(point):
            if abandoned(folder.name):
                ControlGroup(folders=(folder,)).kill()
                if removed(folder):
                    swept.append(folder.name)
    return tuple(dict.fromkeys(swept))

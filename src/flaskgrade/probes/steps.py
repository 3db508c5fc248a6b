"""The probes that one command answers by itself, and those that are judged by how it ended."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flaskgrade.probes.base import Told
from flaskgrade.probes.bench import CAP, MEMORY, MUCH, SIZE, Bench, bounds, told, why
from flaskgrade.sandbox.base import MIB, Ended, Limits, Outcome

ASLEEP = 4  # seconds
MOST_FILES = 100_000


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is run together. `rows` are the names of what it answers."""

    rows: tuple[str, ...]
    run: Callable[[Bench], Iterable[Told]]


def said(program: str, *words: str, rows: tuple[str, ...], limits: Limits | None = None) -> Step:
    """Return a step of a program that tells its rows itself."""

    def run(bench: Bench) -> Iterable[Told]:
        return _or_why(bench.run(bench.command(program, *words, limits=limits)), rows)

    return Step(rows=rows, run=run)


def network(bench: Bench) -> Iterable[Told]:
    """Try the network; whether a datagram arrived is seen out here."""
    outcome = bench.run(bench.command("network", bench.bait.words()))
    arrived = bench.bait.datagrams()
    for one in _or_why(outcome, NETWORK):
        if one.row == "UDP" and arrived:
            yield Told(row="UDP", holds=False, detail=f"{arrived} datagrams reached the host")
        else:
            yield one


def host_files(bench: Bench) -> Iterable[Told]:
    """Look for a file of the host's that anybody may read."""
    words = json.dumps({"paths": [str(bench.bait.file)], "token": bench.bait.token})
    return _or_why(bench.run(bench.command("files", "host", words)), ("host files",))


def killed(row: str, program: str, case: str, limits: Limits, **given: object) -> Step:
    """Return a step of a program that has to be ended by the memory limit, or be refused."""

    def run(bench: Bench) -> Iterable[Told]:
        outcome = bench.run(
            bench.command(program, case, json.dumps({"row": row, **given}), limits=limits)
        )
        rows = {one.row: one for one in told(outcome)}
        if outcome.memory_kills or outcome.ended is Ended.OUT_OF_MEMORY:
            yield Told(row=row, holds=True, detail=f"ended at the limit{_last_sign(outcome)}")
        elif row in rows:
            yield rows[row]
        elif outcome.ended is Ended.EXITED and b"MemoryError" in outcome.stderr:
            yield Told(row=row, holds=True, detail="refused at the limit")
        else:
            yield Told(row=row, holds=None, detail=why(outcome))

    return Step(rows=(row,), run=run)


def wall_clock(bench: Bench) -> Iterable[Told]:
    """Sleep for longer than is allowed."""
    words = json.dumps({"seconds": ASLEEP})
    outcome = bench.run(bench.command("zones", "rest", words, limits=bounds(wall_seconds=0.7)))
    detail = f"{outcome.ended.value} after {outcome.seconds:.1f} s of 0.7 allowed"
    if outcome.ended is Ended.TIMED_OUT:
        yield Told(row="wall clock", holds=True, detail=detail)
    elif outcome.seconds >= ASLEEP:
        yield Told(row="wall clock", holds=False, detail=detail)
    else:
        yield Told(row="wall clock", holds=None, detail=why(outcome))


def flood(row: str, descriptor: int) -> Step:
    """Return a step that writes 32 times what is allowed."""

    def run(bench: Bench) -> Iterable[Told]:
        words = json.dumps({"descriptor": descriptor, "mebibytes": 32})
        outcome = bench.run(
            bench.command("limits", "flood", words, limits=bounds(output_bytes=MIB))
        )
        kept = max(len(outcome.stdout), len(outcome.stderr)) / MIB
        detail = f"{outcome.ended.value}, {kept:.0f} MiB kept of 1 allowed"
        if kept > 1 or outcome.ended is Ended.TOO_MUCH_OUTPUT:
            yield Told(row=row, holds=kept <= 1, detail=detail)
        else:
            yield Told(row=row, holds=None, detail=why(outcome))

    return Step(rows=(row,), run=run)


def _or_why(outcome: Outcome, rows: tuple[str, ...]) -> Iterable[Told]:
    found = told(outcome)
    answered = {one.row for one in found}
    yield from found
    for row in rows:
        if row not in answered:
            yield Told(row=row, holds=None, detail=why(outcome))


def _last_sign(outcome: Outcome) -> str:
    """Return the last number that a program gave as a sign of life."""
    lines = outcome.stdout.decode("ascii", "replace").splitlines()
    signs = [line for line in lines if line.isdigit()]
    return f", after {int(signs[-1]):,}" if signs else ""


IDENTITY = (
    *("user", "groups", "capabilities", "no new privileges", "system call filter"),
    *("setuid programs", "environment", "descriptors", "terminal", "keyring"),
)
NETWORK = (
    *("loopback works", "interfaces", "TCP", "UDP", "DNS", "IPv6", "metadata address"),
    *("abstract sockets", "AF_VSOCK", "AF_ALG", "raw sockets", "socket families", "netlink"),
)
PLACES = (
    *("size of /", "size of /dev", "size of /tmp", "size of /dev/shm"),
    *("size of working folder", "size of message queues"),
)
CALLS = (
    *("keyctl", "add_key", "request_key", "io_uring_setup", "bpf", "perf_event_open"),
    *("userfaultfd", "ptrace", "process_vm_readv", "kcmp", "pidfd_getfd", "unshare", "setns"),
    *("clone, new user", "clone3, new user", "time namespace", "mount", "fsopen", "open_tree"),
    *("pivot_root", "chroot", "open_by_handle_at", "kexec_load", "init_module", "finit_module"),
    *("reboot", "clock_adjtime", "TIOCSTI", "kernel log", "/proc writes", "/sys writes"),
)
SMALL = bounds(memory_bytes=MEMORY)
LIMITED: tuple[tuple[str, str, dict[str, int], Limits], ...] = (
    ("processes", "processes", {"most": 200}, bounds(processes=40)),
    ("threads", "threads", {"most": 400}, bounds(processes=40)),
    ("open files", "open", {"most": 900}, bounds(open_files=64)),
    ("size of one file", "file", {"cap": CAP}, bounds(file_bytes=4 * MIB)),
    ("core files", "core", {}, bounds()),
    ("processor priority", "priority", {}, bounds()),
)
STEPS = (
    said("identity", rows=IDENTITY),
    Step(rows=NETWORK, run=network),
    said("calls", rows=CALLS),
    said("files", "places", json.dumps({"size": SIZE, "cap": CAP}), rows=PLACES),
    Step(rows=("host files",), run=host_files),
    *(
        said("limits", case, json.dumps(given), rows=(row,), limits=limits)
        for row, case, given, limits in LIMITED
    ),
    killed("memory, one process", "limits", "memory", SMALL, mebibytes=MUCH),
    killed("memory, many processes", "limits", "many", SMALL, mebibytes=MUCH),
    killed(
        "files count as memory",
        "files",
        "charged",
        bounds(memory_bytes=MEMORY, tmp_bytes=2 * MUCH * MIB),
        cap=MUCH * MIB,
    ),
    *(
        killed(f"memory in {kind}", "files", "memory", SMALL, cap=MUCH * MIB)
        for kind in ("memfds", "shared segments", "shared pages", "sockets")
    ),
    *(
        killed(f"files in {folder}", "files", "inodes", SMALL, folder=folder, most=MOST_FILES)
        for folder in ("/tmp", "/dev/shm")  # noqa: S108 - the sandbox's own
    ),
    Step(rows=("wall clock",), run=wall_clock),
    flood("flood of stdout", 1),
    flood("flood of stderr", 2),
)

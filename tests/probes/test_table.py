"""The doctor's probes tell the truth of sandboxes that hold, and of one that holds nothing."""

import os
import socket
import tempfile
from pathlib import Path

import pytest

from flaskgrade.errors import SandboxBroken
from flaskgrade.probes.base import Line, Standing
from flaskgrade.probes.lines import LINES
from flaskgrade.probes.observed import OBSERVED
from flaskgrade.probes.steps import STEPS
from flaskgrade.probes.table import QUICK, probe
from flaskgrade.sandbox.base import Endpoint, Sandbox, Zone
from tests.fakes import BreakingSandbox
from tests.weak import WeakSandbox

MUST_WORK = {"loopback works", "endpoint works"}
# What only a real root may do, whatever the sandbox; what a host may refuse to all others.
FOR_ROOT = {
    *("user", "groups", "raw sockets", "netlink", "size of /", "size of /dev", "/proc writes"),
    *("/sys writes", "kernel log", "keyring", "processor priority", "setns", "time namespace"),
    *("mount", "fsopen", "open_tree", "pivot_root", "chroot", "reboot", "open_by_handle_at"),
    *("clock_adjtime", "bpf", "perf_event_open", "io_uring_setup", "userfaultfd", "unshare"),
    *("clone, new user", "clone3, new user"),
}


def opens(family: int, kind: int = socket.SOCK_STREAM) -> bool:
    """Tell whether this host has a family of sockets at all."""
    try:
        socket.socket(family, kind).close()
    except OSError:
        return False
    return True


def is_reachable(address: str) -> bool:
    """Tell whether this host has a way to an address; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        return s.connect_ex((address, 9)) == 0


def excused() -> set[str]:
    """Return the rows for which this host itself refuses us what a sandbox would have to."""
    found = {"size of message queues"}  # a limit of the kernel's for every user
    found |= set() if opens(38, socket.SOCK_SEQPACKET) else {"AF_ALG"}
    found |= set() if opens(40) else {"AF_VSOCK"}
    found |= set() if is_reachable("192.0.2.1") else {"DNS", "metadata address"}
    found |= set() if Path("/proc/net/if_inet6").exists() else {"IPv6"}
    found |= set() if Path("/proc/modules").exists() else {"init_module", "finit_module"}
    found |= set() if Path("/sys/kernel/kexec_loaded").exists() else {"kexec_load"}
    status = Path("/proc/self/status").read_text(encoding="ascii")
    may_administer = any(
        int(line.split()[1], 16) & 1 << 21
        for line in status.splitlines()
        if line.startswith("CapEff")
    )
    return found if may_administer else found | FOR_ROOT


def lines(*names: str) -> tuple[Line, ...]:
    """Return lines by their names."""
    return tuple(line for line in LINES if line.name in names)


def test_every_line_is_answered_by_one_step_and_no_step_speaks_of_another() -> None:
    """The table and the probes speak of the same rows."""
    answered = [row for step in (*STEPS, *OBSERVED) for row in step.rows]

    assert sorted(answered) == sorted(line.name for line in LINES)


def test_every_limit_of_both_backends_holds(sandbox: Sandbox) -> None:
    """On this host each backend stops every probe that bears on all hosts."""
    rows = probe(sandbox)

    found = {row.line.name: row for row in rows}
    depends = set()
    if os.geteuid() != 0 and sandbox.name == "bwrap":  # see docs/security.md
        depends = {"host users", "files in /tmp", "files in /dev/shm", "files count as memory"}
        depends |= {"memory in shared pages", "memory in sockets"}
    assert [row for name, row in found.items() if row.standing is not Standing.HOLDS] == [
        row for name, row in found.items() if name in depends and row.standing is Standing.BROKEN
    ]
    assert [row.line for row in rows] == list(LINES)


@pytest.mark.timeout(300)
def test_no_limit_holds_in_a_sandbox_that_isolates_nothing() -> None:
    """Each row says DOES NOT HOLD, but for what this host itself refuses to us."""
    found = {row.line.name: row for row in probe(WeakSandbox())}

    held = {name for name, row in found.items() if row.standing is not Standing.BROKEN}
    assert held - MUST_WORK - excused() == set()
    assert all(found[name].standing is Standing.HOLDS for name in MUST_WORK)
    assert all(row.detail for row in found.values())


def test_a_weak_sandbox_leaves_nothing_of_the_probes_on_the_host() -> None:
    """Where a limit is missing, what a probe wrote is removed again."""
    places = [Path("/tmp"), Path("/dev/shm"), Path(tempfile.gettempdir())]

    probe(WeakSandbox(), lines("size of /tmp", "size of one file", "host files"))

    left = [path for place in places for path in place.glob("flaskgrade-probe-*")]
    assert [path for path in left if not path.is_dir()] == []


class Unlit(WeakSandbox):
    """A sandbox whose endpoint leads nowhere."""

    def endpoint(self, connecting: Zone = Zone.EXAMINER) -> Endpoint:
        """Give one path to the server and another one to its clients."""
        given = super().endpoint(connecting)
        return Endpoint(bind=given.bind, path=f"{given.path}.other", reference=given.reference)


def test_an_endpoint_that_leads_nowhere_is_seen() -> None:
    """What must work and does not is told like a limit that does not hold."""
    found = {row.line.name: row for row in probe(Unlit(), lines("endpoint works"))}

    assert found["endpoint works"].standing is Standing.BROKEN


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's namespace has other faults, too")
def test_a_loopback_that_is_down_is_seen() -> None:
    """In a new network namespace the loopback interface is down until somebody brings it up."""
    found = {
        row.line.name: row
        for row in probe(WeakSandbox("unshare", "--net", "--"), lines("loopback works"))
    }

    assert found["loopback works"].standing is Standing.BROKEN


def test_a_sandbox_that_breaks_in_a_probe_proves_nothing(bwrap_sandbox: Sandbox) -> None:
    """A row that could not be probed says why, and never that it holds."""
    breaking = BreakingSandbox(bwrap_sandbox, breaks=lambda label: label.startswith("probe calls"))

    rows = probe(breaking, lines("keyctl", "user"))

    assert [(row.line.name, row.standing) for row in rows] == [
        ("user", Standing.HOLDS),
        ("keyctl", Standing.UNKNOWN),
    ]
    assert "went away" in rows[1].detail


def test_a_sandbox_in_which_nothing_can_be_probed_is_broken(bwrap_sandbox: Sandbox) -> None:
    """A table without a single answer would look like one without a single fault."""
    breaking = BreakingSandbox(bwrap_sandbox, breaks=lambda label: label.startswith("probe"))

    with pytest.raises(SandboxBroken, match="no probe could be run"):
        probe(breaking, QUICK)


def test_a_quick_look_has_a_row_of_each_kind_that_decides() -> None:
    """Few rows, from several areas."""
    assert 10 <= len(QUICK) <= 20
    assert len({line.area for line in QUICK}) >= 5


def test_each_row_says_what_follows_and_what_to_do() -> None:
    """No row leaves its reader alone."""
    assert [line for line in LINES if not line.follows.endswith(".") or not line.remedy] == []

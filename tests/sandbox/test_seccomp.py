import errno
import json
import platform
import struct

import pytest

from flaskgrade.sandbox.base import Sandbox
from flaskgrade.sandbox.seccomp import ALLOW, ERRNO, KILL, MACHINES, SHMGET, UNSEEN, program
from tests.conformance.probe import answer, command, python

REFUSED = ERRNO | errno.EPERM
MISSING = ERRNO | errno.ENOSYS


def judge(
    machine: str,
    number: int,
    *arguments: int,
    audit: int | None = None,
    watched: bool = False,
) -> int:
    """Run the filter on a system call, as the kernel would."""
    text = program(machine, watched=watched)
    assert text is not None
    code: list[tuple[int, int, int, int]] = list(struct.iter_unpack("<HBBI", text))
    low = [argument & 0xFFFFFFFF for argument in (*arguments, *[0] * 6)][:6]
    data = {0: number, 4: MACHINES[machine].audit if audit is None else audit}
    data |= {16 + 8 * index: value for index, value in enumerate(low)}
    high = [argument >> 32 for argument in (*arguments, *[0] * 6)][:6]
    data |= {20 + 8 * index: value for index, value in enumerate(high)}
    at = held = 0
    while True:
        operation, yes, no, value = code[at]
        at += 1
        match operation:
            case 0x20:
                held = data[value]
            case 0x15:
                at += yes if held == value else no
            case 0x35:
                at += yes if held >= value else no
            case 0x45:
                at += yes if held & value else no
            case 0x06:
                return value
            case other:
                raise AssertionError(f"an instruction that is not expected: {other:#x}")


@pytest.mark.parametrize("machine", MACHINES)
def test_what_programs_need_is_allowed(machine: str) -> None:
    """Reads, writes and plain forks pass, and sockets of the families that remain."""
    known = MACHINES[machine]
    fork = 0x01200011
    assert judge(machine, 0 if machine == "x86_64" else 63, 3) == ALLOW
    assert judge(machine, known.clone, fork) == ALLOW
    assert [judge(machine, known.socket, family) for family in (1, 2, 10, 16)] == [ALLOW] * 4
    assert judge(machine, known.ioctl, 0, 0x5401) == ALLOW
    assert judge(machine, 5000) == ALLOW, "calls yet to be invented"


@pytest.mark.parametrize("machine", MACHINES)
def test_what_programs_have_no_business_with_is_refused(machine: str) -> None:
    """Namespaces, other families of sockets and terminal injection are judged by argument."""
    known = MACHINES[machine]
    for flag in (0x20000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000):
        assert judge(machine, known.clone, flag | 17) == REFUSED
    assert judge(machine, known.socket, 40) == ERRNO | errno.EAFNOSUPPORT
    assert judge(machine, known.socket, 17) == ERRNO | errno.EAFNOSUPPORT
    assert judge(machine, known.ioctl, 0, 0x5412) == REFUSED
    assert judge(machine, known.ioctl, 0, 0xFFFFFFFF_00005412) == REFUSED, "high bits do not help"
    assert judge(machine, 435) == MISSING, "clone3"
    assert judge(machine, 425) == REFUSED, "io_uring_setup"


@pytest.mark.parametrize("machine", MACHINES)
def test_memory_that_a_watchdog_cannot_see_is_missing_only_where_one_watches(machine: str) -> None:
    """Files in memory and System V segments are there where the kernel counts them."""
    column = MACHINES[machine].column
    numbers = [pair[column] for pair in UNSEEN.values()]
    assert {judge(machine, number) for number in numbers} == {ALLOW}
    assert {judge(machine, number, watched=True) for number in numbers} == {MISSING}
    segment = SHMGET[column]
    assert judge(machine, segment, 0, 1 << 40) == ALLOW
    assert judge(machine, segment, 4, 56, 0o3600, watched=True) == ALLOW, "PostgreSQL's"
    for size in (4097, 1 << 20, (1 << 32) + 56, (1 << 64) - 1):
        assert judge(machine, segment, 0, size, watched=True) == MISSING


@pytest.mark.parametrize(
    ("machine", "numbers"),
    [
        ("x86_64", {"ptrace": 101, "mount": 165, "keyctl": 250, "unshare": 272, "bpf": 321}),
        ("aarch64", {"ptrace": 117, "mount": 40, "keyctl": 219, "unshare": 97, "bpf": 280}),
    ],
)
def test_each_machine_has_its_own_numbers(machine: str, numbers: dict[str, int]) -> None:
    """The numbers are the kernel's for that machine, not for the other."""
    assert {judge(machine, number) for number in numbers.values()} == {REFUSED}


@pytest.mark.parametrize("machine", MACHINES)
def test_a_program_of_another_machine_is_killed(machine: str) -> None:
    """The 32-bit way into the kernel has other numbers, so nothing comes through it."""
    assert judge(machine, 0, audit=0x40000003) == KILL


def test_the_x32_way_in_is_missing() -> None:
    """The third set of numbers on x86_64 is not there."""
    assert judge("x86_64", 0x40000000 | 101) == MISSING


def test_there_is_no_filter_for_an_unknown_machine() -> None:
    """No filter is better known than a wrong one."""
    assert program("riscv64") is None


def test_the_kernel_judges_as_the_simulation_does(bwrap_sandbox: Sandbox) -> None:
    """What the tests above say about this machine is what happens in a sandbox."""
    calls = {number: judge(platform.machine(), number) for number in (425, 435, 442, 443)}
    code = """
        import ctypes, json, sys
        libc = ctypes.CDLL(None, use_errno=True)
        results = {}
        for number in json.loads(sys.argv[1]):
            libc.syscall(number, ctypes.c_long(-1), None, ctypes.c_long(0))
            results[number] = ctypes.get_errno()
        print(results)
    """
    outcome = bwrap_sandbox.run(command(python(bwrap_sandbox, code, json.dumps(list(calls)))))
    assert answer(outcome) == {number: result & 0xFFFF for number, result in calls.items()}

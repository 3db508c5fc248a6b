"""Every backend: whatever a command may use has an end."""
# A test's name is its sentence.
# ruff: noqa: D103

from concurrent.futures import ThreadPoolExecutor

import pytest

from flaskgrade.sandbox.base import MIB, Ended, Sandbox
from tests.conformance.probe import answer, command, limits, python, sh


def test_memory_of_one_process_is_limited(sandbox: Sandbox) -> None:
    code = """
        import time
        held = []
        for _ in range(60):
            held.append(bytearray(b"x") * (10 << 20))
            time.sleep(0.01)
        time.sleep(3)
        print("held")
    """
    outcome = sandbox.run(
        command(python(sandbox, code), limits=limits(memory_bytes=128 * MIB, wall_seconds=15))
    )
    assert outcome.ended is Ended.OUT_OF_MEMORY
    assert outcome.memory_kills >= 1
    assert outcome.stdout == b""


def test_memory_of_all_processes_together_is_limited(sandbox: Sandbox) -> None:
    code = """
        import os, time
        for _ in range(8):
            if not os.fork():
                held = bytearray(b"x") * (40 << 20)
                time.sleep(2)
                os._exit(0)
        for _ in range(8):
            os.wait()
        print("lived")
    """
    outcome = sandbox.run(
        command(python(sandbox, code), limits=limits(memory_bytes=128 * MIB, wall_seconds=15))
    )
    assert outcome.memory_kills >= 1, outcome


HIDING = {
    "memfds": """
        import os
        held = []
        for _ in range(16):
            held.append(os.memfd_create("x"))
            for _ in range(16):
                os.write(held[-1], bytes(1 << 20))
    """,
    "segments": """
        import ctypes
        libc = ctypes.CDLL(None)
        libc.shmat.restype = ctypes.c_void_p
        for _ in range(16):
            key = libc.shmget(0, ctypes.c_size_t(16 << 20), 0o1600)
            assert key >= 0
            at = libc.shmat(key, None, 0)
            ctypes.memset(at, 1, 16 << 20)
            libc.shmdt(ctypes.c_void_p(at))
    """,
}


@pytest.mark.parametrize("kind", HIDING)
def test_memory_that_needs_no_mapping_is_limited(sandbox: Sandbox, kind: str) -> None:
    code = (
        HIDING[kind]
        + """
        import time
        time.sleep(1)
        print("held")
    """
    )
    outcome = sandbox.run(
        command(python(sandbox, code), limits=limits(memory_bytes=128 * MIB, wall_seconds=15))
    )
    assert outcome.stdout == b""
    assert outcome.memory_kills or not outcome.ok


def test_memory_within_the_limit_is_there(sandbox: Sandbox) -> None:
    code = "x = bytearray(b'x') * (80 << 20); print(len(x))"
    outcome = sandbox.run(command(python(sandbox, code), limits=limits(memory_bytes=128 * MIB)))
    assert answer(outcome) == 80 << 20
    assert outcome.memory_kills == 0


def test_processes_and_threads_are_limited(sandbox: Sandbox) -> None:
    code = """
        import os, time
        children = []
        while len(children) < 200:
            try:
                pid = os.fork()
            except OSError:
                break
            if not pid:
                time.sleep(30)
                os._exit(0)
            children.append(pid)
        print(len(children))
    """
    outcome = sandbox.run(command(python(sandbox, code), limits=limits(processes=40)))
    assert 30 <= answer(outcome) <= 41


def test_one_file_is_limited(sandbox: Sandbox) -> None:
    code = """
        written = 0
        try:
            with open("/tmp/big", "wb", buffering=0) as file:
                while written < 20 << 20:
                    written += file.write(bytes(1 << 18))
        except OSError as error:
            print((written, error.strerror))
    """
    outcome = sandbox.run(command(python(sandbox, code), limits=limits(file_bytes=4 * MIB)))
    assert answer(outcome) == (4 * MIB, "File too large")


def test_open_files_are_limited(sandbox: Sandbox) -> None:
    code = """
        import os
        opened = []
        try:
            while len(opened) < 5000:
                opened.append(os.open("/dev/null", os.O_RDONLY))
        except OSError as error:
            print((len(opened), error.strerror))
    """
    outcome = sandbox.run(command(python(sandbox, code), limits=limits(open_files=64)))
    assert answer(outcome) == (61, "Too many open files")


@pytest.mark.parametrize(("folder", "size"), [("/tmp", 8 * MIB), ("/dev/shm", 16 * MIB)])
def test_files_in_memory_are_limited(sandbox: Sandbox, folder: str, size: int) -> None:
    code = """
        import sys
        written = 0
        try:
            for number in range(60):
                with open(f"{sys.argv[1]}/{number}", "wb", buffering=0) as file:
                    written += file.write(bytes(1 << 20))
        except OSError:
            pass
        print(written)
    """
    outcome = sandbox.run(command(python(sandbox, code, folder), limits=limits(tmp_bytes=8 * MIB)))
    written = answer(outcome)
    assert isinstance(written, int)
    assert size * 0.8 < written <= size


def test_no_core_is_dumped(sandbox: Sandbox) -> None:
    code = """
        import os, resource
        print((resource.getrlimit(resource.RLIMIT_CORE)[1] <= 1))
        if not os.fork():
            os.chdir("/tmp")
            os.abort()
        _, status = os.wait()
        print(os.WCOREDUMP(status), os.listdir("/tmp"))
    """
    outcome = sandbox.run(command(python(sandbox, code)))
    assert outcome.stdout == b"True\nFalse []\n"


def test_many_commands_run_at_once(sandbox: Sandbox) -> None:
    def one(number: int) -> bytes:
        return sandbox.run(command(sh(f"echo {number} >/tmp/n; sleep 0.2; cat /tmp/n"))).stdout

    with ThreadPoolExecutor(16) as pool:
        outputs = list(pool.map(one, range(16)))
    assert outputs == [f"{number}\n".encode() for number in range(16)]

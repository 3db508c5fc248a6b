"""What every backend must do. A third backend passes this, or it is none.

Payloads are tiny Python programs (`-I -S`) or `/bin/sh` scripts. Where a test looks for survivors
it looks on the host, for a token in the command line, and first makes sure that it sees the living.
"""
# A test's name is its sentence.
# ruff: noqa: D103

import ast
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from flaskgrade.errors import SandboxBroken
from flaskgrade.sandbox.base import (
    MIB,
    Access,
    Command,
    Ended,
    Endpoint,
    Limits,
    Mount,
    Outcome,
    Sandbox,
    Zone,
)

QUICK = Limits(wall_seconds=20.0, memory_bytes=256 * MIB, processes=64)
NUMBERS = {  # keyctl, ptrace, unshare
    "x86_64": {"keyctl": 250, "ptrace": 101, "unshare": 272, "io_uring_setup": 425},
    "aarch64": {"keyctl": 219, "ptrace": 117, "unshare": 97, "io_uring_setup": 425},
}[os.uname().machine]


def limits(**changes: float) -> Limits:
    """Give QUICK with changes."""
    return Limits(**(vars(QUICK) | changes))


def python(sandbox: Sandbox, code: str, *arguments: str) -> tuple[str, ...]:
    """Give the command line that runs `code` in the sandbox's default interpreter."""
    path = sandbox.interpreters()[0].path
    return (path, "-I", "-S", "-c", textwrap.dedent(code), *arguments)


def sh(script: str) -> tuple[str, ...]:
    """Give the command line that runs a shell script."""
    return ("/bin/sh", "-c", script)


def command(argv: tuple[str, ...], **settings: object) -> Command:
    """Give a command of the candidate's zone with quick limits."""
    defaults: dict[str, object] = {"zone": Zone.CANDIDATE, "limits": QUICK}
    return Command(argv=argv, **(defaults | settings))  # type: ignore[arg-type]  # Command's fields


def answer(outcome: Outcome) -> Any:
    """Return the Python literal that a payload printed, and show what went wrong if it did not."""
    assert outcome.ok, outcome
    return ast.literal_eval(outcome.stdout.decode())


def living(token: str) -> list[int]:
    """Return the processes on the host that have the token in their command line."""
    pids = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                text = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if token.encode() in text:
                pids.append(int(entry.name))
    return pids


def wait_for(token: str, count: int) -> None:
    """Wait until at least `count` processes with the token live."""
    deadline = time.monotonic() + 15
    while len(living(token)) < count:
        assert time.monotonic() < deadline, f"never saw {count} processes: {living(token)}"
        time.sleep(0.02)


@pytest.fixture
def token() -> str:
    """Give a word that marks this test's processes."""
    return f"token-{uuid.uuid4().hex}"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Give a small folder."""
    folder = tmp_path / "tree"
    (folder / "sub").mkdir(parents=True)
    (folder / "hello.txt").write_text("hello")
    (folder / "sub" / "tool.sh").write_text("#!/bin/sh\necho tool\n")
    (folder / "sub" / "tool.sh").chmod(0o755)
    (folder / "link").symlink_to("hello.txt")
    return folder


# Ends, exit codes, streams


def test_a_command_that_exits_with_zero_is_ok(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("echo out; echo err >&2")))
    assert outcome.ok
    assert (outcome.ended, outcome.exit_code, outcome.signal) == (Ended.EXITED, 0, None)
    assert (outcome.stdout, outcome.stderr) == (b"out\n", b"err\n")
    assert 0 < outcome.seconds < 20


@pytest.mark.parametrize("code", [1, 2, 77, 127, 128])
def test_an_exit_code_is_handed_back(sandbox: Sandbox, code: int) -> None:
    outcome = sandbox.run(command(sh(f"exit {code}")))
    assert (outcome.ended, outcome.exit_code, outcome.signal) == (Ended.EXITED, code, None)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT])
def test_a_command_that_a_signal_kills_tells_which(sandbox: Sandbox, number: int) -> None:
    code = f"import os; os.kill(os.getpid(), {int(number)})"
    outcome = sandbox.run(command(python(sandbox, code)))
    assert (outcome.ended, outcome.exit_code, outcome.signal) == (Ended.KILLED, None, number)


@pytest.mark.parametrize("name", ["/usr/bin/no-such-command", "no-such-command"])
def test_a_command_that_does_not_exist_is_not_found(sandbox: Sandbox, name: str) -> None:
    outcome = sandbox.run(command((name, "argument")))
    assert outcome.ended is Ended.NOT_FOUND


def test_an_argument_reaches_the_command_as_it_is(sandbox: Sandbox) -> None:
    odd = ("", " ", "a b", "$HOME", "'\"", "*", "-x", "--", "line\nfeed", "é☃", "\\")
    outcome = sandbox.run(command(python(sandbox, "import sys; print(sys.argv[1:])", *odd)))
    assert answer(outcome) == list(odd)


def test_bytes_that_are_no_utf8_survive(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh(r"printf '\377\376\000x'; printf '\200' >&2")))
    assert (outcome.stdout, outcome.stderr) == (b"\xff\xfe\x00x", b"\x80")


def test_stdin_is_at_its_end_when_none_is_given(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("cat; echo end")))
    assert outcome.stdout == b"end\n"


def test_stdin_is_delivered_and_then_at_its_end(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("cat"), stdin=b"line\n\xff"))
    assert outcome.stdout == b"line\n\xff"


def test_a_large_stdin_is_delivered_whole(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("wc -c"), stdin=b"x" * (3 * MIB)))
    assert int(outcome.stdout) == 3 * MIB


def test_a_command_need_not_read_its_stdin(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("exit 3"), stdin=b"x" * MIB))
    assert (outcome.ended, outcome.exit_code) == (Ended.EXITED, 3)


def test_output_up_to_the_limit_is_whole(sandbox: Sandbox) -> None:
    script = "head -c 65536 /dev/zero; head -c 65536 /dev/zero >&2"
    outcome = sandbox.run(command(sh(script), limits=limits(output_bytes=65536)))
    assert outcome.ok
    assert (len(outcome.stdout), len(outcome.stderr)) == (65536, 65536)


@pytest.mark.parametrize("stream", [1, 2])
def test_too_much_output_ends_the_command(sandbox: Sandbox, stream: int) -> None:
    outcome = sandbox.run(
        command(sh(f"while :; do echo yes; done >&{stream}"), limits=limits(output_bytes=50_000))
    )
    assert outcome.ended is Ended.TOO_MUCH_OUTPUT
    assert (len(outcome.stdout), len(outcome.stderr)) == (
        (50_000, 0) if stream == 1 else (0, 50_000)
    )
    assert outcome.seconds < 10


def test_stdout_is_handed_on_as_it_comes(sandbox: Sandbox) -> None:
    pieces: list[tuple[float, bytes, int]] = []

    def keep(piece: bytes) -> None:
        pieces.append((time.monotonic(), piece, threading.get_ident()))

    outcome = sandbox.run(command(sh("echo one; sleep 0.5; echo two")), on_stdout=keep)
    assert b"".join(piece for _, piece, _ in pieces) == outcome.stdout == b"one\ntwo\n"
    assert pieces[-1][0] - pieces[0][0] > 0.3
    assert {thread for _, _, thread in pieces} == {threading.get_ident()}


# Time, and death


def test_a_command_that_takes_too_long_is_ended(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("echo begun; sleep 30"), limits=limits(wall_seconds=0.7)))
    assert outcome.ended is Ended.TIMED_OUT
    assert outcome.stdout == b"begun\n"
    assert (outcome.exit_code, outcome.signal) == (None, None)
    assert 0.6 < outcome.seconds < 8


FAMILY = """
    import os, signal, sys, time
    def child(*, session, twice):
        if os.fork():
            return
        if session:
            os.setsid()
        if twice and os.fork():
            os._exit(0)
        for number in (1, 2, 3, 13, 15):
            signal.signal(number, signal.SIG_IGN)
        time.sleep(60)
    for session in (False, True):
        for twice in (False, True):
            child(session=session, twice=twice)
    print("ready", flush=True)
"""


def test_every_descendant_is_dead_after_a_time_out(sandbox: Sandbox, token: str) -> None:
    argv = python(sandbox, FAMILY + "    time.sleep(60)\n", token)
    with sandbox.start(command(argv, limits=limits(wall_seconds=3.0))) as process:
        wait_for(token, 5)
        deadline = time.monotonic() + 15
        while process.alive():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        outcome = process.stop()
        assert living(token) == []
    assert outcome.ended is Ended.TIMED_OUT


def test_every_descendant_is_dead_after_the_command_has_exited(
    sandbox: Sandbox, token: str
) -> None:
    outcome = sandbox.run(command(python(sandbox, FAMILY, token)))
    assert living(token) == []
    assert outcome.ok
    assert outcome.stdout == b"ready\n"
    assert outcome.seconds < 10


def test_every_descendant_is_dead_after_a_stop(sandbox: Sandbox, token: str) -> None:
    argv = python(sandbox, FAMILY + "    time.sleep(60)\n", token)
    with sandbox.start(command(argv)) as process:
        wait_for(token, 5)
        outcome = process.stop()
        assert living(token) == []
    assert outcome.ended is Ended.STOPPED


def test_a_fork_bomb_is_contained_and_ends(sandbox: Sandbox, token: str) -> None:
    code = """
        import os, time
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                os.fork()
            except OSError:
                pass
    """
    with sandbox.start(
        command(python(sandbox, code, token), limits=limits(wall_seconds=1.5, processes=40))
    ) as process:
        wait_for(token, 20)
        most = 0
        while process.alive():
            most = max(most, len(living(token)))
        outcome = process.stop()
        assert living(token) == []
    assert outcome.ended is Ended.TIMED_OUT
    assert most <= 42


def test_a_command_may_be_started_stopped_and_stopped_again(sandbox: Sandbox) -> None:
    with sandbox.start(command(sh("echo begun; exec sleep 60"))) as process:
        time.sleep(0.3)
        assert process.alive()
        first = process.stop()
        assert not process.alive()
        second = process.stop()
    assert first == second
    assert first.ended is Ended.STOPPED


def test_a_command_that_ended_by_itself_keeps_its_reason(sandbox: Sandbox) -> None:
    with sandbox.start(command(sh("echo done; exit 5"))) as process:
        deadline = time.monotonic() + 15
        while process.alive():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        outcome = process.stop(grace_seconds=1.0)
    assert (outcome.ended, outcome.exit_code, outcome.stdout) == (Ended.EXITED, 5, b"done\n")


def test_leaving_the_block_stops_the_command(sandbox: Sandbox, token: str) -> None:
    with sandbox.start(command(python(sandbox, "import time; time.sleep(60)", token))) as process:
        wait_for(token, 1)
    assert living(token) == []
    assert not process.alive()


TERMINATED = """
    import signal, sys, time
    def end(number, frame):
        print("terminated", flush=True)
        sys.exit(0)
    signal.signal(signal.SIGTERM, {handler})
    print("ready", flush=True)
    time.sleep(60)
"""


def test_a_grace_lets_the_command_end_itself(sandbox: Sandbox, token: str) -> None:
    argv = python(sandbox, TERMINATED.format(handler="end"), token)
    with sandbox.start(command(argv)) as process:
        wait_for(token, 1)
        time.sleep(0.5)
        begin = time.monotonic()
        outcome = process.stop(grace_seconds=10.0)
    assert outcome.ended is Ended.STOPPED
    assert outcome.stdout == b"ready\nterminated\n"
    assert time.monotonic() - begin < 8


def test_a_grace_that_runs_out_is_the_end(sandbox: Sandbox, token: str) -> None:
    argv = python(sandbox, TERMINATED.format(handler="signal.SIG_IGN"), token)
    with sandbox.start(command(argv)) as process:
        wait_for(token, 1)
        time.sleep(0.5)
        begin = time.monotonic()
        outcome = process.stop(grace_seconds=0.5)
    assert outcome.ended is Ended.STOPPED
    assert 0.4 < time.monotonic() - begin < 8
    assert living(token) == []


HARNESS = """
    import importlib, sys
    from pathlib import Path
    from flaskgrade.sandbox.base import Command, Zone
    from flaskgrade.workspace import run_folder
    backend, cache, token = sys.argv[1:]
    module = importlib.import_module(f"flaskgrade.sandbox.{backend}")
    opener = getattr(module, f"{backend.capitalize()}Sandbox").open
    with run_folder(Path(cache)) as scratch:
        sandbox = opener(cache=Path(cache), scratch=scratch)
        try:
            python = sandbox.interpreters()[0].path
            code = "import os, time; os.fork(); os.setsid(); time.sleep(60)"
            sandbox.run(Command(argv=(python, "-I", "-S", "-c", code, "x" + token),
                                zone=Zone.CANDIDATE))
        finally:
            sandbox.close()
"""


@pytest.fixture
def harness(sandbox: Sandbox, cache: Path, token: str) -> Iterator[subprocess.Popen[bytes]]:
    """Give a harness in a process of its own that has a sandboxed command running."""
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HARNESS), sandbox.name, str(cache), token],
        stderr=subprocess.PIPE,
    ) as process:
        try:
            wait_for("x" + token, 2)
            yield process
        finally:
            process.kill()


def test_an_interrupt_leaves_nothing_running(
    harness: subprocess.Popen[bytes], token: str, cache: Path
) -> None:
    before = set((cache / "runs").iterdir())
    harness.send_signal(signal.SIGINT)
    _, stderr = harness.communicate(timeout=20)
    assert stderr.rstrip().endswith(b"KeyboardInterrupt")
    assert living("x" + token) == []
    assert len(before - set((cache / "runs").iterdir())) == 1, "its scratch folder is gone"


# Isolation


def test_there_is_no_network_but_loopback(sandbox: Sandbox) -> None:
    code = """
        import socket
        def attempt(family, address):
            with socket.socket(family, socket.SOCK_STREAM) as s:
                s.settimeout(3)
                try:
                    s.connect(address)
                except OSError as error:
                    return type(error).__name__
                return "connected"
        print([
            [name for _, name in socket.if_nameindex()],
            attempt(socket.AF_INET, ("192.0.2.1", 80)),
            attempt(socket.AF_INET, ("8.8.8.8", 53)),
            attempt(socket.AF_INET6, ("2001:db8::1", 80)),
        ])
    """
    names, *attempts = answer(sandbox.run(command(python(sandbox, code))))
    assert names == ["lo"]
    assert attempts == ["OSError"] * 3


def test_no_name_can_be_resolved(sandbox: Sandbox) -> None:
    code = """
        import socket
        try:
            print(repr(socket.getaddrinfo("example.com", 80)))
        except OSError as error:
            print(repr(type(error).__name__))
    """
    assert answer(sandbox.run(command(python(sandbox, code)))) == "gaierror"


def test_a_service_on_the_hosts_loopback_is_out_of_reach(sandbox: Sandbox) -> None:
    code = """
        import socket, sys
        try:
            socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=3)
            print("'connected'")
        except OSError as error:
            print(repr(type(error).__name__))
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        argv = python(sandbox, code, str(server.getsockname()[1]))
        assert answer(sandbox.run(command(argv))) == "ConnectionRefusedError"


def test_the_hosts_abstract_sockets_are_out_of_reach(sandbox: Sandbox, token: str) -> None:
    code = r"""
        import socket, sys
        with socket.socket(socket.AF_UNIX) as s:
            try:
                s.connect("\0" + sys.argv[1])
                print("'connected'")
            except OSError as error:
                print(repr(type(error).__name__))
    """
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0" + token)
        server.listen()
        argv = python(sandbox, code, token)
        assert answer(sandbox.run(command(argv))) == "ConnectionRefusedError"


def test_loopback_and_localhost_work(sandbox: Sandbox) -> None:
    code = """
        import socket
        with socket.create_server(("127.0.0.1", 0)) as server:
            client = socket.create_connection(("localhost", server.getsockname()[1]), timeout=5)
            peer, _ = server.accept()
            peer.sendall(b"hello")
            print(client.recv(5))
    """
    assert answer(sandbox.run(command(python(sandbox, code)))) == b"hello"


def test_nothing_but_scratch_can_be_written(sandbox: Sandbox) -> None:
    code = """
        import os
        written = []
        for root, folders, files in os.walk("/"):
            if root == "/":
                folders.remove("proc")
            path = os.path.join(root, "canary")
            try:
                with open(path, "w"):
                    written.append(root)
            except OSError:
                pass
            if root.count("/") > 2:
                folders.clear()
        print(sorted(written))
    """
    assert answer(sandbox.run(command(python(sandbox, code)))) == ["/dev/shm", "/tmp"]


def test_the_hosts_files_are_not_there(sandbox: Sandbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("FG-SECRET")
    secret.chmod(0o644)
    names = (
        str(secret),
        "/etc/shadow",
        str(Path(__file__)),
        "/run/docker.sock",
        "/home",
        "/sys/fs",
    )
    code = """
        import os, sys
        found = [path for path in sys.argv[1:] if os.access(path, os.R_OK) and os.path.isfile(path)]
        print(found + [path for path in ("/home", "/root", "/var/lib", "/srv", "/mnt")
                       if os.path.isdir(path) and os.access(path, os.R_OK)
                       and any(files for _, _, files in os.walk(path)) and path != "/var/lib"])
    """
    found = answer(sandbox.run(command(python(sandbox, code, *names))))
    prefix = str(Path(sandbox.interpreters()[0].path).parent.parent)
    assert [path for path in found if not prefix.startswith(path)] == []


def test_a_read_only_mount_can_be_read_and_not_written(sandbox: Sandbox, tree: Path) -> None:
    mount = Mount(folder=sandbox.folder(tree), target="/work/tree")
    script = """
        cat hello.txt link; sub/tool.sh; readlink link
        (echo x >hello.txt) 2>/dev/null || echo no
        (echo x >new) 2>/dev/null || echo no
        rm -f sub/tool.sh 2>/dev/null || echo no
        chmod 777 . 2>/dev/null || echo no
    """
    outcome = sandbox.run(command(sh(script), mounts=(mount,), cwd="/work/tree"))
    assert outcome.stdout == b"hellohellotool\nhello.txt\nno\nno\nno\nno\n"
    assert (tree / "hello.txt").read_text() == "hello"


def test_a_copy_can_be_written_and_the_original_stays(sandbox: Sandbox, tree: Path) -> None:
    (tree / "sub").chmod(0o555)
    (tree / "hello.txt").chmod(0o444)
    mount = Mount(folder=sandbox.folder(tree), target="/app", access=Access.COPY)
    script = """
        cat hello.txt link; sub/tool.sh; readlink link
        echo changed >hello.txt && echo x >new && rm sub/tool.sh && mkdir sub/more && cat link
    """
    first = sandbox.run(command(sh(script), mounts=(mount,), cwd="/app"))
    (tree / "sub").chmod(0o755)
    assert first.stdout == b"hellohellotool\nhello.txt\nchanged\n", first
    assert first.ok, first
    assert (tree / "hello.txt").read_text() == "hello"
    assert not (tree / "new").exists()
    second = sandbox.run(command(sh("cat hello.txt; ls"), mounts=(mount,), cwd="/app"))
    assert second.stdout == b"hellohello.txt\nlink\nsub\n"


def test_a_copy_is_limited_in_size(sandbox: Sandbox, tree: Path) -> None:
    mount = Mount(folder=sandbox.folder(tree), target="/app", access=Access.COPY)
    script = "head -c 20000000 /dev/zero >/app/big; wc -c </app/big"
    outcome = sandbox.run(command(sh(script), mounts=(mount,), limits=limits(tmp_bytes=8 * MIB)))
    assert 7 * MIB < int(outcome.stdout) <= 8 * MIB


def test_several_folders_are_mounted_where_they_belong(sandbox: Sandbox, tree: Path) -> None:
    folder = sandbox.folder(tree)
    mounts = (
        Mount(folder=folder, target="/opt/a"),
        Mount(folder=folder, target="/opt/b", access=Access.COPY),
        Mount(folder=folder, target="/srv/deep/er/c"),
    )
    script = "cat /opt/a/hello.txt /opt/b/hello.txt /srv/deep/er/c/hello.txt; echo x >/opt/b/y"
    outcome = sandbox.run(command(sh(script), mounts=mounts))
    assert outcome.ok, outcome
    assert outcome.stdout == b"hellohellohello"


@pytest.mark.parametrize("zone", Zone)
def test_the_user_is_unprivileged(sandbox: Sandbox, zone: Zone) -> None:
    code = """
        import os
        status = dict(line.split(":", 1) for line in open("/proc/self/status"))
        keys = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp")
        print([os.getresuid(), os.getresgid(), {key: int(status[key], 16) for key in keys}])
    """
    users, groups, status = answer(sandbox.run(command(python(sandbox, code), zone=zone)))
    assert len(set(users)) == 1
    assert users[0] >= 1000
    assert len(set(groups)) == 1
    assert groups[0] >= 1000
    assert status == {
        "CapInh": 0,
        "CapPrm": 0,
        "CapEff": 0,
        "CapBnd": 0,
        "CapAmb": 0,
        "NoNewPrivs": 1,
        "Seccomp": 2,
    }


def test_the_two_zones_are_two_users(sandbox: Sandbox) -> None:
    users = {sandbox.run(command(sh("id -u"), zone=zone)).stdout for zone in Zone}
    assert len(users) == 2


def test_the_kernels_settings_cannot_be_written(sandbox: Sandbox) -> None:
    code = """
        import os
        names = ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname",
                 "/proc/sys/vm/drop_caches", "/proc/sysrq-trigger", "/proc/self/oom_score_adj",
                 "/proc/1/oom_score_adj")
        opened = []
        for name in names[:4]:
            try:
                os.close(os.open(name, os.O_WRONLY))
                opened.append(name)
            except OSError:
                pass
        print(opened)
    """
    assert answer(sandbox.run(command(python(sandbox, code)))) == []


REFUSED = """
    import ctypes, errno, json, os, socket, sys
    numbers = json.loads(sys.argv[1])
    libc = ctypes.CDLL(None, use_errno=True)
    def call(name, *arguments):
        ctypes.set_errno(0)
        result = libc.syscall(numbers[name], *map(ctypes.c_long, arguments))
        return errno.errorcode.get(ctypes.get_errno(), "?") if result == -1 else "allowed"
    def vsock():
        try:
            socket.socket(40, socket.SOCK_STREAM).close()
        except OSError as error:
            return errno.errorcode[error.errno]
        return "allowed"
    NEWNS, NEWUSER = 0x20000, 0x10000000
    child = os.fork()
    if not child:
        import time
        time.sleep(30)
    print({
        "keyctl": call("keyctl", 0, -3, 1),
        "io_uring_setup": call("io_uring_setup", 8, 0),
        "vsock": vsock(),
        "ptrace of another": call("ptrace", 16, child, 0, 0),
        "unshare user": call("unshare", NEWUSER),
        "unshare mount": call("unshare", NEWNS),
    })
    os.kill(child, 9)
"""


@pytest.mark.parametrize("zone", Zone)
def test_dangerous_system_calls_are_refused(sandbox: Sandbox, zone: Zone) -> None:
    argv = python(sandbox, REFUSED, json.dumps(NUMBERS))
    results = answer(sandbox.run(command(argv, zone=zone)))
    assert isinstance(results, dict)
    assert {name: got for name, got in results.items() if got not in {"EPERM", "ENOSYS"}} in (
        {},
        {"vsock": "EAFNOSUPPORT"},
    )


def test_no_nested_sandbox_can_be_made(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("unshare --user --map-root-user true")))
    assert outcome.ended is Ended.EXITED
    assert outcome.exit_code != 0


def test_no_file_descriptor_is_inherited(sandbox: Sandbox) -> None:
    code = """
        import os
        found = []
        for fd in range(4096):
            try:
                os.fstat(fd)
                found.append(fd)
            except OSError:
                pass
        print(found)
    """
    reading, writing = os.pipe()
    os.set_inheritable(reading, True)  # noqa: FBT003 - it has no keyword
    try:
        assert answer(sandbox.run(command(python(sandbox, code)))) == [0, 1, 2]
    finally:
        os.close(reading)
        os.close(writing)


def test_the_environment_is_what_was_given_and_nothing_else(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASKGRADE_TOKEN", "FG-SECRET")
    given = (("GREETING", "a b\nc=d"), ("EMPTY", ""))
    outcome = sandbox.run(command(("/usr/bin/env", "-0"), environment=given))
    found = dict(item.split("=", 1) for item in outcome.stdout.decode().split("\0") if item)
    assert set(found) == {"PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "GREETING", "EMPTY"}
    assert (found["GREETING"], found["EMPTY"]) == ("a b\nc=d", "")
    assert (found["HOME"], found["TMPDIR"]) == ("/tmp", "/tmp")
    assert (found["LANG"], found["LC_ALL"]) == ("C.UTF-8", "C.UTF-8")
    assert "/usr/bin" in found["PATH"].split(":")


def test_the_environment_given_wins(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("echo $HOME"), environment=(("HOME", "/elsewhere"),)))
    assert outcome.stdout == b"/elsewhere\n"


def test_the_harnesss_processes_are_not_seen(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("cat /proc/[0-9]*/cmdline | tr '\\0' ' '")))
    assert b"pytest" not in outcome.stdout
    assert str(cache_hint()).encode() not in outcome.stdout


def cache_hint() -> str:
    """Return what a harness's command line has and a sandbox's must not: this file's name."""
    return Path(__file__).name


def test_the_hosts_name_does_not_leak(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("uname -n; cat /proc/sys/kernel/hostname")))
    assert outcome.ok
    assert socket.gethostname().encode() not in outcome.stdout.splitlines()


def test_scratch_is_private_to_each_command(sandbox: Sandbox) -> None:
    first = sandbox.run(command(sh("echo x >/tmp/x; echo x >/dev/shm/x; ls /tmp /dev/shm")))
    second = sandbox.run(command(sh("ls -A /tmp /dev/shm")))
    assert first.stdout == b"/dev/shm:\nx\n\n/tmp:\nx\n"
    assert second.stdout == b"/dev/shm:\n\n/tmp:\n"


def test_the_working_folder_is_the_one_asked_for(sandbox: Sandbox) -> None:
    assert sandbox.run(command(sh("pwd"), cwd="/usr/bin")).stdout == b"/usr/bin\n"
    assert sandbox.run(command(sh("pwd"))).stdout == b"/\n"


def test_a_working_folder_that_does_not_exist_is_our_mistake(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxBroken):
        sandbox.run(command(sh("pwd"), cwd="/no/such/folder"))


# Limits


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


# The endpoint

SERVER = """
    import os, socket, sys
    bind, word = sys.argv[1:3]
    if bind.startswith("fd://"):
        server = socket.socket(fileno=int(bind[5:]))
    else:
        path = bind.removeprefix("unix:")
        os.umask(0o007)
        if os.path.exists(path):
            os.unlink(path)
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        server.listen(128)
    server.setblocking(True)
    while True:
        peer, _ = server.accept()
        asked = peer.recv(4096).decode()
        try:
            reply = word + " " + str(eval(asked))
        except OSError as error:
            reply = word + " " + type(error).__name__
        peer.sendall(reply.encode())
        peer.close()
"""
CLIENT = """
    import socket, sys, time
    path, asked = sys.argv[1:3]
    end = time.monotonic() + 10
    while True:
        try:
            peer = socket.socket(socket.AF_UNIX)
            peer.settimeout(5)
            peer.connect(path)
            break
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
    peer.sendall(asked.encode())
    print(peer.recv(65536).decode(), end="")
"""


def serving(sandbox: Sandbox, endpoint: Endpoint, word: str, *more: str) -> Command:
    """Give the command of a tiny server that evaluates what it is sent."""
    argv = python(sandbox, SERVER, endpoint.bind, word, *more)
    return command(argv, zone=Zone.CANDIDATE, serves=endpoint)


def ask(sandbox: Sandbox, endpoint: Endpoint, asked: str, **settings: object) -> str:
    """Ask the tiny server from the examiner's zone."""
    argv = python(sandbox, CLIENT, endpoint.path, asked)
    outcome = sandbox.run(command(argv, zone=Zone.EXAMINER, connects=endpoint, **settings))
    assert outcome.ok, outcome
    return outcome.stdout.decode()


def test_an_examiner_reaches_what_a_candidate_serves(sandbox: Sandbox) -> None:
    endpoint = sandbox.endpoint()
    with sandbox.start(serving(sandbox, endpoint, "pong")):
        assert ask(sandbox, endpoint, "6 * 7") == "pong 42"
        assert ask(sandbox, endpoint, "'x' * 3") == "pong xxx"


def test_a_server_can_be_started_again_on_its_endpoint(sandbox: Sandbox) -> None:
    endpoint = sandbox.endpoint()
    with sandbox.start(serving(sandbox, endpoint, "first")):
        assert ask(sandbox, endpoint, "1") == "first 1"
    with sandbox.start(serving(sandbox, endpoint, "second")):
        assert ask(sandbox, endpoint, "2") == "second 2"


def test_two_endpoints_are_strangers(sandbox: Sandbox) -> None:
    one, two = sandbox.endpoint(), sandbox.endpoint()
    with (
        sandbox.start(serving(sandbox, one, "one")),
        sandbox.start(serving(sandbox, two, "two")),
    ):
        assert ask(sandbox, one, "1") == "one 1"
        assert ask(sandbox, two, "2") == "two 2"


def test_a_server_inherits_its_socket_at_most(sandbox: Sandbox) -> None:
    endpoint = sandbox.endpoint()
    with sandbox.start(serving(sandbox, endpoint, "fds")):
        asked = "[f for f in __import__('os').listdir('/proc/self/fd') if int(f) > 2]"
        extra = ast.literal_eval(ask(sandbox, endpoint, asked).removeprefix("fds "))
    # the peer and the listing itself are open, too
    assert len(extra) <= 3


def test_a_client_cannot_change_the_sockets_folder(sandbox: Sandbox) -> None:
    endpoint = sandbox.endpoint()
    folder = endpoint.path.rpartition("/")[0]
    script = f"""
        (echo x >{folder}/new) 2>/dev/null || echo no
        rm -f {endpoint.path} 2>/dev/null || echo no
        ln -sf /dev/null {endpoint.path} 2>/dev/null || echo no
        chmod 777 {folder} 2>/dev/null || echo no
    """
    with sandbox.start(serving(sandbox, endpoint, "still")):
        assert ask(sandbox, endpoint, "0") == "still 0"
        outcome = sandbox.run(command(sh(script), zone=Zone.EXAMINER, connects=endpoint))
        assert outcome.stdout == b"no\nno\nno\nno\n"
        assert ask(sandbox, endpoint, "1") == "still 1"


def test_a_server_sees_neither_the_clients_files_nor_its_processes(
    sandbox: Sandbox, tree: Path, token: str
) -> None:
    endpoint = sandbox.endpoint()
    mount = Mount(folder=sandbox.folder(tree), target="/hidden")
    sleeper = python(sandbox, "import time; time.sleep(30)", token)
    with (
        sandbox.start(serving(sandbox, endpoint, "seen")),
        sandbox.start(command(sleeper, zone=Zone.EXAMINER, mounts=(mount,), connects=endpoint)),
    ):
        wait_for(token, 1)
        assert ask(sandbox, endpoint, "open('/hidden/hello.txt')") == "seen FileNotFoundError"
        lines = (
            "[open(f'/proc/{p}/cmdline').read() for p in __import__('os').listdir('/proc')"
            " if p.isdigit()]"
        )
        seen = ask(sandbox, endpoint, lines)
    assert "seen" in seen
    assert token not in seen


# What is stored


def test_a_stored_folder_is_found_again_and_cannot_be_written(
    sandbox: Sandbox, cache: Path
) -> None:
    key = uuid.uuid4().hex
    folder = cache / f"to-store-{key}"
    folder.mkdir()
    (folder / "file").write_text("kept")
    assert sandbox.stored(key) is None
    stored = sandbox.store(key, folder)
    assert not folder.exists()
    assert sandbox.stored(key) == stored
    script = "cat file; (echo x >file) 2>/dev/null || echo no; (echo x >new) 2>/dev/null || echo no"
    mount = Mount(folder=stored, target="/opt/env")
    outcome = sandbox.run(command(sh(script), mounts=(mount,), cwd="/opt/env"))
    assert outcome.stdout == b"keptno\nno\n"


def test_of_two_writers_of_one_key_the_first_wins(sandbox: Sandbox, cache: Path) -> None:
    key = uuid.uuid4().hex
    folders = [cache / f"to-store-{key}-{number}" for number in range(2)]
    for folder in folders:
        folder.mkdir()
        (folder / "file").write_text(folder.name)
    first = sandbox.store(key, folders[0])
    second = sandbox.store(key, folders[1])
    assert first == second
    assert not any(folder.exists() for folder in folders)
    outcome = sandbox.run(
        command(sh("cat /opt/env/file"), mounts=(Mount(folder=second, target="/opt/env"),))
    )
    assert outcome.stdout.decode() == folders[0].name


def test_two_writers_at_once_agree(sandbox: Sandbox, cache: Path) -> None:
    key = uuid.uuid4().hex
    folders = [cache / f"to-store-{key}-{number}" for number in range(4)]
    for folder in folders:
        folder.mkdir()
        (folder / "file").write_text(folder.name)
    with ThreadPoolExecutor(4) as pool:
        stored = list(pool.map(lambda folder: sandbox.store(key, folder), folders))
    assert len(set(stored)) == 1
    assert not any(folder.exists() for folder in folders)


# What it is


def test_a_backend_says_what_it_is(sandbox: Sandbox) -> None:
    assert sandbox.name in {"bwrap", "docker"}
    assert sandbox.version[0].isdigit()


def test_every_interpreter_listed_runs(sandbox: Sandbox) -> None:
    interpreters = sandbox.interpreters()
    assert len({one.path for one in interpreters}) == len(interpreters) >= 1
    code = "import sys; print('.'.join(map(str, sys.version_info[:3])), end='')"
    for one in interpreters:
        outcome = sandbox.run(command((one.path, "-I", "-S", "-c", code)))
        assert outcome.stdout.decode() == one.version, (one, outcome)
        assert one.platform.startswith(os.uname().machine)

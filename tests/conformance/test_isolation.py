"""Every backend: no network, no privilege, no secret of the host's."""
# A test's name is its sentence.
# ruff: noqa: D103

import json
import os
import socket
from pathlib import Path

import pytest

from flaskgrade.sandbox.base import Ended, Mount, Sandbox, Zone
from tests.conformance.probe import answer, command, python, sh

NUMBERS = {  # keyctl, ptrace, unshare
    "x86_64": {"keyctl": 250, "ptrace": 101, "unshare": 272, "io_uring_setup": 425},
    "aarch64": {"keyctl": 219, "ptrace": 117, "unshare": 97, "io_uring_setup": 425},
}[os.uname().machine]


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


def test_a_sandbox_goes_before_the_harness_where_memory_runs_out(sandbox: Sandbox) -> None:
    code = "print(open('/proc/self/oom_score_adj').read())"
    assert answer(sandbox.run(command(python(sandbox, code)))) == 500


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


def test_no_file_descriptor_can_be_fetched_from_another_process(sandbox: Sandbox) -> None:
    code = """
        import os
        found = []
        for pid in os.listdir("/proc"):
            if pid.isdigit() and int(pid) != os.getpid():
                try:
                    names = os.listdir(f"/proc/{pid}/fd")
                except OSError:
                    continue
                for name in names:
                    try:
                        os.close(os.open(f"/proc/{pid}/fd/{name}", os.O_RDWR))
                    except OSError:
                        continue
                    found.append((pid, os.readlink(f"/proc/{pid}/fd/{name}")))
        own = {os.readlink(f"/proc/self/fd/{number}") for number in range(3)}
        print([entry for entry in found if entry[1] not in own])
    """
    assert answer(sandbox.run(command(python(sandbox, code)))) == []


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


def test_no_key_of_the_kernels_is_listed(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("cat /proc/keys; echo end")))
    assert outcome.stdout == b"end\n"


def test_no_command_line_tells_of_the_host(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "secret-name").mkdir()
    mount = Mount(folder=sandbox.folder(tmp_path / "secret-name"), target="/app")
    script = "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"
    outcome = sandbox.run(command(sh(script), mounts=(mount,)))
    assert b"cmdline" in outcome.stdout
    for word in (b"pytest", b"secret-name", str(tmp_path.parent).encode()):
        assert word not in outcome.stdout


def test_the_hosts_name_does_not_leak(sandbox: Sandbox) -> None:
    outcome = sandbox.run(command(sh("uname -n; cat /proc/sys/kernel/hostname")))
    assert outcome.ok
    assert socket.gethostname().encode() not in outcome.stdout.splitlines()

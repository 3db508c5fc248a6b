import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flaskgrade.errors import SandboxBroken
from flaskgrade.model.environment import Folder
from flaskgrade.sandbox.base import Command, Ended, Limits, Mount, Sandbox, Zone
from flaskgrade.sandbox.bwrap import BwrapSandbox, sweep_bwrap
from flaskgrade.sandbox.program import candidates
from flaskgrade.workspace import run_folder
from tests.conformance.probe import answer, command, living, python, sh

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root has users to drop to")


@pytest.fixture
def opened(cache: Path) -> Iterator[BwrapSandbox]:
    """Give a sandbox of this test's own."""
    with run_folder(cache) as scratch, BwrapSandbox.open(cache=cache, scratch=scratch) as sandbox:
        yield sandbox


def descriptors() -> int:
    """Return how many descriptors we have open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def children() -> set[str]:
    """Return our children, dead ones that nobody fetched included."""
    return {
        pid
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text().split()
    }


def groups() -> list[Path]:
    """Return the control groups on this host that are a sandbox's of this process."""
    return list(Path("/sys/fs/cgroup").rglob(f"flaskgrade-*-{os.getpid()}-*"))


@pytest.mark.parametrize(
    "argv", [sh("exit 0"), sh("kill -9 $$"), ("no-such",), sh("sleep 9"), sh("yes")]
)
def test_a_command_leaves_neither_descriptor_nor_zombie_nor_group(
    opened: BwrapSandbox, argv: tuple[str, ...]
) -> None:
    """However it ends, what was made for it is gone when its outcome is there."""
    limits = Limits(wall_seconds=0.5, output_bytes=1000)
    before = descriptors(), children()
    opened.run(command(argv, limits=limits, stdin=b"x"))
    assert (descriptors(), children()) == before
    assert groups() == []


def test_no_start_waits_for_what_has_been_said(opened: BwrapSandbox) -> None:
    """All that bwrap and the prologue say may come at once, where we are slow to listen."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opened, "_group", lambda _: time.sleep(0.3))
        begin = time.monotonic()
        assert opened.run(command(sh("exit 0"))).ok
    assert time.monotonic() - begin < 1.8


def test_a_sandbox_that_does_not_start_leaves_nothing(opened: BwrapSandbox) -> None:
    """A mistake of ours is told, and cleaned up after."""
    gone = Mount(folder=Folder(backend="bwrap", reference="/nowhere"), target="/x")

    def mistakes() -> None:
        with pytest.raises(SandboxBroken, match="working folder"):
            opened.run(command(sh(":"), cwd="/nowhere"))
        with pytest.raises(SandboxBroken, match="nowhere"):
            opened.run(command(sh(":"), mounts=(gone,)))

    mistakes()  # what the sandbox keeps for all its commands is there now
    before = descriptors(), children()
    mistakes()
    assert (descriptors(), children()) == before
    assert groups() == []


def test_an_exception_in_the_listener_ends_the_command(opened: BwrapSandbox) -> None:
    """It is raised where `run` was called, when nothing is left."""

    def refuse(piece: bytes) -> None:
        raise KeyError(piece)

    before = descriptors(), children()
    with pytest.raises(KeyError):
        opened.run(command(sh("echo x; sleep 30")), on_stdout=refuse)
    assert (descriptors(), children()) == before


def test_closing_stops_what_runs_in_other_threads(cache: Path) -> None:
    """The thread that waits gets an outcome, and later commands are refused."""
    outcomes = []
    with run_folder(cache) as scratch:
        sandbox = BwrapSandbox.open(cache=cache, scratch=scratch)
        begun = threading.Event()
        thread = threading.Thread(
            target=lambda: outcomes.append(
                sandbox.run(command(sh("echo x; sleep 30")), on_stdout=lambda _: begun.set())
            )
        )
        thread.start()
        assert begun.wait(20)
        sandbox.close()
        thread.join(20)
        assert [outcome.ended for outcome in outcomes] == [Ended.STOPPED]
        assert not (scratch / "bwrap").exists()
        with pytest.raises(SandboxBroken):
            sandbox.run(command(sh(":")))


def test_a_kill_at_any_moment_leaves_nothing(cache: Path) -> None:
    """In its first milliseconds too, after which bwrap's own may have to be swept."""
    script = f"""
import sys, time
sys.path[:0] = {[str(Path(__file__).parents[2] / "src")]!r}
from pathlib import Path
from flaskgrade.sandbox.bwrap import BwrapSandbox
from flaskgrade.model.environment import Folder
from flaskgrade.sandbox.base import Command, Zone
from flaskgrade.workspace import run_folder
with run_folder(Path(sys.argv[1])) as scratch:
    sandbox = BwrapSandbox.open(cache=Path(sys.argv[1]), scratch=scratch)
    print("ready", flush=True)
    sys.stdin.readline()
    sandbox.run(Command(argv=("/bin/sh", "-c", "sleep 60 & sleep 60", sys.argv[2]),
                        zone=Zone.CANDIDATE))
"""
    for step in range(8):
        token = f"kill-{os.getpid()}-{step}"
        with subprocess.Popen(
            [sys.executable, "-c", script, str(cache), token],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdin
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
            process.stdin.write(b"go\n")
            process.stdin.flush()
            time.sleep(0.004 * step)
            process.send_signal(signal.SIGKILL)
        deadline = time.monotonic() + 5
        while living(f"\0{token}"):
            sweep_bwrap(cache / "runs")
            assert time.monotonic() < deadline, f"{living(token)} after {4 * step} ms"
            time.sleep(0.01)


def test_a_server_holds_its_socket_and_cannot_reach_its_name(opened: BwrapSandbox) -> None:
    """What clients connect to lies in a folder that no candidate sees."""
    endpoint = opened.endpoint()
    code = """
        import os, socket
        listener = socket.socket(fileno=3)
        print([listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN),
               os.path.exists("/run"), os.path.exists("/proc/self/fd/4")])
    """
    outcome = opened.run(command(python(opened, code), serves=endpoint))
    assert answer(outcome) == [1, False, False]


@root_only
def test_root_drops_to_a_user_of_each_zone(opened: BwrapSandbox) -> None:
    """Seen from the host, a command is neither root's nor the other zone's."""
    users = set()
    for zone in Zone:
        with opened.start(command(sh(f"sleep 30 # {zone.value}-drop"), zone=zone)):
            deadline = time.monotonic() + 10
            while not (found := owners(f"{zone.value}-drop")):
                assert time.monotonic() < deadline
            users |= found
    assert users == {10001, 10002}


def owners(token: str) -> set[int]:
    """Return the users on the host whose shells carry the token."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().split(b"\0")
                if line[0] == b"/bin/sh" and token.encode() in line[2] and len(line) == 4:
                    found.add(entry.stat().st_uid)
            except (OSError, IndexError):
                continue
    return found


@root_only
def test_a_file_that_only_root_may_read_is_not_read_through_the_system_folders(
    opened: BwrapSandbox,
) -> None:
    """The host's /usr is there, with the host's permissions."""
    secret = Path("/usr/share/flaskgrade-secret-of-a-test")
    secret.write_text("FG-SECRET")
    secret.chmod(0o600)
    try:
        outcome = opened.run(command(sh(f"ls {secret} && cat {secret}")))
    finally:
        secret.unlink()
    assert outcome.exit_code != 0
    assert outcome.stdout == f"{secret}\n".encode()


@root_only
def test_a_folder_that_only_root_can_read_is_mounted_as_a_copy(
    opened: BwrapSandbox, tmp_path: Path
) -> None:
    """Its own permissions stay, and so does what it says."""
    folder = tmp_path / "private"
    folder.mkdir(mode=0o700)
    (folder / "file").write_text("text")
    (folder / "file").chmod(0o600)
    mount = Mount(folder=opened.folder(folder), target="/data")
    assert opened.run(command(sh("cat /data/file"), mounts=(mount,))).stdout == b"text"
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_wheels_bwrap_does_as_well(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the host has none, flaskgrade brings its own."""
    *_, wheel = candidates()
    assert wheel.parent.name == "_bin"
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("prlimit", "setpriv", "nsenter", "unshare", "mount", "mkdir"):
        (tools / name).symlink_to(shutil.which(name) or name)
    monkeypatch.setenv("PATH", str(tools))
    with run_folder(cache) as scratch, BwrapSandbox.open(cache=cache, scratch=scratch) as sandbox:
        assert sandbox.version != ""
        assert sandbox._program == wheel
        assert sandbox.run(command(sh("echo out"))).stdout == b"out\n"


def test_the_watchdog_does_where_no_control_group_can_be_made(opened: BwrapSandbox) -> None:
    """Its word ends the command as the kernel's would."""
    opened._groups = None
    code = """
        import os, time
        for _ in range(6):
            if not os.fork():
                held = bytearray(b"x") * (40 << 20)
                time.sleep(20)
        time.sleep(20)
    """
    limits = Limits(memory_bytes=128 << 20, wall_seconds=15)
    outcome = opened.run(command(python(opened, code), limits=limits))
    assert (outcome.ended, outcome.memory_kills) == (Ended.OUT_OF_MEMORY, 1)


def test_a_command_on_the_path_of_the_candidate_is_not_run_before_the_limits(
    opened: BwrapSandbox, tmp_path: Path
) -> None:
    """What prepares a command is the host's, whatever PATH the command is given."""
    (tmp_path / "bin").mkdir(mode=0o755)
    for name in ("cp", "chmod", "prlimit", "env"):
        (tmp_path / "bin" / name).write_text("#!/bin/sh\necho hijacked; exit 1\n")
        (tmp_path / "bin" / name).chmod(0o755)
    folder = opened.folder(tmp_path / "bin")
    mounts = (Mount(folder=folder, target="/opt/evil"),)
    environment = (("PATH", "/opt/evil:/usr/bin"),)
    outcome = opened.run(
        Command(argv=sh("echo fine"), zone=Zone.CANDIDATE, mounts=mounts, environment=environment)
    )
    assert outcome.stdout == b"fine\n"


def test_any_backend_is_a_sandbox(bwrap_sandbox: Sandbox) -> None:
    """The class has what the contract asks for, which the type checker sees here."""
    assert bwrap_sandbox.digest == ""

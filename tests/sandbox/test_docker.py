"""What the conformance suite cannot ask: how the Docker backend keeps house in its engine."""
# A test's name is its sentence.
# ruff: noqa: D103

import os
import signal
import subprocess
import sys
import textwrap
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from docker import APIClient

from flaskgrade.errors import SandboxBroken, SandboxUnavailable
from flaskgrade.model.environment import Folder
from flaskgrade.sandbox.base import MIB, Access, Command, Ended, Limits, Mount, Outcome, Zone
from flaskgrade.sandbox.docker import DockerSandbox
from flaskgrade.sandbox.docker_engine import connect
from flaskgrade.sandbox.docker_image import find_image
from flaskgrade.sandbox.docker_owner import RUN
from flaskgrade.sandbox.docker_sweep import purge_docker_cache, sweep_docker
from tests.conftest import Sandboxes

pytestmark = pytest.mark.docker


@pytest.fixture
def docker(sandboxes: Sandboxes, tmp_path: Path) -> Iterator[DockerSandbox]:
    """Give a sandbox of the test's own, closed at its end."""
    sandboxes.get("docker")  # skips or fails where there is no engine
    opened = DockerSandbox.open(cache=tmp_path / "cache", scratch=tmp_path)
    opened.stored("ab")  # returns when it is known whether the engine sees our files
    yield opened
    opened.close()


@pytest.fixture
def remote(sandboxes: Sandboxes, tmp_path: Path) -> Iterator[DockerSandbox]:
    """Give a sandbox whose engine runs on another kernel, as far as it can tell."""
    sandboxes.get("docker")
    engine = replace(connect(), kernel="another")
    image = find_image(engine, None)
    opened = DockerSandbox(
        engine=engine, image=image, cache=tmp_path / "remote", scratch=tmp_path / "scratch"
    )
    yield opened
    opened.close()


@pytest.fixture(params=["docker", "remote"])
def either(request: pytest.FixtureRequest) -> DockerSandbox:
    """Give a sandbox whose engine sees our files, and one whose engine does not."""
    given: DockerSandbox = request.getfixturevalue(request.param)
    return given


@pytest.fixture
def client(docker: DockerSandbox) -> APIClient:
    """Give the engine's own view."""
    return docker._engine.client


def sh(script: str, *mounts: Mount, limits: Limits | None = None) -> Command:
    """Give a candidate's shell command."""
    return Command(
        argv=("/bin/sh", "-c", script),
        zone=Zone.CANDIDATE,
        mounts=mounts,
        limits=limits or Limits(wall_seconds=20, memory_bytes=256 * MIB),
    )


def names(client: APIClient, sandbox: DockerSandbox) -> list[str]:
    """Return the containers and volumes of a sandbox's run."""
    mine = {"label": [f"{RUN}={sandbox._run}"]}
    containers = [one["Names"][0].lstrip("/") for one in client.containers(all=True, filters=mine)]
    return containers + [one["Name"] for one in client.volumes(filters=mine)["Volumes"] or []]


def test_nothing_of_a_run_is_left_after_close(remote: DockerSandbox, tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    folder.mkdir()
    remote.folder(folder)
    remote.endpoint()
    process = remote.start(sh("sleep 60"))
    process.__enter__()
    client = remote._engine.client
    assert len(names(client, remote)) == 3
    remote.close()
    assert names(client, remote) == []


def test_a_container_is_gone_when_its_command_has_ended(
    docker: DockerSandbox, client: APIClient
) -> None:
    assert docker.run(sh("true")).ok
    assert names(client, docker) == []


def test_a_folder_is_copied_once(remote: DockerSandbox, client: APIClient, tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    folder.mkdir()
    assert remote.folder(folder) == remote.folder(folder)
    assert len(names(client, remote)) == 1


def test_a_folder_arrives_as_it_is_but_for_what_is_no_file(
    either: DockerSandbox, tmp_path: Path
) -> None:
    folder = tmp_path / "tree"
    deep = folder / ("d" * 120) / ("e" * 120)
    deep.mkdir(parents=True)
    (deep / "file").write_bytes(b"x" * 3_000_001)
    (folder / "secret").write_text("s")
    (folder / "secret").chmod(0o600)
    (folder / "tool").write_text("#!/bin/sh\necho ran\n")
    (folder / "tool").chmod(0o700)
    (folder / "gone").symlink_to("/no/such/" + "t" * 150)
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\n.py")).write_text("odd")
    os.mkfifo(folder / "pipe")
    os.utime(folder / "tool", (1_000_000_000, 1_000_000_000))
    script = """
        cd /tree
        find . -type f -printf '%P %s %m %u\\n'
        find . -type l -printf '%P %l\\n'
        ./tool; stat -c %Y tool; test -e pipe || echo no pipe
    """
    outcome = either.run(sh(script, Mount(folder=either.folder(folder), target="/tree")))
    assert sorted(outcome.stdout.splitlines()) == [
        b".py 3 644 root",
        b"1000000000",
        f"{'d' * 120}/{'e' * 120}/file 3000001 644 root".encode(),
        f"gone /no/such/{'t' * 150}".encode(),
        b"no pipe",
        b"ran",
        b"secret 1 644 root",
        b"tool 19 755 root",
        b"\xff",
    ], outcome


def test_a_folder_that_is_not_there_is_our_mistake(either: DockerSandbox, tmp_path: Path) -> None:
    with pytest.raises(SandboxBroken, match="No such file"):
        either.folder(tmp_path / "nowhere")


def test_a_copy_without_room_is_refused_before_anything_runs(
    either: DockerSandbox, tmp_path: Path
) -> None:
    folder = tmp_path / "tree"
    folder.mkdir()
    for number in range(300):  # a page each, though a byte is in it
        (folder / str(number)).write_text("x")
    mount = Mount(folder=either.folder(folder), target="/app", access=Access.COPY)
    with pytest.raises(SandboxBroken, match="more than the 1 MiB"):
        either.run(sh("true", mount, limits=Limits(tmp_bytes=MIB)))
    assert either.run(sh("ls /app | wc -l", mount)).stdout == b"300\n"


def test_a_folder_of_another_backend_is_refused(docker: DockerSandbox) -> None:
    mount = Mount(folder=Folder(backend="bwrap", reference="/etc"), target="/x")
    with pytest.raises(SandboxBroken, match="bwrap"):
        docker.run(sh("true", mount))


@pytest.mark.parametrize("key", ["", "../x", "A", "x", "a/b", "a" * 200])
def test_a_key_that_is_none_is_refused(either: DockerSandbox, key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        either.stored(key)


def test_a_record_without_content_is_no_promise(
    remote: DockerSandbox, client: APIClient, tmp_path: Path
) -> None:
    key = uuid.uuid4().hex
    folder = tmp_path / "tree"
    folder.mkdir()
    stored = remote.store(key, folder)
    try:
        client.remove_volume(stored.reference)
        assert remote.stored(key) is None
        folder.mkdir()
        assert remote.store(key, folder) == remote.stored(key) != stored
    finally:
        forget(client, key)


def forget(client: APIClient, key: str) -> None:
    """Remove what a test stored."""
    for volume in client.volumes(filters={"name": key})["Volumes"] or []:
        client.remove_volume(volume["Name"], force=True)


FEIGNED = (
    "printf '\\006' >&2; exit 127",
    "echo 'sh: 1: no-such: not found' >&2; exit 127",
    "echo '[FATAL tini (7)] exec x failed: No such file or directory' >&2; exit 127",
    "kill -9 $$; exit 127",
)


@pytest.mark.parametrize("script", FEIGNED)
def test_a_command_cannot_feign_that_it_was_not_found(docker: DockerSandbox, script: str) -> None:
    assert docker.run(sh(script)).ended in {Ended.EXITED, Ended.KILLED}


def test_a_failure_before_the_command_is_ours(either: DockerSandbox, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "file").write_bytes(bytes(2 * MIB))
    mount = Mount(folder=either.folder(tmp_path / "tree"), target="/app", access=Access.COPY)
    with pytest.raises(SandboxBroken, match="could not be set up"):
        either.run(sh("true", mount, limits=Limits(file_bytes=MIB)))


def test_what_a_candidate_puts_on_path_does_not_set_up_its_container(
    either: DockerSandbox, tmp_path: Path
) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in ("cp", "printf", "cd", "command"):
        (tree / name).write_text("#!/bin/sh\necho evil\nexit 127\n")
        (tree / name).chmod(0o755)
    folder = either.folder(tree)
    outcome = either.run(
        Command(
            argv=("/bin/true",),
            zone=Zone.CANDIDATE,
            mounts=(
                Mount(folder=folder, target="/evil"),
                Mount(folder=folder, target="/app", access=Access.COPY),
            ),
            environment=(("PATH", "/evil:/usr/bin"),),
        )
    )
    assert outcome.ok
    assert outcome.stdout == b""


def test_a_command_that_closes_its_output_is_waited_for(docker: DockerSandbox) -> None:
    outcome = docker.run(sh("exec >&- 2>&-; sleep 0.5; exit 4"))
    assert (outcome.ended, outcome.exit_code) == (Ended.EXITED, 4)


def test_system_calls_of_another_architecture_are_deadly(docker: DockerSandbox) -> None:
    code = "import ctypes; print(ctypes.CDLL(None).syscall(0x40000000 + 39))"
    if os.uname().machine != "x86_64":
        code = "import os, signal; os.kill(os.getpid(), signal.SIGSYS)"  # has no second one
    outcome = docker.run(Command(argv=("python3", "-c", code), zone=Zone.CANDIDATE))
    assert (outcome.ended, outcome.signal) == (Ended.KILLED, signal.SIGSYS)


def test_the_containers_are_made_by_the_recipe(docker: DockerSandbox, client: APIClient) -> None:
    with docker.start(sh("sleep 60")):
        about = client.inspect_container(names(client, docker)[0])
    settings, host = about["Config"], about["HostConfig"]
    assert settings["User"] == "10001:20000"
    assert (host["NetworkMode"], host["IpcMode"]) == ("none", "private")
    assert (host["ReadonlyRootfs"], host["Init"], host["Privileged"]) == (True, True, False)
    assert (host["CapDrop"], host["CapAdd"]) == (["ALL"], None)
    assert host["SecurityOpt"][0] == "no-new-privileges"
    assert host["Memory"] == host["MemorySwap"] == 256 * MIB
    assert host["PidsLimit"] == 129
    assert host["Binds"] is None
    assert host["LogConfig"]["Type"] == "none"


SCRIPT = """
    import sys
    from pathlib import Path
    from flaskgrade.sandbox.base import Command, Mount, Zone
    from flaskgrade.sandbox.docker import DockerSandbox
    folder = Path(sys.argv[1])
    sandbox = DockerSandbox.open(cache=folder, scratch=folder)
    mount = Mount(folder=sandbox.folder(folder), target="/x")
    print(sandbox._run, flush=True)
    argv = ("/bin/sh", "-c", "echo begun; sleep 60")
    command = Command(argv=argv, zone=Zone.CANDIDATE, mounts=(mount,))
    try:
        sandbox.run(command, on_stdout=lambda piece: print(piece.decode(), end="", flush=True))
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    finally:
        if sys.argv[2] == "close":
            sandbox.close()
"""


def begun(folder: Path, last: str) -> tuple[subprocess.Popen[str], str]:
    """Start a harness whose command runs, and return it with the id of its run."""
    harness = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), str(folder), last],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert harness.stdout is not None
    run = harness.stdout.readline().strip()
    assert harness.stdout.readline() == "begun\n"
    return harness, run


def of_run(client: APIClient, run: str) -> int:
    """Return how many containers and volumes a run has."""
    mine = {"label": [f"{RUN}={run}"]}
    volumes = client.volumes(filters=mine)["Volumes"] or []
    return len(client.containers(all=True, filters=mine)) + len(volumes)


def test_an_interrupted_harness_leaves_nothing(client: APIClient, tmp_path: Path) -> None:
    harness, run = begun(tmp_path, "close")
    assert of_run(client, run) == 2
    harness.send_signal(signal.SIGINT)
    out, _ = harness.communicate(timeout=30)
    assert out == "interrupted\n"
    assert of_run(client, run) == 0


def test_what_a_killed_harness_leaves_is_swept_and_what_lives_is_not(
    docker: DockerSandbox, client: APIClient, tmp_path: Path
) -> None:
    with docker.start(sh("sleep 60")) as living:
        harness, run = begun(tmp_path, "leave")
        sweep_docker()
        assert of_run(client, run) == 2, "its owner lives"
        harness.kill()
        harness.communicate()
        swept = sweep_docker()
        assert living.alive()
    assert of_run(client, run) == 0
    assert [name for name in swept if run in name] != []


def test_a_volume_that_the_engine_makes_anew_is_swept_too(
    remote: DockerSandbox, client: APIClient, tmp_path: Path
) -> None:
    (tmp_path / "tree").mkdir()
    folder = remote.folder(tmp_path / "tree")
    client.remove_volume(folder.reference)  # as a sweep does to a killed run

    remote.run(sh("true", Mount(folder=folder, target="/x")))

    assert folder.reference in names(client, remote)


def test_a_purge_takes_what_was_stored_with_that_cache_only(
    remote: DockerSandbox, tmp_path: Path
) -> None:
    key = uuid.uuid4().hex
    (tmp_path / "tree").mkdir()
    stored = remote.store(key, tmp_path / "tree")
    assert purge_docker_cache(cache=tmp_path / "another") == ()
    assert remote.stored(key) == stored
    assert set(purge_docker_cache(cache=tmp_path / "remote")) == {
        f"flaskgrade-{key}",
        stored.reference,
    }
    assert remote.stored(key) is None


def test_what_is_stored_outlives_its_maker_and_the_sweep(
    either: DockerSandbox, client: APIClient, tmp_path: Path
) -> None:
    key = uuid.uuid4().hex
    script = f"""
        import sys
        from dataclasses import replace
        from pathlib import Path
        from flaskgrade.sandbox.docker import DockerSandbox
        from flaskgrade.sandbox.docker_engine import connect
        from flaskgrade.sandbox.docker_image import find_image
        folder = Path(sys.argv[1])
        engine = replace(connect(), kernel="{either._engine.kernel}")
        image = find_image(engine, None)
        sandbox = DockerSandbox(
            engine=engine, image=image, cache=Path("{either._cache}"), scratch=folder
        )
        (folder / "tree").mkdir()
        (folder / "tree" / "file").write_text("kept")
        sandbox.store("{key}", folder / "tree")
        sandbox.close()
    """
    try:
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)],
            check=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        sweep_docker()
        stored = either.stored(key)
        assert stored is not None
        outcome = either.run(sh("cat /x/file", Mount(folder=stored, target="/x")))
        assert outcome.stdout == b"kept"
    finally:
        forget(client, key)


def test_a_cancelled_command_is_stopped_soon(docker: DockerSandbox) -> None:
    begun_at = time.monotonic()
    outcome: Outcome = docker.run(
        sh("sleep 60"), cancelled=lambda: time.monotonic() > begun_at + 0.6
    )
    assert outcome.ended is Ended.STOPPED
    assert outcome.seconds < 5


def test_an_image_that_declares_volumes_is_refused(
    docker: DockerSandbox, client: APIClient, tmp_path: Path
) -> None:
    base = client.create_container(docker.digest, ["true"])["Id"]
    image = client.commit(base, changes=["VOLUME /data"])["Id"]
    try:
        with pytest.raises(SandboxUnavailable, match="declares volumes"):
            DockerSandbox.open(cache=tmp_path, scratch=tmp_path, image=image)
    finally:
        client.remove_container(base, force=True)
        client.remove_image(image, force=True)


def test_the_images_own_environment_does_not_reach_a_command(
    docker: DockerSandbox, client: APIClient, tmp_path: Path
) -> None:
    base = client.create_container(docker.digest, ["true"])["Id"]
    changes = ["ENV GPG_KEY=abc PYTHONPATH=/evil HOME=/root", 'ENTRYPOINT ["/bin/false"]']
    image = client.commit(base, changes=changes)["Id"]
    other = DockerSandbox.open(cache=tmp_path, scratch=tmp_path, image=image)
    try:
        outcome = other.run(Command(argv=("/usr/bin/env",), zone=Zone.CANDIDATE))
        given = {line.split(b"=")[0] for line in outcome.stdout.splitlines()}
        assert given == {b"PATH", b"HOME", b"TMPDIR", b"LANG", b"LC_ALL"}
    finally:
        other.close()
        client.remove_container(base, force=True)
        client.remove_image(image, force=True)

"""Whether an engine sees our files, and what is mounted where it does."""
# A test's name is its sentence.
# ruff: noqa: D103

import os
import shutil
import stat
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from docker import APIClient

from flaskgrade.errors import SandboxBroken
from flaskgrade.sandbox.base import MIB, Command, Ended, Limits, Mount, Outcome, Zone
from flaskgrade.sandbox.docker import DockerSandbox
from flaskgrade.sandbox.docker_engine import Engine
from flaskgrade.sandbox.docker_host import sees_our_files
from flaskgrade.sandbox.docker_owner import RUN
from tests.conftest import Sandboxes

LINE = "156 136 254:0 {source} {target} {flags},relatime - ext4 /dev/vda rw"


class Container:
    """What a container would say that has our folders, as an engine mounts them."""

    def __init__(self, *, flags: str = "ro,nosuid,nodev", words: str = "", more: str = "") -> None:
        self._flags = flags
        self._words = words  # in place of the true ones
        self._more = more
        self.asked = 0

    def run(self, command: Command) -> Outcome:
        self.asked += 1
        lines = [self._words or word(mount) for mount in command.mounts] + [self._more]
        lines += [
            LINE.format(source=mount.folder.reference, target=mount.target, flags=self._flags)
            for mount in command.mounts
        ]
        said = "".join(f"{line}\n" for line in lines if line).encode()
        return Outcome(
            ended=Ended.EXITED, exit_code=0, signal=None, stdout=said, stderr=b"", seconds=0.1
        )


def word(mount: Mount) -> str:
    return (Path(mount.folder.reference) / "word").read_text()


def broken(_: Command) -> Outcome:
    raise SandboxBroken("the engine knows no such folder")


@pytest.fixture
def engine() -> Engine:
    """Give an engine that has our kernel, as far as it says."""
    here = os.uname().release
    return Engine(
        client=APIClient(version="1.41"), name="Docker", version="1", address="", kernel=here
    )


def test_an_engine_that_reads_our_words_and_cannot_write_sees_our_files(
    engine: Engine, tmp_path: Path
) -> None:
    places = (tmp_path / "a", tmp_path / "b")
    for place in places:
        place.mkdir()
    assert sees_our_files(engine, places, Container().run)
    assert [list(place.iterdir()) for place in places] == [[], []]


@pytest.mark.parametrize(
    "run",
    [
        Container(words="0" * 32).run,
        Container(more="written").run,
        Container(flags="rw,nosuid,nodev").run,
        Container(flags="ro").run,
        broken,
    ],
    ids=["other files", "it can write", "a writable mount", "setuid and devices", "no mount"],
)
def test_an_engine_that_does_otherwise_does_not(
    engine: Engine, tmp_path: Path, run: Callable[[Command], Outcome]
) -> None:
    assert not sees_our_files(engine, (tmp_path,), run)


def test_an_engine_with_another_kernel_is_not_asked(engine: Engine, tmp_path: Path) -> None:
    container = Container()
    assert not sees_our_files(replace(engine, kernel="another"), (tmp_path,), container.run)
    assert container.asked == 0


@pytest.fixture
def docker(sandboxes: Sandboxes, tmp_path: Path) -> Iterator[DockerSandbox]:
    """Give a sandbox of the test's own whose engine sees our files."""
    sandboxes.get("docker")  # skips or fails where there is no engine
    opened = DockerSandbox.open(cache=tmp_path / "cache", scratch=tmp_path)
    opened._asker.join()
    if opened._host is None:
        opened.close()
        pytest.skip("this engine does not see our files")
    yield opened
    opened.close()


def sh(script: str, *mounts: Mount) -> Command:
    limits = Limits(wall_seconds=20, memory_bytes=256 * MIB)
    return Command(
        argv=("/bin/sh", "-c", script), zone=Zone.CANDIDATE, mounts=mounts, limits=limits
    )


def tree(folder: Path) -> Path:
    """Make a folder as it is to arrive, whatever the umask is."""
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "file").write_text("ours")
    (folder / "file").chmod(0o644)
    return folder


@pytest.mark.docker
def test_a_folder_of_ours_is_mounted_from_where_it_is(
    docker: DockerSandbox, tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)  # no user of a sandbox could go through here
    here = tree(tmp_path / "tree")
    mount = Mount(folder=docker.folder(here), target="/x")
    outcome = docker.run(sh("cat /x/file; grep ' /x ' /proc/self/mountinfo", mount))
    said, _, line = outcome.stdout.decode().partition("ours")
    assert said == "", outcome
    assert f" {here} /x ro,nosuid,nodev" in line
    assert list(tmp_path.glob(".proof-*")) == []


@pytest.mark.docker
def test_a_folder_from_elsewhere_is_copied_and_stays_as_it_is(
    docker: DockerSandbox, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tree(tmp_path_factory.mktemp("elsewhere") / "tree")
    (elsewhere / "file").chmod(0o600)
    folder = docker.folder(elsewhere)
    assert not Path(folder.reference).is_relative_to(elsewhere)
    outcome = docker.run(sh("cat /x/file", Mount(folder=folder, target="/x")))
    assert outcome.stdout == b"ours"
    assert stat.S_IMODE((elsewhere / "file").stat().st_mode) == 0o600


@pytest.mark.docker
def test_what_would_raise_privileges_is_not_mounted(docker: DockerSandbox, tmp_path: Path) -> None:
    here = tree(tmp_path / "tree")
    (here / "file").chmod(0o4755)
    mount = Mount(folder=docker.folder(here), target="/x")
    assert docker.run(sh("stat -c %a /x/file", mount)).stdout == b"755\n"


@pytest.mark.docker
def test_the_engine_takes_a_mount_away_and_not_the_folder(
    docker: DockerSandbox, tmp_path: Path
) -> None:
    here = tree(tmp_path / "tree")
    key = uuid.uuid4().hex
    mounts = (
        Mount(folder=docker.folder(here), target="/x"),
        Mount(folder=docker.store(key, tree(tmp_path / "kept")), target="/y"),
    )
    client = docker._engine.client
    with suppress(SandboxBroken), docker.start(sh("sleep 60", *mounts)):
        (container,) = client.containers(filters={"label": [f"{RUN}={docker._run}"]})
        client.remove_container(container["Id"], force=True)  # its volumes stay
    mine = {"label": [f"{RUN}={docker._run}"]}
    assert len(client.volumes(filters=mine)["Volumes"]) == 2
    docker.close()
    assert not client.volumes(filters=mine)["Volumes"]
    assert (here / "file").read_text() == "ours"
    assert (tmp_path / "cache" / "stored" / key / "file").read_text() == "ours"


SCRIPT = """
    import sys
    from pathlib import Path
    from flaskgrade.sandbox.base import Command, Mount, Zone
    from flaskgrade.sandbox.docker import DockerSandbox
    folder = Path(sys.argv[1])
    (folder / "tree").mkdir()
    (folder / "tree" / "file").write_text("ours")
    sandbox = DockerSandbox.open(cache=folder, scratch=folder)
    mount = Mount(folder=sandbox.folder(folder / "tree"), target="/x")
    argv = ("/bin/cat", "/x/file")
    outcome = sandbox.run(Command(argv=argv, zone=Zone.CANDIDATE, mounts=(mount,)))
    print(sandbox._host, outcome.stdout.decode())
    sandbox.close()
"""


@pytest.mark.docker
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can have other files at a path")
def test_an_engine_with_other_files_at_our_paths_is_given_copies(
    sandboxes: Sandboxes, tmp_path: Path
) -> None:
    sandboxes.get("docker")
    program = [sys.executable, "-c", textwrap.dedent(SCRIPT), str(tmp_path)]
    hidden = f'{shutil.which("mount")} -t tmpfs ours {tmp_path} && exec "$@"'
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", hidden, "sh", *program],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout == "None ours\n", done.stderr
    assert list(tmp_path.iterdir()) == []

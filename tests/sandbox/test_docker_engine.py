"""Engines that are not there, may not be used, die, or hang: each says so in one sentence."""
# A test's name is its sentence.
# ruff: noqa: D103

import gc
import hashlib
import json
import os
import select
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flaskgrade.errors import SandboxBroken, SandboxUnavailable
from flaskgrade.sandbox.base import Command, Limits, Zone
from flaskgrade.sandbox.docker import DockerSandbox
from flaskgrade.sandbox.docker_engine import connect
from flaskgrade.sandbox.docker_image import find_image
from flaskgrade.sandbox.docker_owner import RUN
from flaskgrade.sandbox.docker_sweep import purge_docker_cache, sweep_docker
from tests.conftest import Sandboxes

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

TOLD = ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CONFIG")


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """Collect, while it is quiet, the sockets that the SDK leaves open when it can't connect."""
    yield
    gc.collect()


class Relay:
    """A socket that hands everything on to a real engine, until it is cut or frozen."""

    def __init__(self, path: Path, target: str) -> None:
        self._target = target
        self._ways: dict[socket.socket, socket.socket] = {}  # from whom to whom
        self._running = True
        self._frozen = False
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(64)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def freeze(self) -> None:
        """Hand nothing on any more."""
        self._frozen = True

    def cut(self) -> None:
        """Hang up on everybody, as a killed engine does."""
        self._running = False
        self._thread.join()

    def _serve(self) -> None:
        while self._running:
            ready, _, _ = select.select([self._listener, *self._ways], [], [], 0.01)
            for one in ready:
                if one is self._listener:
                    self._accept()
                elif not self._frozen and one in self._ways:
                    self._hand_on(one, self._ways[one])
        for end in (self._listener, *self._ways, *self._ways.values()):
            end.close()

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        engine = socket.socket(socket.AF_UNIX)
        engine.connect(self._target)
        self._ways |= {client: engine, engine: client}

    def _hand_on(self, one: socket.socket, other: socket.socket) -> None:
        """Hand on what there is; who has said all may still listen, as after a command's input."""
        try:
            data = one.recv(65536)
            if data:
                other.sendall(data)
                return
            other.shutdown(socket.SHUT_WR)
        except OSError:
            self._ways.pop(other, None)
        del self._ways[one]
        if other not in self._ways:
            one.close()
            other.close()


@pytest.fixture
def relay(sandboxes: Sandboxes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    """Put a relay between us and the engine."""
    sandboxes.get("docker")
    target = connect().address.removeprefix("unix://")
    made = Relay(tmp_path / "engine.sock", target)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/engine.sock")
    yield made
    made.cut()


@pytest.fixture
def relayed(
    relay: Relay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DockerSandbox]:
    """Give a sandbox behind the relay, with little patience."""
    assert relay is not None
    engine = connect(timeout_seconds=2)
    sandbox = DockerSandbox(
        engine=engine, image=find_image(engine, None), cache=tmp_path, scratch=tmp_path
    )
    yield sandbox
    relay.cut()
    monkeypatch.delenv("DOCKER_HOST")
    client = connect().client
    for left in client.containers(all=True, filters={"label": [f"{RUN}={sandbox._run}"]}):
        client.remove_container(left["Id"], force=True)
    client.close()


SLEEP = Command(
    argv=("/bin/sh", "-c", "echo begun; sleep 30"),
    zone=Zone.CANDIDATE,
    limits=Limits(wall_seconds=20),
)


@pytest.mark.docker
def test_an_engine_that_dies_while_a_command_runs_is_broken(
    relay: Relay, relayed: DockerSandbox
) -> None:
    cutting = threading.Thread(target=relay.cut)
    begun = time.monotonic()
    with pytest.raises(SandboxBroken, match="container engine failed"):
        relayed.run(SLEEP, on_stdout=lambda _: cutting.start())
    assert time.monotonic() - begun < 10
    cutting.join()


@pytest.mark.docker
def test_an_engine_that_dies_while_a_server_runs_is_broken(
    relay: Relay, relayed: DockerSandbox
) -> None:
    server = relayed.start(SLEEP)
    process = server.__enter__()
    relay.cut()
    end = time.monotonic() + 10
    while process.alive():
        assert time.monotonic() < end
        time.sleep(0.01)
    with pytest.raises(SandboxBroken, match="container engine failed"):
        server.__exit__(None, None, None)


@pytest.mark.docker
def test_an_engine_that_hangs_is_broken_and_does_not_hang_us(
    relay: Relay, relayed: DockerSandbox
) -> None:
    begun = time.monotonic()
    command = Command(argv=SLEEP.argv, zone=Zone.CANDIDATE, limits=Limits(wall_seconds=1))
    with pytest.raises(SandboxBroken, match="did not answer in time"):
        relayed.run(command, on_stdout=lambda _: relay.freeze())
    assert time.monotonic() - begun < 15


@pytest.mark.docker
def test_a_dead_engine_breaks_every_method_and_close_is_quiet(
    relay: Relay, relayed: DockerSandbox, tmp_path: Path
) -> None:
    relay.cut()
    for attempt in (
        lambda: relayed.run(SLEEP),
        lambda: relayed.folder(tmp_path),
        lambda: relayed.stored("ab"),
        lambda: relayed.store("ab", tmp_path),
        relayed.endpoint,
        relayed.interpreters,
    ):
        with pytest.raises(SandboxBroken, match="container engine failed") as caught:
            attempt()
        assert "\n" not in caught.value.message
        assert caught.value.hint
    relayed.close()


@pytest.fixture
def untold(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Take away what points to an engine."""
    for name in TOLD:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("unix:///no/such.sock", "No such file"),
        ("tcp://127.0.0.1:9", "refused"),
        ("ssh://somewhere", "can't be used"),
        ("tcp://127.0.0.1:port", "can't be used"),
        ("rubbish", "can't be used"),
    ],
)
def test_an_engine_that_cannot_be_reached_is_unavailable(
    untold: pytest.MonkeyPatch, tmp_path: Path, address: str, says: str
) -> None:
    untold.setenv("DOCKER_HOST", address)
    with pytest.raises(SandboxUnavailable, match=says) as caught:
        DockerSandbox.open(cache=tmp_path, scratch=tmp_path)
    assert caught.value.hint


def test_a_socket_without_permission_leads_to_the_docker_group(
    untold: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "engine.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        path.chmod(0)
        untold.setenv("DOCKER_HOST", f"unix://{path}")
        us = os.geteuid()
        if us == 0:  # whom no permission stops
            os.seteuid(65534)
        try:
            with pytest.raises(SandboxUnavailable, match="no permission") as caught:
                connect()
        finally:
            os.seteuid(us)
    assert "docker group" in caught.value.hint


def test_what_answers_but_is_no_engine_is_unavailable(
    untold: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "engine.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        untold.setenv("DOCKER_HOST", f"unix://{path}")
        with pytest.raises(SandboxUnavailable, match="no usable container engine"):
            connect(timeout_seconds=1)


def test_a_context_that_is_not_there_is_unavailable(untold: pytest.MonkeyPatch) -> None:
    untold.setenv("DOCKER_CONTEXT", "no-such-context")
    with pytest.raises(SandboxUnavailable, match="no-such-context"):
        connect()


def test_a_context_leads_to_its_engine(untold: pytest.MonkeyPatch, tmp_path: Path) -> None:
    meta = tmp_path / "contexts" / "meta" / hashlib.sha256(b"elsewhere").hexdigest()
    meta.mkdir(parents=True)
    address = f"unix://{tmp_path}/nobody.sock"
    (meta / "meta.json").write_text(
        json.dumps(
            {"Name": "elsewhere", "Metadata": {}, "Endpoints": {"docker": {"Host": address}}}
        )
    )
    (tmp_path / "config.json").write_text("{}")
    untold.setenv("DOCKER_CONFIG", str(tmp_path))
    untold.setenv("DOCKER_CONTEXT", "elsewhere")
    with pytest.raises(SandboxUnavailable, match=r"nobody\.sock"):
        connect()


def test_without_an_engine_there_is_nothing_to_sweep(untold: pytest.MonkeyPatch) -> None:
    untold.setenv("DOCKER_HOST", "unix:///no/such.sock")
    begun = time.monotonic()
    assert sweep_docker() == ()
    assert purge_docker_cache() == ()
    assert time.monotonic() - begun < 1


@pytest.mark.docker
def test_an_image_that_cannot_be_had_leads_to_building_one(
    sandboxes: Sandboxes, tmp_path: Path
) -> None:
    sandboxes.get("docker")
    with pytest.raises(SandboxUnavailable, match="no image localhost:9/nothing") as caught:
        DockerSandbox.open(cache=tmp_path, scratch=tmp_path, image="localhost:9/nothing:here")
    assert "flaskgrade image build --from debian" in caught.value.hint


def opened(sandboxes: Sandboxes, cache: Path, scratch: Path) -> DockerSandbox:
    """Open a Docker sandbox of its own; skips, or fails, where no engine answers."""
    sandboxes.get("docker")
    return DockerSandbox.open(cache=cache, scratch=scratch)


@pytest.mark.docker
def test_containers_run_by_the_runtime_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, sandboxes: Sandboxes, cache: Path, tmp_path: Path
) -> None:
    monkeypatch.setenv("FLASKGRADE_DOCKER_RUNTIME", "io.containerd.runc.v2")
    sandbox = opened(sandboxes, cache, tmp_path)
    sandbox.stored("ab")  # which waits for what it runs itself at first
    client = connect().client
    try:
        with sandbox.start(Command(argv=("/bin/sleep", "20"), zone=Zone.CANDIDATE)):
            mine = {"label": [f"{RUN}={sandbox._run}"]}
            (container,) = client.containers(filters=mine)
            host = client.inspect_container(container["Id"])["HostConfig"]
    finally:
        sandbox.close()
        client.close()

    assert host["Runtime"] == "io.containerd.runc.v2"
    assert sandbox.version.endswith(" with io.containerd.runc.v2")


@pytest.mark.docker
def test_a_runtime_that_the_engine_does_not_know_is_an_error_and_never_replaced(
    monkeypatch: pytest.MonkeyPatch, sandboxes: Sandboxes, cache: Path, tmp_path: Path
) -> None:
    monkeypatch.setenv("FLASKGRADE_DOCKER_RUNTIME", "no-such-runtime")
    with pytest.raises(SandboxUnavailable, match="knows no runtime 'no-such-runtime'") as raised:
        opened(sandboxes, cache, tmp_path)

    assert "SECURITY.md" in raised.value.hint
    assert "runc" in raised.value.message

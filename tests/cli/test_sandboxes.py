"""Choosing a backend, and sweeping what dead runs left in the engine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
import pytest

from flaskgrade.cli.sandboxes import open_sandbox
from flaskgrade.errors import SandboxUnavailable
from flaskgrade.sandbox.docker_owner import OWNER, labels
from flaskgrade.workspace import run_folder
from tests.conftest import Sandboxes


def test_auto_takes_bwrap_where_no_engine_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path
) -> None:
    """An engine that does not answer is said, and bwrap is taken."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nothing.sock")
    said: list[str] = []

    with (
        run_folder(cache) as scratch,
        open_sandbox("auto", cache=cache, scratch=scratch, say=said.append) as sandbox,
    ):
        assert sandbox.name == "bwrap"

    assert len(said) == 1


def test_docker_is_not_replaced_where_it_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path
) -> None:
    """Who asks for Docker gets Docker or an error."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nothing.sock")

    with (
        pytest.raises(SandboxUnavailable),
        run_folder(cache) as scratch,
        open_sandbox("docker", cache=cache, scratch=scratch, say=print),
    ):
        pass


def test_auto_is_docker_where_a_runtime_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path
) -> None:
    """Who names a runtime, such as gVisor's, never gets bwrap in its place."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nothing.sock")
    monkeypatch.setenv("FLASKGRADE_DOCKER_RUNTIME", "runsc")

    with (
        pytest.raises(SandboxUnavailable),
        run_folder(cache) as scratch,
        open_sandbox("auto", cache=cache, scratch=scratch, say=print),
    ):
        pass


@contextmanager
def abandoned() -> Iterator[str]:
    """Make a volume as a run that is dead by now would have left it; yield its name."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    client = docker.from_env()
    name = f"flaskgrade-test-{os.getpid()}"
    client.volumes.create(name, labels={**labels("dead"), OWNER: f"{child}:1"})
    try:
        yield name
    finally:
        for volume in client.volumes.list(filters={"name": name}):
            volume.remove(force=True)
        client.close()


@pytest.mark.docker
def test_opening_docker_sweeps_what_dead_runs_left(cache: Path, sandboxes: Sandboxes) -> None:
    """The next grading removes what an interrupted one could not."""
    sandboxes.get("docker")  # skips, or fails, where no engine answers
    with abandoned() as name:
        with (
            run_folder(cache) as scratch,
            open_sandbox("docker", cache=cache, scratch=scratch, say=print),
        ):
            pass
        client = docker.from_env()

        assert client.volumes.list(filters={"name": name}) == []

        client.close()

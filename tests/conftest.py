"""What tests of several rooms share: opened sandboxes, one of each backend for the session."""

import importlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from flaskgrade.errors import SandboxUnavailable
from flaskgrade.sandbox.base import Sandbox
from flaskgrade.workspace import run_folder

BACKENDS = {"bwrap": "BwrapSandbox", "docker": "DockerSandbox"}


def open_sandbox(backend: str, *, cache: Path, scratch: Path) -> Sandbox:
    """Open a backend by its name; only then is its module imported."""
    module = importlib.import_module(f"flaskgrade.sandbox.{backend}")
    opened: Sandbox = getattr(module, BACKENDS[backend]).open(cache=cache, scratch=scratch)
    return opened


class Sandboxes:
    """The sandboxes of this session, opened when first asked for."""

    def __init__(self, cache: Path, stack: ExitStack) -> None:
        self.cache = cache
        self._stack = stack
        self._opened: dict[str, Sandbox | SandboxUnavailable] = {}

    def get(self, backend: str) -> Sandbox:
        """Return the opened sandbox; skip where there is no engine, fail where one is required."""
        if backend not in self._opened:
            scratch = self._stack.enter_context(run_folder(self.cache))
            try:
                sandbox = open_sandbox(backend, cache=self.cache, scratch=scratch)
            except SandboxUnavailable as error:
                self._opened[backend] = error
            else:
                if backend == "docker":  # what is stored outlives close, on purpose
                    sweep = importlib.import_module("flaskgrade.sandbox.docker_sweep")
                    self._stack.callback(sweep.purge_docker_cache, cache=self.cache)
                self._stack.callback(sandbox.close)
                self._opened[backend] = sandbox
        opened = self._opened[backend]
        if isinstance(opened, SandboxUnavailable):
            reason = f"{backend}: {opened.message}"
            if backend == "docker" and not os.environ.get("FLASKGRADE_REQUIRE_DOCKER"):
                pytest.skip(reason)
            pytest.fail(reason)
        return opened


@pytest.fixture(scope="session")
def cache() -> Iterator[Path]:
    """Give a cache folder that the unprivileged users of the sandboxes can traverse."""
    folder = Path(tempfile.mkdtemp(prefix="flaskgrade-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sandboxes(cache: Path) -> Iterator[Sandboxes]:
    """Give the sandboxes of the session, and close them at its end."""
    with ExitStack() as stack:
        yield Sandboxes(cache, stack)


@pytest.fixture(params=["bwrap", pytest.param("docker", marks=pytest.mark.docker)])
def sandbox(request: pytest.FixtureRequest, sandboxes: Sandboxes) -> Sandbox:
    """Give each backend in turn."""
    return sandboxes.get(request.param)


@pytest.fixture
def bwrap_sandbox(sandboxes: Sandboxes) -> Sandbox:
    """Give a bwrap sandbox, for tests that need any one sandbox."""
    return sandboxes.get("bwrap")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what takes longest first, so that no worker is left alone with it at the end."""
    first = ("tests/exercises/test_payment_webhooks.py", "tests/exercises/")
    items.sort(key=lambda item: [not item.nodeid.startswith(one) for one in first])

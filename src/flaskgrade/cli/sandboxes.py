"""Choose and open a sandbox backend; sweep what interrupted runs left."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flaskgrade import workspace
from flaskgrade.errors import SandboxUnavailable
from flaskgrade.sandbox.base import Sandbox

DOCKER = "docker"
BWRAP = "bwrap"
AUTO = "auto"


@contextmanager
def open_sandbox(
    choice: str, *, cache: Path, scratch: Path, say: Callable[[str], None]
) -> Iterator[Sandbox]:
    """Yield an open sandbox and close it. Raises SandboxUnavailable: nothing runs without one.

    `auto` takes Docker where an engine answers, else bwrap; `say` is told when the first choice
    was not to be had. Where FLASKGRADE_DOCKER_RUNTIME is set, `auto` is Docker.
    """
    sandbox = _open(choice, cache, scratch, say)
    # Beside the work, which does not wait for what others left.
    sweeper = threading.Thread(target=sweep_engine if sandbox.name == DOCKER else tuple)
    sweeper.start()
    try:
        yield sandbox
    finally:
        sandbox.close()
        sweeper.join()


def _open(choice: str, cache: Path, scratch: Path, say: Callable[[str], None]) -> Sandbox:
    wants_runtime = bool(os.environ.get("FLASKGRADE_DOCKER_RUNTIME"))
    if choice == BWRAP or (choice == AUTO and not engine_socket() and not wants_runtime):
        return _bwrap(cache, scratch)
    try:
        return _docker(cache, scratch)
    except SandboxUnavailable as docker:
        if choice == DOCKER or wants_runtime:
            raise  # who names a runtime wants it, and nothing weaker in its place
        try:
            sandbox = _bwrap(cache, scratch)
        except SandboxUnavailable as bwrap:
            raise SandboxUnavailable(
                f"no sandbox can be set up. Docker: {docker.message}. bwrap: {bwrap.message}",
                hint=f"{docker.hint} Or: {bwrap.hint}",
            ) from bwrap
        say(f"Docker can't be used ({docker.message}); bwrap is")
        return sandbox


def _bwrap(cache: Path, scratch: Path) -> Sandbox:
    from flaskgrade.sandbox.bwrap import BwrapSandbox  # noqa: PLC0415 - each backend only if used

    return BwrapSandbox.open(cache=cache, scratch=scratch)


def _docker(cache: Path, scratch: Path) -> Sandbox:
    from flaskgrade.sandbox.docker import DockerSandbox  # noqa: PLC0415 - importing it is slow

    return DockerSandbox.open(cache=cache, scratch=scratch)


def engine_socket() -> str | None:
    """Return where an engine may listen, without asking it: importing the SDK costs time."""
    if host := os.environ.get("DOCKER_HOST"):
        return host
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    places = ["/var/run/docker.sock", "/run/podman/podman.sock"]
    places += [f"{runtime}/docker.sock", f"{runtime}/podman/podman.sock"] if runtime else []
    return next((place for place in places if Path(place).exists()), None)


def sweep_all(root: Path) -> tuple[str, ...]:
    """Remove whatever runs that are no more have left; return what it was."""
    from flaskgrade.sandbox.bwrap import sweep_bwrap  # noqa: PLC0415 - as above

    return (*sweep_bwrap(root / "runs"), *workspace.sweep(root))


def sweep_engine() -> tuple[str, ...]:
    """Remove what runs that are no more have left in the container engine, if one answers."""
    if not engine_socket():
        return ()
    from flaskgrade.sandbox.docker_sweep import sweep_docker  # noqa: PLC0415 - as above

    return sweep_docker()

"""The way to the container engine: where it listens, what it is, and what its failures mean."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from docker import APIClient
from docker.context import Context, ContextAPI
from docker.errors import APIError, DockerException
from urllib3.exceptions import HTTPError

from flaskgrade.errors import SandboxBroken, SandboxUnavailable

TIMEOUT_SECONDS = 30.0  # of one request; where layers are copied (vfs) a container takes seconds
INSTALL_HINT = (
    "Install and start Docker or Podman (`systemctl start docker`, or on Debian as root "
    "`.ci/engine.sh`), point DOCKER_HOST at a running engine, or choose `--sandbox bwrap`."
)
CONTEXT_HINT = "See `docker context ls` for those there are, or set DOCKER_HOST."
# requests' own errors are OSErrors
FAILURES = (DockerException, HTTPError, HTTPException, OSError)


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A container engine that answers."""

    client: APIClient
    name: str  # "Docker", "Podman"
    version: str
    address: str  # "unix:///var/run/docker.sock", "tcp://127.0.0.1:2375"
    kernel: str  # the release of its host's

    def dial(self) -> socket.socket:
        """Open a connection beside the client's, for a stream that is spoken by hand."""
        return _dial(self.address, timeout=float(self.client.timeout))


@contextmanager
def speaking(doing: str) -> Iterator[None]:
    """Turn what an engine can fail with into SandboxBroken; `doing` completes "failed while"."""
    try:
        yield
    except FAILURES as error:
        raise SandboxBroken(
            f"the container engine failed while {doing}: {reason(error)}",
            hint="See that the engine runs (`docker info`), then grade again.",
        ) from error


def reason(error: BaseException) -> str:
    """Return the sentence in an error of the SDK, without its wrappings."""
    if isinstance(error, APIError) and error.explanation:
        return str(error.explanation)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = str(error)
    if "Connection aborted" in text or "Connection refused" in text:
        return "it does not answer any more"
    return "it did not answer in time" if "timed out" in text else text


def connect(*, timeout_seconds: float = TIMEOUT_SECONDS) -> Engine:
    """Connect to the engine that DOCKER_HOST, the Docker context or a standard socket names.

    Raises SandboxUnavailable, saying what is missing.
    """
    address = _address()
    try:
        _dial(address, timeout=timeout_seconds).close()
    except PermissionError as error:
        raise SandboxUnavailable(
            f"no permission to use the container engine at {address}",
            hint="Add yourself to the docker group (`sudo usermod -aG docker $USER`) and log in "
            "again, or use a rootless engine; members of that group are as good as root.",
        ) from error
    except OSError as error:
        raise SandboxUnavailable(
            f"no container engine answers at {address}: {error.strerror or error}",
            hint=INSTALL_HINT,
        ) from error
    try:
        client = APIClient(
            base_url=address, version="auto", timeout=int(timeout_seconds), max_pool_size=32
        )
        about = client.version()
    except FAILURES as error:
        raise SandboxUnavailable(
            f"what answers at {address} is no usable container engine: {reason(error)}",
            hint=INSTALL_HINT,
        ) from error
    parts = " ".join(str(part.get("Name", "")) for part in about.get("Components") or ())
    return Engine(
        client=client,
        name="Podman" if "podman" in parts.lower() else "Docker",
        version=str(about.get("Version", "unknown")),
        address=address,
        kernel=str(about.get("KernelVersion", "")),
    )


def check_limits(engine: Engine) -> None:
    """Raise SandboxUnavailable if the engine can't limit what a container uses.

    An engine without the kernel's means (rootless, no delegated cgroup) leaves limits out silently.
    """
    with speaking("saying what it can do"):
        about = engine.client.info()
    if about.get("OSType", "linux") != "linux":
        raise SandboxUnavailable(
            "the container engine runs no Linux containers", hint="Switch it to Linux containers."
        )
    missing = [name for name in ("MemoryLimit", "PidsLimit") if not about.get(name)]
    if missing:
        raise SandboxUnavailable(
            f"the container engine can't limit containers: it reports no {', no '.join(missing)}",
            hint="A rootless engine needs cgroup v2 with delegated controllers: "
            "https://rootlesscontaine.rs/getting-started/common/cgroup2/",
        )


def find_runtime(engine: Engine) -> str | None:
    """Return the runtime that FLASKGRADE_DOCKER_RUNTIME names, such as `runsc`; None for the usual.

    Raises SandboxUnavailable if the engine does not know it: weaker isolation than was asked for
    must never be taken in its place.
    """
    name = os.environ.get("FLASKGRADE_DOCKER_RUNTIME")
    if not name:
        return None
    with speaking("naming its runtimes"):
        known = engine.client.info().get("Runtimes") or {}
    if name not in known:
        raise SandboxUnavailable(
            f"the container engine knows no runtime {name!r}; it has: {', '.join(sorted(known))}",
            hint="Install the runtime, register it with the engine (for gVisor `sudo runsc install "
            "-- --host-uds=all && sudo systemctl restart docker`), or unset "
            "FLASKGRADE_DOCKER_RUNTIME. See SECURITY.md.",
        )
    return name


def _address() -> str:
    """Return the engine's address: as told, or the first standard socket that exists."""
    if told := os.environ.get("DOCKER_HOST") or _context_host():
        try:
            parts = urlsplit(told)
            scheme = parts.scheme if parts.path or parts.port else ""
        except ValueError:
            scheme = ""
        if scheme != "unix" and (scheme != "tcp" or os.environ.get("DOCKER_TLS_VERIFY")):
            raise SandboxUnavailable(
                f"the container engine at {told!r} can't be used",
                hint="flaskgrade speaks to an engine over a Unix socket (unix:///path) or plain "
                "TCP (tcp://host:port). Forward another one's socket: "
                "ssh -L /tmp/docker.sock:/var/run/docker.sock HOST.",
            )
        return told
    # The Docker CLI's own default, rootless Docker, Podman as root, rootless Podman.
    sockets = [Path("/var/run/docker.sock"), Path("/run/podman/podman.sock")]
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        sockets[1:1] = [Path(runtime, "docker.sock"), Path(runtime, "podman/podman.sock")]
    return f"unix://{next((path for path in sockets if _is_there(path)), sockets[0])}"


def _is_there(path: Path) -> bool:
    try:
        return path.is_socket()
    except OSError:  # in a folder that we may not enter
        return False


def _context_host() -> str | None:
    """Return the address in the current Docker context, unless that is the default one."""
    name = os.environ.get("DOCKER_CONTEXT")
    try:
        context: Context | None = ContextAPI.get_context(name)
    except Exception as error:  # the SDK raises bare Exceptions for broken files
        raise SandboxUnavailable(
            f"the Docker context can't be read: {error}", hint=CONTEXT_HINT
        ) from error
    if context is None:
        raise SandboxUnavailable(f"there is no Docker context {name}", hint=CONTEXT_HINT)
    return None if context.name == "default" else str(context.Host)


def _dial(address: str, *, timeout: float) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "tcp":
        return socket.create_connection(
            (parts.hostname or "localhost", parts.port or 2375), timeout
        )
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect(parts.path)
    except BaseException:
        connection.close()
        raise
    return connection

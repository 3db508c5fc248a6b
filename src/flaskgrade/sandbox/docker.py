"""The Docker backend: each command in its own container, folders as volumes.

The image is never given a network, so it is only a root file system with a Python in it. Works
with Podman through its Docker-compatible socket.
"""

import contextlib
import secrets
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import count
from pathlib import Path
from typing import Self

from flaskgrade.errors import SandboxBroken, SandboxUnavailable
from flaskgrade.model.environment import Folder, Interpreter
from flaskgrade.sandbox.base import Command, Endpoint, Outcome, Process, Zone
from flaskgrade.sandbox.docker_container import Container
from flaskgrade.sandbox.docker_engine import (
    FAILURES,
    Engine,
    check_limits,
    connect,
    find_runtime,
    speaking,
)
from flaskgrade.sandbox.docker_host import PROOF_SECONDS, STORED, HostFolders, sees_our_files
from flaskgrade.sandbox.docker_image import find_image
from flaskgrade.sandbox.docker_interpreters import interpreters
from flaskgrade.sandbox.docker_owner import RUN, labels
from flaskgrade.sandbox.docker_recipe import (
    BACKEND,
    SOCKET_OPTIONS,
    Image,
    container_options,
    new_endpoint,
)
from flaskgrade.sandbox.docker_seccomp import profile
from flaskgrade.sandbox.docker_stream import STDERR, STDOUT
from flaskgrade.sandbox.docker_volume import Volume, make_volume, store_volume, stored_volume
from flaskgrade.sandbox.store import Store
from flaskgrade.workspace import remove


class DockerSandbox:
    """A Sandbox on a container engine. Made by `open`."""

    def __init__(
        self,
        *,
        engine: Engine,
        image: Image,
        cache: Path,
        scratch: Path,
        runtime: str | None = None,
    ) -> None:
        self._engine = engine
        self._image = image
        self._runtime = runtime
        self._cache = cache
        self._run = secrets.token_hex(6)
        self._labels = labels(self._run)
        self._numbers = count(1)
        self._security = _security(engine, scratch)
        self._folders: dict[Path, Folder] = {}
        self._removers: list[threading.Thread] = []
        self._sizes: dict[str, int] = {}
        self._lock = threading.Lock()
        self._scratch = scratch.resolve()
        self._host: HostFolders | None = None  # set by the asker, where the engine sees our files
        self._asker = threading.Thread(target=self._ask, daemon=True)
        self._asker.start()

    @classmethod
    def open(cls, *, cache: Path, scratch: Path, image: str | None = None) -> Self:
        """Connect to the engine and find the image; raises SandboxUnavailable.

        `image` is a name or an id; without one FLASKGRADE_IMAGE, the base image made by
        `flaskgrade image build`, or python:3.13-slim is taken, in this order. Containers run by
        the engine's runtime that FLASKGRADE_DOCKER_RUNTIME names, else by its default.
        """
        engine = connect()
        try:
            check_limits(engine)
            return cls(
                engine=engine,
                runtime=find_runtime(engine),
                image=find_image(engine, image),
                cache=cache,
                scratch=scratch,
            )
        except SandboxBroken as error:  # there is none yet that could break
            engine.client.close()
            raise SandboxUnavailable(error.message, hint=error.hint) from error
        except BaseException:
            engine.client.close()
            raise

    @property
    def name(self) -> str:
        """`docker`."""
        return BACKEND

    @property
    def version(self) -> str:
        """The engine's version, and the runtime if one was chosen."""
        chosen = f" with {self._runtime}" if self._runtime else ""
        return f"{self._engine.version}{chosen}"

    @property
    def digest(self) -> str:
        """The image's id."""
        return self._image.digest

    def interpreters(self) -> tuple[Interpreter, ...]:
        """Return the image's Pythons, its default one first."""
        return interpreters(self.run, image=self._image.digest, cache=self._cache)

    def folder(self, path: Path) -> Folder:
        """Make a host folder mountable, by a copy if need be; one for a path."""
        path = path.absolute()
        host = self._sharing()
        with self._lock:
            if path not in self._folders:
                self._folders[path] = (
                    self._uploaded(path)
                    if host is None
                    else host.folder(path, name=self._next_name())
                )
            return self._folders[path]

    def stored(self, key: str) -> Folder | None:
        """Return what is stored under the key."""
        if (host := self._sharing()) is not None:
            return host.stored(key)
        volume = stored_volume(self._engine, key)
        return None if volume is None else self._as_folder(volume)

    def store(self, key: str, path: Path) -> Folder:
        """Store a host folder so that it outlives this object; `path` is gone afterwards.

        It is moved to the cache, or copied to a volume where the engine does not see our files.
        """
        if (host := self._sharing()) is not None:
            return host.put(key, path)
        volume = store_volume(
            self._engine, image=self._image.digest, key=key, path=path, cache=self._cache
        )
        # Thousands of files take their time to unlink, and nothing waits for that.
        away = path.rename(path.with_name(f".{path.name}.stored"))
        remover = threading.Thread(target=remove, args=(away,), daemon=True)
        remover.start()
        self._removers.append(remover)
        return self._as_folder(volume)

    def endpoint(self, connecting: Zone = Zone.EXAMINER) -> Endpoint:  # noqa: ARG002 - all may
        """Make a socket's volume: in memory, with room for nothing but a socket."""
        name = self._next_name()
        with speaking("making a volume for a socket"):
            self._engine.client.create_volume(
                name, driver="local", driver_opts=SOCKET_OPTIONS, labels=self._labels
            )
        return new_endpoint(name)

    def run(
        self,
        command: Command,
        *,
        on_stdout: Callable[[bytes], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Outcome:
        """Run a command to its end in a container of its own."""
        return self._container(command, on_stdout).run(cancelled=cancelled)

    def start(
        self,
        command: Command,
        *,
        on_stdout: Callable[[bytes], None] | None = None,
        on_stderr: Callable[[bytes], None] | None = None,
    ) -> AbstractContextManager[Process]:
        """Start a command in a container of its own when the `with` block is entered."""
        return self._container(command, on_stdout, on_stderr)

    def close(self) -> None:
        """Remove this run's containers and volumes. What an engine keeps is left for the sweep."""
        self._asker.join(PROOF_SECONDS)
        client = self._engine.client
        mine = {"label": [f"{RUN}={self._run}"]}
        with contextlib.suppress(*FAILURES):
            for container in client.containers(all=True, filters=mine):
                with contextlib.suppress(*FAILURES):
                    client.remove_container(container["Id"], force=True, v=True)
            for volume in client.volumes(filters=mine)["Volumes"] or ():
                with contextlib.suppress(*FAILURES):
                    client.remove_volume(volume["Name"], force=True)
        client.close()
        for remover in self._removers:
            remover.join()

    def _container(
        self,
        command: Command,
        on_stdout: Callable[[bytes], None] | None,
        on_stderr: Callable[[bytes], None] | None = None,
    ) -> Container:
        options = container_options(
            self._engine.client,
            command,
            image=self._image,
            runtime=self._runtime,
            sizes=self._sizes,
            security=self._security,
            labels=self._labels,
        )
        listeners = {STDOUT: on_stdout, STDERR: on_stderr}
        return Container(self._engine, command, self._next_name(), options, listeners)

    def _ask(self) -> None:
        """Find out whether the engine sees our files, beside whatever else is done first."""
        store = self._cache.resolve() / STORED
        with contextlib.suppress(OSError):  # then the proof fails
            store.mkdir(parents=True, exist_ok=True)
        if sees_our_files(self._engine, (self._scratch, store), self.run):
            self._host = HostFolders(scratch=self._scratch, store=Store(store))

    def _sharing(self) -> HostFolders | None:
        """Return where folders are mounted from, None where they have to be copied."""
        self._asker.join()
        return self._host

    def _uploaded(self, path: Path) -> Folder:
        return self._as_folder(
            make_volume(
                self._engine,
                image=self._image.digest,
                name=self._next_name(),
                path=path,
                labels=self._labels,
            )
        )

    def _as_folder(self, volume: Volume) -> Folder:
        self._sizes[volume.name] = volume.size
        return Folder(backend=BACKEND, reference=volume.name)

    def _next_name(self) -> str:
        return f"flaskgrade-{self._run}-{next(self._numbers)}"


def _security(engine: Engine, scratch: Path) -> tuple[str, ...]:
    """Return the security options. Docker takes the profile itself, Podman a path on its host."""
    if engine.name != "Podman":
        return (f"seccomp={profile()}",)
    path = scratch / "seccomp.json"
    try:
        path.write_text(profile(), encoding="ascii")
    except OSError as error:
        raise SandboxBroken(f"cannot write {path}: {error.strerror}") from error
    return (f"seccomp={path}",)

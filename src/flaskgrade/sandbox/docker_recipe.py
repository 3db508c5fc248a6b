"""A command as a container: every restriction that it runs under, in one place.

Each option has its reason in what happens without it: docs/security.md.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docker import APIClient
from docker.types import DriverConfig, LogConfig, Mount, Ulimit

from flaskgrade.errors import SandboxBroken
from flaskgrade.model.environment import Folder
from flaskgrade.sandbox.base import MIB, SCRATCH, Access, Command, Endpoint, Zone
from flaskgrade.sandbox.docker_tree import room, walk

BACKEND = "docker"
GROUP = 20000
USERS = {Zone.CANDIDATE: 10001, Zone.EXAMINER: 10002}
SOCKET_FOLDER = "/run/gw"
SOCKET = f"{SOCKET_FOLDER}/app.sock"
PEER_FOLDER = "/run/peer"  # where a connecting command finds the folders of its sockets
# The endpoint's file system: room for a socket, not for a message. Setgid hands the socket to the
# group of both zones; the connecting side mounts it read-only, which still lets it connect.
SOCKET_OPTIONS = {
    "type": "tmpfs",
    "device": "tmpfs",
    "o": f"size=1m,nr_inodes=64,uid={USERS[Zone.CANDIDATE]},gid={GROUP},mode=2770",
}
COPIES = "/.copy"  # where the originals of writable copies are
READY = b"\x06"
NOT_FOUND = 127
FLAGS = ("ro", "nosuid", "nodev")  # of the mount of a host's folder
INODES = 65536  # of each writable place
SHARED_MEMORY_BYTES = 16 * MIB
PATH = "/usr/local/bin:/usr/bin:/bin"
ENVIRONMENT = {
    "PATH": PATH,
    "HOME": SCRATCH,
    "TMPDIR": SCRATCH,
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
}


@dataclass(frozen=True, kw_only=True)
class Image:
    """The root file system of every container."""

    reference: str  # "flaskgrade-base:trixie"
    digest: str  # "sha256:…"
    variables: tuple[str, ...]  # names of what its own configuration would put in the environment


def container_options(
    client: APIClient,
    command: Command,
    *,
    image: Image,
    runtime: str | None,
    sizes: Mapping[str, int],
    security: tuple[str, ...],
    labels: Mapping[str, str],
) -> dict[str, Any]:
    """Return the arguments of `create_container`; `sizes` has each volume's bytes.

    `runtime` is one that the engine knows, None for its default.
    """
    limits = command.limits
    tmpfs = {
        SCRATCH: f"rw,nosuid,nodev,noexec,size={limits.tmp_bytes},nr_inodes={INODES},mode=1777",
        "/dev/mqueue": "ro,nosuid,nodev,noexec,size=4k,mode=0555",  # else a place to write to
    }
    mounts: list[Mount] = []
    copies: list[tuple[str, str]] = []
    for mount in command.mounts:
        source = _source(mount.folder)
        target = mount.target
        if mount.access is Access.COPY:
            _check_room(_size(source, sizes), limits.tmp_bytes, mount.target)
            target = f"{COPIES}/{len(copies)}"
            copies.append((target, mount.target))
            tmpfs[mount.target] = (
                f"rw,nosuid,nodev,exec,size={limits.tmp_bytes},nr_inodes={INODES},mode=0755,"
                f"uid={USERS[command.zone]},gid={GROUP}"
            )
        mounts.append(_mount(target, source, labels))
    mounts += [
        Mount(
            folder,
            endpoint.reference,
            type="volume",
            read_only=folder != SOCKET_FOLDER,
            no_copy=True,
            labels=dict(labels),
        )
        for folder, endpoint in (
            *(((SOCKET_FOLDER, command.serves),) if command.serves else ()),
            *((one.path.rpartition("/")[0], one) for one in command.connects),
        )
    ]
    return {
        "image": image.digest,
        # As arguments of the shell, never as its program: nothing in argv is interpreted.
        "entrypoint": ["/bin/sh", "-c", prologue(command, copies), "sh"],
        "command": list(command.argv),
        "user": f"{USERS[command.zone]}:{GROUP}",
        "working_dir": "/",  # the engine would make one that does not exist
        "environment": _environment(command, image),
        "hostname": "box",
        "stdin_open": bool(command.stdin or command.feed),
        "labels": dict(labels),
        "healthcheck": {"test": ["NONE"]},
        "host_config": client.create_host_config(
            runtime=runtime,
            network_mode="none",
            ipc_mode="private",
            read_only=True,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges", *security],
            init=True,  # reaps, passes signals on, and when the command ends all end with it
            pids_limit=limits.processes + 1,  # the init counts
            mem_limit=limits.memory_bytes,
            memswap_limit=limits.memory_bytes,
            # A weight of 100 is half of what everything else gets, where all are busy.
            cpu_shares=max(2, limits.cpu_weight * 512 // 100),
            oom_score_adj=500,
            ulimits=[
                Ulimit(name="nofile", soft=limits.open_files, hard=limits.open_files),
                Ulimit(name="fsize", soft=limits.file_bytes, hard=limits.file_bytes),
                Ulimit(name="core", soft=0, hard=0),
            ],
            shm_size=SHARED_MEMORY_BYTES,
            tmpfs=tmpfs,
            mounts=mounts,
            log_config=LogConfig(
                type="none"
            ),  # we are attached; a log would fill the engine's disk
        ),
    }


def prologue(command: Command, copies: list[tuple[str, str]]) -> str:
    """Return the shell program that makes the copies and then becomes the command.

    When all is ready, and before anything of the command has run, it writes READY to stderr: an
    end without it is an end of the prologue, which no command can feign. Its programs are called by
    their paths, as PATH may lead to the candidate's.
    """
    lines = ["set -e"]
    lines += [f"/bin/cp -Rp {source}/. {shlex.quote(target)}" for source, target in copies]
    lines.append(f"cd -- {shlex.quote(command.cwd)}")
    lines.append(f'command -v "$1" >/dev/null || exit {NOT_FOUND}')
    if command.serves is not None:
        lines.append("umask 0007")  # the socket is for the group, too
    given = {name for name, _ in command.environment}
    # what the engine and the shell add
    added = [name for name in ("HOSTNAME", "PWD", "OLDPWD") if name not in given]
    lines.append(f"unset {' '.join(added)}" if added else ":")
    lines.append(f"printf '\\{READY[0]:03o}' >&2")
    lines.append('exec "$@"')
    return "\n".join(lines)


def new_endpoint(volume: str) -> Endpoint:
    """Return the endpoint that is served from a volume made with SOCKET_OPTIONS."""
    peer = f"{PEER_FOLDER}/{volume.rpartition('-')[2]}"
    return Endpoint(bind=f"unix:{SOCKET}", path=f"{peer}/app.sock", reference=volume)


def host_folder(path: Path) -> Folder:
    """Return a folder of this backend that is a host's, at a resolved path."""
    return Folder(backend=BACKEND, reference=str(path))


def _source(folder: Folder) -> str:
    """Return what a folder of this backend is: a host's path, or a volume's name."""
    if folder.backend != BACKEND:
        raise SandboxBroken(
            f"a folder of the {folder.backend} sandbox can't be mounted by docker",
            hint="Grade again with one backend throughout.",
        )
    return folder.reference


def _mount(target: str, source: str, labels: Mapping[str, str]) -> Mount:
    """Return the mount of a folder, which nobody can write to.

    The engine makes a volume that is gone when the container is made: one of a run that was
    killed meanwhile, and swept already. With our labels the next sweep finds it.

    A host's folder becomes a nameless volume that goes with the container. It is mounted with
    FLAGS, and its mount in the container is that mount's twin. Asked for one that is read-only,
    runc would set this flag and take the others away. Nor can the engine write through it, when it
    removes what it takes for the volume's content.
    """
    if not _is_hosts(source):
        return Mount(
            target, source, type="volume", read_only=True, no_copy=True, labels=dict(labels)
        )
    options = {"type": "none", "o": f"bind,{','.join(FLAGS)}", "device": source}
    driver = DriverConfig("local", options)
    return Mount(
        target, None, type="volume", no_copy=True, labels=dict(labels), driver_config=driver
    )


def _is_hosts(source: str) -> bool:
    return source.startswith("/")  # as no volume's name does


def _size(source: str, sizes: Mapping[str, int]) -> int:
    """Return how many bytes a copy of a folder needs in memory."""
    return room(tuple(walk(source))) if _is_hosts(source) else sizes.get(source, 0)


def _environment(command: Command, image: Image) -> list[str]:
    wanted = {**ENVIRONMENT, **dict(command.environment)}
    # a name without a value takes the image's own variable away
    unwanted = [name for name in image.variables if name not in wanted]
    return [*(f"{name}={value}" for name, value in wanted.items()), *unwanted]


def _check_room(size: int, room: int, target: str) -> None:
    if size > room:
        raise SandboxBroken(
            f"the copy for {target} has {size / MIB:.0f} MiB, more than the {room / MIB:.0f} MiB "
            "that the command may write",
            hint="Raise the limit for temporary files.",
        )

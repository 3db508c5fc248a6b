"""What a bwrap sandbox is made of: bwrap's arguments for one command, and what runs before it."""

import resource
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flaskgrade.sandbox.base import MIB, SCRATCH, Access, Command, Limits, Zone

USERS = {Zone.CANDIDATE: 10001, Zone.EXAMINER: 10002}
GROUP = 20000
HOSTNAME = "box"
SHARED_MEMORY_BYTES = 16 * MIB
COPIES = "/.copy"  # where the originals of copies are mounted
GATEWAY = "/run/gw"  # where a connecting command finds the folders of its sockets
SOCKET = "app.sock"
KEYS = "/proc/keys"  # lists the host user's own, where a zone is that user for the kernel

# Numbers of the descriptors in the sandbox. The command itself keeps LISTEN at most.
LISTEN, CONTROL, STATUS, FILTER, OPTIONS = 3, 4, 5, 6, 7

ENVIRONMENT = (
    ("PATH", "/usr/bin:/bin"),
    ("HOME", SCRATCH),
    ("TMPDIR", SCRATCH),
    ("LANG", "C.UTF-8"),
    ("LC_ALL", "C.UTF-8"),
)

# Runs in the sandbox before the command: makes the copies, and waits for our word, before which it
# is put into its control group. Nothing of the command's runs here: programs are named by their
# paths. It sets no variables: they would have to be unset again. The
# arguments: origin and target of each copy, --, the working folder, what to look for, and the
# command behind the programs that prepare its process.
PROLOGUE = f"""
say() {{ echo "$1" >&{CONTROL}; [ "$1" = ready ] || exit 127; }}
copy() {{
    /bin/cp -R --preserve=mode,timestamps,links -- "$1/." "$2" && /bin/chmod -R u+rwX -- "$2"
}}
folder() {{ cd -- "$1" 2>/dev/null || say cwd; }}
word() {{ read -r REPLY <&{CONTROL} && [ "$REPLY" = go ] || exit 127; unset REPLY PWD OLDPWD; }}
while [ "$1" != -- ]; do copy "$1" "$2" || say copy; shift 2; done; shift
folder "$1"; shift
command -v -- "$1" >/dev/null || say not-found; shift
say ready; word
exec {CONTROL}>&-
exec "$@"
"""

PASSWD = (
    "root:x:0:0:root:/:/bin/false\n"
    f"candidate:x:{USERS[Zone.CANDIDATE]}:{GROUP}::/tmp:/bin/sh\n"
    f"examiner:x:{USERS[Zone.EXAMINER]}:{GROUP}::/tmp:/bin/sh\n"
    "nobody:x:65534:65534:nobody:/:/bin/false\n"
)
GROUPS = f"root:x:0:\nsandbox:x:{GROUP}:\nnogroup:x:65534:\n"
HOSTS = f"127.0.0.1 localhost {HOSTNAME}\n::1 localhost {HOSTNAME}\n"
NAMES = "passwd: files\ngroup: files\nhosts: files\nnetworks: files\nservices: files\n"


@dataclass(frozen=True, kw_only=True)
class Source:
    """A folder of the host as bwrap is to mount it."""

    path: str  # where bwrap's user can reach it
    target: str
    access: Access = Access.READ_ONLY


def make_etc(folder: Path) -> None:
    """Make the sandboxes' /etc: names of users and hosts, and where the libraries are."""
    folder.mkdir()
    for name, text in (
        ("passwd", PASSWD),
        ("group", GROUPS),
        ("hosts", HOSTS),
        ("nsswitch.conf", NAMES),
    ):
        (folder / name).write_text(text)
    cache = Path("/etc/ld.so.cache")
    if cache.exists():
        (folder / cache.name).write_bytes(cache.read_bytes())
    (folder / "alternatives").mkdir()
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)


def host_arguments(etc: str, prefixes: Iterable[Source]) -> list[str]:
    """Return the arguments for what all sandboxes see of the host."""
    arguments = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        path = Path("/") / name
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            arguments += ["--ro-bind", str(path), str(path)]
    arguments += ["--ro-bind", etc, "/etc"]
    if Path("/etc/alternatives").is_dir():
        arguments += ["--ro-bind", "/etc/alternatives", "/etc/alternatives"]
    for prefix in prefixes:
        arguments += ["--ro-bind", prefix.path, prefix.target]
    return arguments


@dataclass(frozen=True, kw_only=True)
class CommandLine:
    """What bwrap is told: `options` unseen, through a descriptor, and the `command` to run."""

    options: list[str]
    command: list[str]


def command_line(
    command: Command, host: Sequence[str], sources: Sequence[Source], mark: str
) -> CommandLine:
    """Return what to tell bwrap for a command. `mark` says on the host whose sandbox it is."""
    environment = dict(ENVIRONMENT) | dict(command.environment)
    given = [
        *("--unshare-all", "--unshare-user", "--disable-userns", "--cap-drop", "ALL"),
        *("--die-with-parent", "--new-session", "--hostname", HOSTNAME),
        *("--uid", str(USERS[command.zone]), "--gid", str(GROUP)),
        *("--json-status-fd", str(STATUS), "--seccomp", str(FILTER), "--clearenv"),
    ]
    for name, value in environment.items():
        given += ["--setenv", name, value]
    given += [
        *host,
        *("--proc", "/proc"),
        *(("--ro-bind", "/dev/null", KEYS) if Path(KEYS).exists() else ()),
        *("--remount-ro", "/proc", "--dev", "/dev"),
        *("--size", str(SHARED_MEMORY_BYTES), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"),  # noqa: S108 - inside
        *("--size", str(command.limits.tmp_bytes), "--tmpfs", SCRATCH),
    ]
    copies: list[str] = []
    for source in sources:
        if source.access is Access.COPY:
            original = f"{COPIES}/{len(copies) // 2}"
            given += ["--ro-bind", source.path, original]
            given += ["--size", str(command.limits.tmp_bytes), "--tmpfs", source.target]
            copies += [original, source.target]
        else:
            given += ["--ro-bind", source.path, source.target]
    return CommandLine(
        options=[*given, "--remount-ro", "/"],
        command=[
            *("/bin/sh", "-c", PROLOGUE, mark),
            *(*copies, "--", command.cwd, command.argv[0]),
            *limiting(command.limits),
            *cleaning(environment),
            *command.argv,
        ],
    )


def limiting(limits: Limits) -> list[str]:
    """Return the program that limits a process, in front of the command.

    In here, because processes are counted for the sandbox's user namespace, of which its init is
    one; and not by us from outside, for which root would need CAP_SYS_RESOURCE. A core limit of
    1 byte also keeps a core from a program of the host's (core_pattern with a pipe); 0 does not.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = limits.open_files if most == resource.RLIM_INFINITY else min(limits.open_files, most)
    return [
        *("/usr/bin/prlimit", f"--nproc={limits.processes + 1}", f"--fsize={limits.file_bytes}"),
        *(f"--nofile={files}", "--core=1", "--"),
    ]


def cleaning(environment: Mapping[str, str]) -> list[str]:
    """Return the program that takes away what a shell other than dash adds to the environment."""
    if Path("/bin/sh").resolve().name == "dash":
        return []
    return ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in environment.items())]

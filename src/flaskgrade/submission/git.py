"""Git, at arm's length: a repository of our own, and the only place where git is started.

Git gets none of our environment but what it needs to reach a host, no configuration of the user's
or the system's, no prompt, no hook, filter, monitor or submodule, and limits on time, memory,
output and files. It never works inside a repository that it did not make here, with one exception:
`upload-pack` serves a local one, which is the boundary that git itself draws for untrusted
repositories (https://git-scm.com/docs/git-upload-pack#_security).
"""

import os
import resource
import selectors
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flaskgrade.errors import SubmissionError
from flaskgrade.submission.writer import full, is_full

# Without it, importing GitPython where git is missing ends in an ImportError.
os.environ["GIT_PYTHON_REFRESH"] = "quiet"

from git.cmd import Git
from git.exc import GitCommandNotFound

OLDEST = (2, 32)  # the first to know GIT_CONFIG_GLOBAL
CHUNK = 64 * 1024
STDERR_KEPT = 16 * 1024
STDERR_MOST = 1024 * 1024  # one warning a path makes megabytes of a crafted tree

KEPT = frozenset(
    {"PATH", "TMPDIR", "SSH_AUTH_SOCK"}
    | {"SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"}
    | {"https_proxy", "http_proxy", "all_proxy", "no_proxy"}
    | {"HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"}
)
SSH = (
    "ssh -oBatchMode=yes -oConnectTimeout=20 -oClearAllForwardings=yes -oForwardAgent=no "
    "-oPermitLocalCommand=no -oControlMaster=no -oControlPath=none"
)
CONFIG = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.symlinks=false",
    "core.attributesFile=/dev/null",
    "core.bigFileThreshold=2m",  # larger ones are never held in memory, and never diffed
    "core.pager=cat",
    "safe.bareRepository=explicit",
    "protocol.version=2",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "fetch.unpackLimit=1",  # always one pack: its size is what the file limit bounds
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=30",
    "http.followRedirects=initial",
    "advice.detachedHead=false",
)
# What upload-pack may do in the repository of a stranger: nothing beyond it. Fetching lazily from
# the "promisor" that a hostile configuration names would run commands (CVE-2024-32004).
UPLOAD_PACK = (
    "env GIT_ALLOW_PROTOCOL=none GIT_NO_LAZY_FETCH=1 git -c uploadpack.allowFilter=true upload-pack"
)
OURS = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"


@dataclass(frozen=True, kw_only=True)
class GitLimits:
    """What one git command may use."""

    seconds: float = 120.0
    cpu_seconds: int = 60
    memory_bytes: int = 2 * 1024**3
    file_bytes: int = 200_000_000  # so, the most that is downloaded
    blob_bytes: int = 10_000_000  # larger ones are not asked for
    output_bytes: int = 64_000_000


class GitFailed(Exception):
    """A git command ended badly, or was ended by a limit. Never leaves this room."""

    def __init__(self, *, stderr: str, code: int, limit: str = "") -> None:
        super().__init__(f"git ended with {code}: {limit or stderr}")
        self.stderr = stderr
        self.code = code
        self.limit = limit  # "time", "output", or empty


class Repository:
    """A bare repository of ours in `folder`, to fetch into and to read from."""

    def __init__(self, folder: Path, limits: GitLimits) -> None:
        """Make it. Raises SubmissionError if git is missing or too old, GitFailed."""
        check_version()
        self.limits = limits
        self.folder = folder / "repository"
        self.home = folder / "home"
        self.config = folder / "config"
        self.login = folder / "login"
        self.home.mkdir(mode=0o700)
        # Ownership is checked by git to protect people who work in a folder of somebody else's;
        # here it is only ever served by upload-pack.
        self.config.write_text("[safe]\n\tdirectory = *\n", encoding="ascii")
        self.output(
            "init", "--quiet", "--bare", "--template=", "--", str(self.folder), inside=False
        )

    def output(
        self,
        *arguments: str,
        protocol: str = "none",
        seconds: float | None = None,
        inside: bool = True,
    ) -> bytes:
        """Return what a git command prints. Raises GitFailed."""
        with self.stream(*arguments, protocol=protocol, seconds=seconds, inside=inside) as chunks:
            return b"".join(chunks)

    @contextmanager
    def stream(
        self,
        *arguments: str,
        protocol: str = "none",
        seconds: float | None = None,
        stdin: int | None = None,
        inside: bool = True,
        output_bytes: int | None = None,
    ) -> Iterator[Iterator[bytes]]:
        """Start a git command and yield its output, which comes as it is printed.

        Leaving the block ends the command. Reading raises GitFailed when it ends badly or hits a
        limit, StageError if our disk is full. `protocol` is all that it may speak, `stdin` a
        descriptor.
        """
        process = self._start(arguments, protocol=protocol, stdin=stdin, inside=inside)
        try:
            yield read(
                process,
                self.limits.seconds if seconds is None else seconds,
                self.limits.output_bytes if output_bytes is None else output_bytes,
            )
        except GitFailed as failure:
            if is_full(self.home):
                raise full() from failure
            raise
        finally:
            end(process)

    def settle(self) -> None:
        """Forget where objects came from: none is ever fetched later, and a missing one is none."""
        (self.folder / "config").write_text(OURS, encoding="ascii")

    def remember(self, url: str, login: str) -> None:
        """Give git credentials for a host, by a file that `forget` removes."""
        scheme, _, rest = url.partition("://")
        host = rest.partition("/")[0]
        secret = login if ":" in login else f"{login}:"
        self.login.touch(mode=0o600)
        self.login.write_text(f"{scheme}://{secret}@{host}\n", encoding="utf-8")

    def forget(self) -> None:
        """Remove the credentials."""
        self.login.unlink(missing_ok=True)

    def _start(
        self, arguments: tuple[str, ...], *, protocol: str, stdin: int | None, inside: bool
    ) -> subprocess.Popen[bytes]:
        """Start a command in a session of its own: ^C is ours, and it has no terminal to ask at."""
        environment = {
            "HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(self.config),
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_ALLOW_PROTOCOL": protocol,
            "GIT_ASKPASS": "",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_LITERAL_PATHSPECS": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_SSH_COMMAND": SSH,
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
            "SSH_ASKPASS_REQUIRE": "never",
        }
        # GitPython adds what it is given to our own environment, which `env` then takes away: by
        # name, since the values (a proxy's password) would be there for all to see in `ps`.
        argv = ["env"]
        for name in sorted(set(os.environ) - KEPT - set(environment)):
            argv += ["-u", name]
        argv += [*limiting(self.limits), "git"]
        for setting in CONFIG:
            argv += ["-c", setting]
        if self.login.exists():
            argv += ["-c", f"credential.helper=store --file={shlex.quote(str(self.login))}"]
        if inside:
            argv += [f"--git-dir={self.folder}"]
        process = Git(str(self.home)).execute(
            [*argv, *arguments],
            istream=stdin,
            as_process=True,
            env=environment,
            start_new_session=True,
        )
        started: subprocess.Popen[bytes] | None = process.proc
        if started is None:  # pragma: no cover - GitPython's type allows for it
            raise GitFailed(stderr="not started", code=-1)
        process.proc = None  # `end` ends it, with all its children; GitPython would ask politely
        return started


def read(process: subprocess.Popen[bytes], seconds: float, most: int) -> Iterator[bytes]:
    """Yield stdout until its end, keep the start of stderr, and judge how the command ended."""
    deadline = time.monotonic() + seconds
    errors, noise = b"", 0
    for pipe, data in pieces(process, deadline):
        if pipe is process.stdout:
            most -= len(data)
            if most >= 0:
                yield data
        else:
            noise += len(data)
            errors += data[: STDERR_KEPT - len(errors)]
        if most < 0 or noise > STDERR_MOST:
            raise GitFailed(stderr=text(errors), code=-1, limit="output")
    try:
        code = process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise GitFailed(stderr=text(errors), code=-1, limit="time") from error
    if code:
        raise GitFailed(stderr=text(errors), code=code)


def pieces(process: subprocess.Popen[bytes], deadline: float) -> Iterator[tuple[IO[bytes], bytes]]:
    """Yield what comes from either pipe, until both are closed or the time is over."""
    with selectors.DefaultSelector() as selector:
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                selector.register(pipe, selectors.EVENT_READ, pipe)
        while selector.get_map():
            left = deadline - time.monotonic()
            ready = selector.select(left) if left > 0 else []
            if not ready:
                return
            for key, _ in ready:
                if data := os.read(key.fd, CHUNK):
                    yield key.data, data
                else:
                    selector.unregister(key.fileobj)


def limiting(limits: GitLimits) -> list[str]:
    """Return the words that put limits on the command after them; none where prlimit is missing."""
    prlimit = shutil.which("prlimit")
    if prlimit is None:
        return []
    wanted = (
        ("fsize", resource.RLIMIT_FSIZE, limits.file_bytes),
        ("cpu", resource.RLIMIT_CPU, limits.cpu_seconds),
        ("as", resource.RLIMIT_AS, limits.memory_bytes),
        ("core", resource.RLIMIT_CORE, 0),
    )
    return [prlimit, *(f"--{name}={modest(number, most)}" for name, number, most in wanted)]


def modest(number: int, most: int) -> int:
    """Return a limit, or the one that we ourselves are under: no one may raise that."""
    ours = resource.getrlimit(number)[1]
    return most if ours == resource.RLIM_INFINITY else min(most, ours)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a command and its children, if it still runs, and close its pipes."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def text(output: bytes) -> str:
    """Return git's messages as text. They hold names that strangers chose: show them with care."""
    return output.decode("utf-8", "replace")


def check_version() -> None:
    """Raise SubmissionError where git is missing or too old."""
    try:
        found = Git().version_info
    except (GitCommandNotFound, PermissionError) as error:
        raise SubmissionError(
            "git is not installed", hint="Install git; or pass an archive of the submission."
        ) from error
    if found[:2] < OLDEST:
        have, need = ".".join(map(str, found)), ".".join(map(str, OLDEST))
        raise SubmissionError(f"git {have} is too old", hint=f"Install git {need} or later.")

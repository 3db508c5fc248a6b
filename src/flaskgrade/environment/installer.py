"""uv, on the host, on nothing but names and versions that we wrote, and on wheels only.

uv never builds here (`--no-build`), never runs the interpreter that it installs for (`--target`
with a version and a platform), never compiles (its workers would import `.pth` files of what it
installs), and reads no configuration but ours: so no code of a package runs on the host.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import uv

from flaskgrade.environment import watched
from flaskgrade.environment.index import Index
from flaskgrade.errors import IndexUnavailable, StageError
from flaskgrade.model.environment import Interpreter, Package
from flaskgrade.workspace import free_space

# What of the operator's settings reaches uv: certificates and proxies. The index is told apart.
_PASSED = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "SSL_CLIENT_CERT",
    "UV_NATIVE_TLS",
    "UV_SYSTEM_CERTS",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
)
_SECONDS = 600.0  # for everything that one command asks of the index, unless told otherwise
_TOLD_SECONDS = "FLASKGRADE_INDEX_SECONDS"
_HTTP_SECONDS = "30"  # of silence
_HTTP_RETRIES = "1"  # besides our own
_TROUBLE = re.compile(
    r"failed to fetch|request failed|error sending request|could not be queried|timed out"
    r"|connection (?:refused|reset|closed)|dns error|http status"
    r"|error decoding response|failed to extract archive|hash mismatch",
    re.IGNORECASE,
)
# A sentence of uv's about what is wrong in a package, which ends in words that its author chose.
_JUDGES = re.compile(r"is invalid|must not|must resolve|could not be parsed|invalid metadata")
_QUOTED = re.compile(r"`[^`]*`")
_EXTRACTING = re.compile(r"Failed to extract archive: ([\w.+!-]+\.whl)$", re.MULTILINE)
_LARGEST_CHECKED = 200_000_000  # bytes
_CREDENTIALS = re.compile(r"(\w+://)[^/\s@]+@")


class Unresolvable(Exception):
    """The requirements cannot be met; the message is uv's, for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Malformed(IndexUnavailable):
    """A wheel cannot be unpacked: it was cut off on its way, or was made so."""

    def __init__(self, message: str, *, wheel: str) -> None:
        super().__init__(message)
        self.wheel = wheel


class TooSlow(IndexUnavailable):
    """The package index answers, but would take for ever."""


@dataclass(frozen=True, kw_only=True)
class Installer:
    """uv with a cache and an index."""

    cache: Path  # ours: shared by runs, seen by no sandbox
    scratch: Path
    index: Index
    most_written: int = watched.MOST_WRITTEN  # bytes, by one command

    def resolve(
        self,
        requirements: str,
        interpreter: Interpreter,
        *,
        constraints: str = "",
        links: tuple[Path, ...] = (),
        offline: bool = False,
    ) -> tuple[Package, ...]:
        """Return the exact set that meets the lines of `requirements`.

        `links` are folders of wheels besides the index. Raises Unresolvable, IndexUnavailable.
        """
        with tempfile.TemporaryDirectory(dir=self.scratch, prefix="resolve-") as folder:
            argv = ["pip", "compile", "-", "--no-header", "--no-annotate"]
            if constraints:
                path = Path(folder) / "constraints.txt"
                path.write_text(constraints, encoding="utf-8")
                argv += ["--constraints", path.name]
            argv += _links(links) + (["--offline"] if offline else [])
            output = self._run(argv, interpreter, stdin=requirements, cwd=Path(folder))
        pins = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", output, re.MULTILINE)
        return tuple(Package(name=name, version=version) for name, version in sorted(pins))

    def install(
        self,
        requirements: str,
        interpreter: Interpreter,
        target: Path,
        *,
        links: tuple[Path, ...] = (),
    ) -> None:
        """Unpack the wheels of exact `requirements`, and of nothing else, into `target`.

        Raises Unresolvable, IndexUnavailable.
        """
        with tempfile.TemporaryDirectory(dir=self.scratch, prefix="install-") as folder:
            argv = ["pip", "install", "--no-deps", "--target", str(target), "-r", "-"]
            self._run(argv + _links(links), interpreter, stdin=requirements, cwd=Path(folder))

    def _run(self, argv: list[str], interpreter: Interpreter, *, stdin: str, cwd: Path) -> str:
        """Run uv; once more, past its cache of answers, where the index gave trouble."""
        try:
            return self._once(argv, interpreter, stdin=stdin, cwd=cwd)
        except TooSlow:
            raise
        except IndexUnavailable:
            try:
                return self._once([*argv, "--refresh"], interpreter, stdin=stdin, cwd=cwd)
            except Malformed as error:
                if self._is_published(error.wheel):
                    raise Unresolvable(f"{error.wheel} is no wheel that can be unpacked") from error
                raise

    def _is_published(self, wheel: str) -> bool:
        """Tell whether a wheel arrives as the index says that it is: then it was made so."""
        name = wheel.partition("-")[0]
        found = [file for file in self.index.files(name) if file.name == wheel and file.sha256]
        with tempfile.TemporaryDirectory(dir=self.scratch, prefix="wheel-") as folder:
            try:
                for file in found:
                    self.index.download(file, Path(folder) / "wheel", limit=_LARGEST_CHECKED)
            except IndexUnavailable:
                return False
        return bool(found)

    def _once(self, argv: list[str], interpreter: Interpreter, *, stdin: str, cwd: Path) -> str:
        whole = [
            uv.find_uv_bin(),
            *argv,
            "--quiet",
            "--no-config",
            "--no-build",
            *("--python", sys.executable),  # uv wants one to speak to; nothing is taken from it
            *("--python-version", interpreter.short),
            *("--python-platform", interpreter.platform),
        ]
        try:
            done = watched.run(
                whole,
                stdin=stdin.encode(),
                cwd=cwd,
                env=self._environment(os.environ),
                seconds=_seconds(os.environ),
                scratch=self.cache / "uv",
                most=self.most_written,
            )
        except watched.TooLarge as error:
            raise Unresolvable(
                f"what is declared unpacks to more than {self.most_written // 10**9} GB"
            ) from error
        except subprocess.TimeoutExpired as error:
            seconds = _seconds(os.environ)
            raise TooSlow(
                f"the package index took more than {seconds:.0f} seconds ({_TOLD_SECONDS})"
            ) from error
        except OSError as error:
            raise StageError(f"uv cannot be started: {error.strerror}") from error
        if done.returncode == 0:
            return done.stdout.decode("utf-8", "replace")
        raise _failure(done.stderr.decode("utf-8", "replace"), cwd, self.cache)

    def _environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        home = self.cache / "home"  # where no .netrc, no keyring and no uv.toml lies
        home.mkdir(parents=True, exist_ok=True)
        return {
            "PATH": os.defpath,
            "HOME": str(home),
            "UV_CACHE_DIR": str(self.cache / "uv"),
            **({"UV_DEFAULT_INDEX": self.index.url} if self.index.url else {}),
            "UV_HTTP_TIMEOUT": environ.get("UV_HTTP_TIMEOUT") or _HTTP_SECONDS,
            "UV_HTTP_RETRIES": _HTTP_RETRIES,
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_NO_PROGRESS": "1",
            "NO_COLOR": "1",
            **{name: environ[name] for name in _PASSED if environ.get(name)},
        }


def _seconds(environ: Mapping[str, str]) -> float:
    told = environ.get(_TOLD_SECONDS) or str(_SECONDS)
    try:
        return float(told)
    except ValueError as error:
        raise StageError(
            f"{_TOLD_SECONDS} is no number of seconds: {told!r}", hint="Give one, or none."
        ) from error


def _links(folders: tuple[Path, ...]) -> list[str]:
    return [part for folder in folders for part in ("--find-links", str(folder))]


def _own_words(text: str) -> str:
    """Return what uv says of the index and of us, without what it says of a package's content.

    An author could otherwise name a command "timed out", and have a fault of theirs pass for ours.
    """
    kept = (line for line in text.splitlines() if not _JUDGES.search(line))
    plain = (re.sub(r"^\s*(error|cause|Caused by): ", "", line) for line in kept)
    return "\n".join(_QUOTED.sub("``", line) for line in plain)


def _failure(stderr: str, cwd: Path, cache: Path) -> Exception:
    text = _CREDENTIALS.sub(r"\1", stderr).replace(str(cwd), "").strip()[-4000:]
    own = _own_words(text)
    if "No space left on device" in own or "os error 28" in own:
        # Before all else: it can stand in a sentence about the submission's requirements.
        return StageError(
            f"our disk is full: {cache} has {free_space(cache)}",
            hint="Free some, or set FLASKGRADE_CACHE to another place.",
        )
    if "No solution found" not in text and any(
        _TROUBLE.search(line.partition(": ")[0]) for line in own.splitlines()
    ):
        lines = [line.strip().removeprefix("error: ") for line in text.splitlines()[:2]]
        message = f"the package index does not work: {', '.join(lines)}"
        if found := _EXTRACTING.search(own):
            return Malformed(message, wheel=found[1])
        return IndexUnavailable(message)
    if "could not be queried" in text:
        return IndexUnavailable("the package index refuses to answer (credentials?)")
    return Unresolvable(text)

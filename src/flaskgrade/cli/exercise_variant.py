"""`flaskgrade exercise variant`: plant a fault in a solution, and again when that has changed."""

import sys
from pathlib import Path
from typing import Annotated

import typer

EPILOG = """
Examples:

  cp -r parcel-desk/solution /tmp/edited    # plant one fault in it, then

  flaskgrade exercise variant ./parcel-desk no-location --edited /tmp/edited --loses C4 \\
      --summary "A new parcel does not say where it is."

  flaskgrade exercise variant ./parcel-desk --refresh    # after the solution has changed
"""


def variant(
    exercise: Annotated[
        str,
        typer.Argument(help="An exercise's name, its folder, or URL#REF:FOLDER."),
    ],
    name: Annotated[
        str | None,
        typer.Argument(help="What is wrong, in a few words: no-location.", show_default=False),
    ] = None,
    edited: Annotated[Path | None, typer.Option(help="A copy of solution/ with one fault.")] = None,
    summary: Annotated[str | None, typer.Option(help="The fault in a sentence.")] = None,
    loses: Annotated[
        list[str] | None, typer.Option(help="A criterion that it loses; repeat. None: harmless.")
    ] = None,
    refresh: Annotated[
        bool,
        typer.Option("--refresh", help="Make patches again: of this variant, or of all."),
    ] = False,
) -> None:
    """Write a variant from an edited copy of the solution: its patch, and what it loses."""
    from flaskgrade.cli import sources  # noqa: PLC0415
    from flaskgrade.errors import UsageError  # noqa: PLC0415
    from flaskgrade.verification.patches import write_variant  # noqa: PLC0415

    if edited is not None and not edited.is_dir():
        raise UsageError(f"{edited} is no folder", hint="Copy solution/, and plant a fault there.")
    if refresh:
        _refresh(exercise, name, edited)
        return
    if name is None or edited is None or summary is None:
        raise UsageError(
            "a new variant needs a name, --edited and --summary",
            hint="To make the patch of one that is there again, give --refresh.",
        )
    task = sources.exercise(exercise)
    folder = write_variant(task, name, edited=edited, loses=tuple(loses or ()), summary=summary)
    sys.stdout.write(
        f"{folder}\nNext: flaskgrade exercise verify {exercise} --only variants/{name}\n"
    )


def _refresh(exercise: str, name: str | None, edited: Path | None) -> None:
    from flaskgrade.cli import sources  # noqa: PLC0415
    from flaskgrade.errors import UsageError  # noqa: PLC0415
    from flaskgrade.verification.patches import refresh, variants  # noqa: PLC0415

    if edited is not None and name is None:
        raise UsageError("--edited is of one variant", hint="Name it before --refresh.")
    task = sources.exercise(exercise)
    unmade: list[UsageError] = []
    for each in (name,) if name is not None else variants(task):
        try:
            made = refresh(task, each, edited=edited)
        except UsageError as error:
            if name is not None:
                raise
            unmade.append(error)
            sys.stdout.write(f"{each}: {error.message}\n  {error.hint}\n")
        else:
            sys.stdout.write(f"{each}: {'made again' if made else 'fits as it is'}\n")
    if unmade:
        raise UsageError(f"{len(unmade)} could not be made again", hint="What each needs is above.")
    sys.stdout.write(f"Next: flaskgrade exercise verify {exercise} --only 'variants/*'\n")

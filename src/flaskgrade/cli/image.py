"""`flaskgrade image`: the base image of the Docker backend."""

import sys
from typing import Annotated

import typer

from flaskgrade.errors import UsageError

app = typer.Typer(help="The base image of the Docker backend.", no_args_is_help=True)


@app.callback()
def root() -> None:
    """Manage the base image of the Docker backend."""


@app.command(epilog="Example:\n\n  flaskgrade image build --from debian")
def build(
    origin: Annotated[
        str, typer.Option("--from", help="Where the image comes from: debian.")
    ] = "debian",
) -> None:
    """Make a base image from Debian packages, where no registry can be reached."""
    from flaskgrade.sandbox.docker_image import build_base_image  # noqa: PLC0415 - see main.py

    if origin != "debian":
        raise UsageError(f"cannot build from {origin!r}", hint="Use --from debian.")
    image = build_base_image(progress=lambda words: print(words, file=sys.stderr))  # noqa: T201
    sys.stdout.write(f"{image}\n")

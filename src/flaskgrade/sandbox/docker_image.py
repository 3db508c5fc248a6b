"""The image that commands run in: found, pulled, or made from Debian packages."""

import os
from collections.abc import Callable

from docker.errors import ImageNotFound

from flaskgrade.errors import SandboxBroken, SandboxUnavailable
from flaskgrade.sandbox.docker_engine import FAILURES, Engine, connect, reason, speaking
from flaskgrade.sandbox.docker_recipe import Image
from flaskgrade.sandbox.image import SUITE, build_from_debian

BASE = f"flaskgrade-base:{SUITE}"
PUBLIC = "python:3.13-slim"
LABEL = "flaskgrade.base"
BUILD_HINT = (
    "On a Debian machine `flaskgrade image build --from debian` makes one without a registry; or "
    "load one (`docker load`) and name it in FLASKGRADE_IMAGE."
)


def find_image(engine: Engine, name: str | None) -> Image:
    """Return the image to use, pulling it if need be. Raises SandboxUnavailable."""
    name = name or os.environ.get("FLASKGRADE_IMAGE")
    for candidate in (name,) if name else (BASE, PUBLIC):
        if (image := _inspect(engine, candidate)) is not None:
            return image
    wanted = name or PUBLIC
    try:
        engine.client.pull(wanted if _has_tag(wanted) else f"{wanted}:latest")
    except FAILURES as error:
        raise SandboxUnavailable(
            f"there is no image {wanted}, and it can't be pulled: {reason(error)}", hint=BUILD_HINT
        ) from error
    if (image := _inspect(engine, wanted)) is None:
        raise SandboxUnavailable(f"there is no image {wanted}", hint=BUILD_HINT)
    return image


def build_base_image(*, progress: Callable[[str], None]) -> str:
    """Make the base image from Debian packages, import it as BASE, and return its id.

    `progress` is given a line for each step. Raises SandboxUnavailable if there is no engine, and
    UsageError if this host can't make the image.
    """
    engine = connect()
    try:
        with build_from_debian(progress=progress) as archive:
            progress("importing the image")
            repository, _, tag = BASE.partition(":")
            with speaking("importing the base image"), archive.open("rb") as data:
                answer = engine.client.import_image_from_data(
                    data, repository=repository, tag=tag, changes=[f"LABEL {LABEL}={SUITE}"]
                )
        image = _inspect(engine, BASE)
        if image is None:
            raise SandboxBroken(f"the container engine imported no image: {answer[-300:]}")
        return image.digest
    finally:
        engine.client.close()


def _inspect(engine: Engine, name: str) -> Image | None:
    try:
        about = engine.client.inspect_image(name)  # type: ignore[no-untyped-call]  # no stub yet
    except ImageNotFound:
        return None
    except FAILURES as error:
        raise SandboxUnavailable(
            f"the container engine can't say what the image {name} is: {reason(error)}"
        ) from error
    settings = about.get("Config") or {}
    if settings.get("Volumes"):
        raise SandboxUnavailable(
            f"the image {name} declares volumes, which would be writable without a limit",
            hint="Name another one in FLASKGRADE_IMAGE, such as python:3.13-slim.",
        )
    variables = tuple(line.partition("=")[0] for line in settings.get("Env") or ())
    return Image(reference=name, digest=about["Id"], variables=variables)


def _has_tag(name: str) -> bool:
    return ":" in name.rpartition("/")[2] or "@" in name

"""An exact set of packages as an environment to mount: found in the store, or linked together."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from flaskgrade.environment.layout import LAYOUT, link_tree, skeleton
from flaskgrade.environment.wheels import Pin, WheelStore
from flaskgrade.model.environment import Folder, Interpreter
from flaskgrade.sandbox.base import Sandbox


@dataclass(frozen=True, kw_only=True)
class Built:
    """An environment in a backend's store."""

    digest: str
    folder: Folder
    reused: bool


def digest(pins: tuple[Pin, ...], interpreter: Interpreter) -> str:
    """Return what identifies an environment: interpreter, platform, layout and the exact set."""
    parts = [LAYOUT, interpreter.path, interpreter.version, interpreter.platform]
    parts += sorted(f"{pin.line} {pin.built}".strip() for pin in pins)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def build(pins: tuple[Pin, ...], *, sandbox: Sandbox, store: WheelStore, scratch: Path) -> Built:
    """Return the environment of these packages, made now if it is not in the backend's store.

    Raises Unresolvable if a wheel is broken, IndexUnavailable, SandboxBroken.
    """
    key = digest(pins, store.interpreter)
    if (folder := sandbox.stored(key)) is not None:
        return Built(digest=key, folder=folder, reused=True)
    packages = store.unpacked(pins)
    root = Path(tempfile.mkdtemp(dir=scratch, prefix="env-"))
    site = skeleton(root, store.interpreter)
    for package in packages:
        link_tree(package, site)
    return Built(digest=key, folder=sandbox.store(key, root), reused=False)

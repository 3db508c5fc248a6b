"""The Pythons in an image, asked of the image itself, once."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

from flaskgrade.errors import SandboxBroken
from flaskgrade.model.environment import Interpreter
from flaskgrade.sandbox.base import Command, Outcome, Zone

# Every python3.N on PATH, the default first; each says what it really is.
PROBE = r"""
names=$(ls /usr/local/bin /usr/bin 2>/dev/null | grep -E '^python3\.[0-9]+$' | sort -V -r)
for python in python3 $names
do
    command -v "$python" >/dev/null && "$python" -I -S -c '
import json, os, platform, sys
libc, version = platform.libc_ver()
print(json.dumps([
    os.path.realpath(sys.executable), platform.python_version(), platform.machine(), libc, version
]))'
done
exit 0
"""
OLDEST = (3, 9)
# The glibc versions that uv has a --python-platform for; wheels for an older one run on a newer.
MANYLINUX = (17, 28, *range(31, 41))
PLATFORM = re.compile(r"(x86_64|aarch64)-(manylinux_2_\d{2}|unknown-linux-musl)")


def interpreters(
    run: Callable[[Command], Outcome], *, image: str, cache: Path
) -> tuple[Interpreter, ...]:
    """Return the image's Pythons, from the cache or from a container."""
    remembered = cache / "images" / f"{image.removeprefix('sha256:')}.json"
    if found := _recall(remembered):
        return found
    outcome = run(
        Command(argv=("/bin/sh", "-c", PROBE), zone=Zone.EXAMINER, label="looking for Python")
    )
    lines = outcome.stdout.decode(errors="replace").splitlines()
    found = tuple(dict.fromkeys(one for line in lines if (one := _interpreter(line)) is not None))
    if not outcome.ok or not found:
        raise SandboxBroken(
            f"the image {image} has no Python 3.9 or newer for x86_64 or aarch64",
            hint="Set FLASKGRADE_IMAGE to an image with Python, such as python:3.13-slim.",
        )
    _remember(remembered, found)
    return found


def _interpreter(line: str) -> Interpreter | None:
    """Return what a line of the probe's says, if it is one that we can use."""
    try:
        path, version, machine, libc, libc_version = json.loads(line)
        minor = int(libc_version.split(".")[1]) if libc == "glibc" else 0
    except (ValueError, TypeError, IndexError, AttributeError):
        return None
    platform = f"{machine}-unknown-linux-musl"
    if libc == "glibc":
        known = max((one for one in MANYLINUX if one <= minor), default=0)
        platform = f"{machine}-manylinux_2_{known}"
    return _checked({"path": path, "version": version, "platform": platform})


def _checked(values: object) -> Interpreter | None:
    """Return the interpreter if the values are ones that we can use."""
    match values:
        case {"path": str(path), "version": str(version), "platform": str(platform)}:
            numbers = re.match(r"(3)\.(\d+)\.", version)
            if (
                path.startswith("/")
                and numbers
                and (3, int(numbers[2])) >= OLDEST
                and PLATFORM.fullmatch(platform)
            ):
                return Interpreter(path=path, version=version, platform=platform)
    return None


def _recall(path: Path) -> tuple[Interpreter, ...]:
    """Return what was remembered, or nothing where it is not what we would have written."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    found = [_checked(value) for value in values] if isinstance(values, list) else []
    return tuple(one for one in found if one is not None) if all(found) else ()


def _remember(path: Path, found: tuple[Interpreter, ...]) -> None:
    values = [{"path": one.path, "version": one.version, "platform": one.platform} for one in found]
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(values), encoding="utf-8")
        temporary.replace(path)
    except OSError:
        return  # asked again next time

"""Byte-compile packages once, in a sandbox, by the interpreter that will run them.

Not on the host: its interpreter may be another one, and the text is of strangers. The interpreter
starts without site (`-S`), so nothing of the packages runs; it reads their source and that is all.
"""

import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flaskgrade.environment.inside import script
from flaskgrade.model.environment import Interpreter
from flaskgrade.sandbox.base import MIB, Command, Limits, Mount, Sandbox, Zone

_MOUNTED = "/compile"
_HEADER = 8
# A quarter of the time, for nothing: a package's own tests, and pygments' file for each language.
_SELDOM = re.compile(r"(^|/)(tests?|testing|lexers|styles)/")
_MOST_WORKERS = 8
_LIMITS = Limits(
    wall_seconds=180.0,
    memory_bytes=1024 * MIB,
    processes=8,
    tmp_bytes=64 * MIB,
    output_bytes=256 * MIB,
)


def cache_name(path: str, interpreter: Interpreter) -> str:
    """Return where the bytecode of a source file lies, relative like `path` itself."""
    folder, _, name = path.rpartition("/")
    tag = f"cpython-{interpreter.short.replace('.', '')}"
    cached = f"__pycache__/{name.removesuffix('.py')}.{tag}.pyc"
    return f"{folder}/{cached}" if folder else cached


def compiled(
    folder: Path,
    paths: Sequence[str],
    *,
    interpreter: Interpreter,
    sandbox: Sandbox,
    zone: Zone,
) -> dict[str, bytes]:
    """Return the bytecode of the files at `paths` in `folder`, by path.

    Left out is what won't compile, and what is seldom imported. Raises SandboxBroken.
    """
    paths = [path for path in paths if not _SELDOM.search(path)]
    mount = Mount(folder=sandbox.folder(folder), target=_MOUNTED)
    sized = sorted(paths, key=lambda path: (-(folder / path).stat().st_size, path))
    workers = max(1, min(os.cpu_count() or 1, _MOST_WORKERS))
    shares = [share for start in range(workers) if (share := sized[start::workers])]

    def compile_share(share: Sequence[str]) -> list[tuple[str, bytes]]:
        outcome = sandbox.run(
            Command(
                argv=(interpreter.path, "-I", "-S", "-B", "-c", script("compile")),
                zone=zone,
                mounts=(mount,),
                cwd=_MOUNTED,
                stdin="\n".join(share).encode("utf-8", "surrogateescape"),
                limits=_LIMITS,
                label="compiling packages",
            )
        )
        return [(share[number], code) for number, code in _frames(outcome.stdout, len(share))]

    with ThreadPoolExecutor(max_workers=workers) as pool:
        return dict(pair for pairs in pool.map(compile_share, shares) for pair in pairs)


def _frames(stream: bytes, count: int) -> list[tuple[int, bytes]]:
    """Return the whole frames; a stream that was cut off ends with the last one that is whole."""
    found, place = [], 0
    while place + _HEADER <= len(stream):
        number = int.from_bytes(stream[place : place + 4], "big")
        length = int.from_bytes(stream[place + 4 : place + _HEADER], "big")
        place += _HEADER + length
        if number >= count or place > len(stream):
            break
        found.append((number, stream[place - length : place]))
    return found

"""Folders in an engine that sees our files: not copied, mounted from where they are.

That it sees them is never assumed. An engine may run in another machine or, like a harness in a
container, know other files by the same names; SELinux or a user namespace may keep its containers
from reading ours. So a container is asked, each time: it must read words that we have just written
where our folders lie, through mounts with all of FLAGS, and must fail to write there.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flaskgrade.errors import SandboxBroken
from flaskgrade.model.environment import Folder
from flaskgrade.sandbox.base import Command, Limits, Mount, Outcome, Zone
from flaskgrade.sandbox.docker_engine import Engine
from flaskgrade.sandbox.docker_recipe import FLAGS, host_folder
from flaskgrade.sandbox.docker_tree import copy, is_ready, walk
from flaskgrade.sandbox.docker_volume import checked_key
from flaskgrade.sandbox.store import Store

STORED = "stored"
WORD, WRITTEN = "word", "written"
PROOF_SECONDS = 10.0
# Says each word, says so if it can write, and says how all is mounted.
PROOF = f"""
for place in "$@"
do
    /bin/cat "$place/{WORD}" && echo
    (: >"$place/{WRITTEN}") 2>/dev/null && echo {WRITTEN}
done
exec /bin/cat /proc/self/mountinfo
"""


@dataclass(frozen=True, kw_only=True)
class HostFolders:
    """Our own places, of which it is proved that the engine sees them."""

    scratch: Path  # resolved, as is the store's folder
    store: Store

    def folder(self, path: Path, *, name: str) -> Folder:
        """Return a host folder, or a copy named so where it is not as it is to arrive.

        A folder outside our places is copied, too: of it nothing is proved. Raises SandboxBroken.
        """
        try:
            entries = tuple(walk(os.fspath(path)))
            path = path.resolve()
            if not path.is_relative_to(self.scratch) or not is_ready(path, entries):
                path = self.scratch / name
                copy(entries, path)
        except OSError as error:
            raise SandboxBroken(f"cannot mount {path}: {error}") from error
        return host_folder(path)

    def stored(self, key: str) -> Folder | None:
        """Return the folder that is stored under a key, if any."""
        path = self.store.get(checked_key(key))
        return None if path is None else host_folder(path)

    def put(self, key: str, path: Path) -> Folder:
        """Move a folder to the store; the first writer wins. Raises SandboxBroken."""
        try:
            return host_folder(self.store.put(checked_key(key), path))
        except OSError as error:
            raise SandboxBroken(f"cannot store {path}: {error}") from error


def sees_our_files(
    engine: Engine, places: tuple[Path, ...], run: Callable[[Command], Outcome]
) -> bool:
    """Tell whether containers read what is in our places, and don't write there.

    A place that is gone, as when a run ends meanwhile, is not made again.

    `run` runs a command. An engine in a virtual machine may share files, too, but slowly: it has
    another kernel, and is not asked.
    """
    if engine.kernel != os.uname().release:
        return False
    try:
        with _words(places) as words:
            targets = tuple(f"/proof/{number}" for number in range(len(words)))
            mounts = (
                Mount(folder=host_folder(path), target=target)
                for path, target in zip(words, targets, strict=True)
            )
            outcome = run(
                Command(
                    argv=("/bin/sh", "-c", PROOF, "sh", *targets),
                    zone=Zone.CANDIDATE,
                    mounts=tuple(mounts),
                    limits=Limits(wall_seconds=PROOF_SECONDS),
                    label="looking for shared folders",
                )
            )
            said = outcome.stdout.decode(errors="replace").splitlines()
            read = said[: len(words)] == list(words.values())
            return read and WRITTEN not in said and _flags(said, targets)
    except (SandboxBroken, OSError):
        return False


@contextmanager
def _words(places: tuple[Path, ...]) -> Iterator[dict[Path, str]]:
    """Yield a new folder with a secret word in each place, writable by all, gone afterwards."""
    words: dict[Path, str] = {}
    try:
        for place in places:
            path = Path(tempfile.mkdtemp(prefix=".proof-", dir=place))
            words[path] = secrets.token_hex(16)
            (path / WORD).write_text(words[path], encoding="ascii")
            (path / WORD).chmod(0o644)
            path.chmod(0o777)  # so that only the mount can keep it from being written
        yield words
    finally:
        for path in words:
            shutil.rmtree(path, ignore_errors=True)


def _flags(mountinfo: list[str], targets: tuple[str, ...]) -> bool:
    """Tell whether all targets are mounted with all of FLAGS; proc_pid_mountinfo(5)."""
    flags = {
        fields[4]: set(fields[5].split(","))
        for line in mountinfo
        if len(fields := line.split(" ")) > 6  # noqa: PLR2004 - a word is no such line
    }
    return all(flags.get(target, set()) >= set(FLAGS) for target in targets)

"""Folders of git repositories that companies keep private: exercises and rubrics, by commit.

Written as `URL#REF:FOLDER`, both parts optional, which is how Docker names a build context in git:
https://docs.docker.com/build/concepts/context/#git-repositories
"""

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flaskgrade.submission.acquire import TREE, acquire, silent
from flaskgrade.workspace import remove

COMMIT = re.compile(r"[0-9a-f]{40}")
_REMOTE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://|[^/@:\s]+@[^/:\s]+:)")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Where something is kept: a repository, a ref (None: its default), a folder or file in it."""

    repository: str
    ref: str | None
    inner: str


def is_remote(text: str) -> bool:
    """Tell whether a name is that of a repository and not of something shipped or a path."""
    return bool(_REMOTE.match(text))


def parse_kept(text: str) -> Kept:
    """Return what `URL#REF:FOLDER` names."""
    repository, _, fragment = text.partition("#")
    ref, _, inner = fragment.partition(":")
    return Kept(repository=repository, ref=ref or None, inner=inner.strip("/"))


def bring(text: str, *, cache: Path, progress: Callable[[str], None] = silent) -> Path:
    """Return the place of what `URL#REF:FOLDER` names; a commit that is here is not asked for.

    Raises UsageError and SubmissionError as `acquire` does.
    """
    kept = parse_kept(text)
    shelf = cache / "exercises"
    if kept.ref is not None and COMMIT.fullmatch(kept.ref) and (shelf / kept.ref).is_dir():
        return shelf / kept.ref / kept.inner
    shelf.mkdir(parents=True, exist_ok=True)
    shelf.chmod(0o755)
    into = Path(tempfile.mkdtemp(prefix=".new-", dir=shelf))
    try:
        found = acquire(kept.repository, into=into, ref=kept.ref, progress=progress)
        place = shelf / (found.commit or found.tree)
        if not place.is_dir():
            (into / TREE).rename(place)
    finally:
        remove(into)
    return place / kept.inner

"""Bring a patch of ours to files that have changed since it was made.

What the files were then is merged with what they are, as git does it in a rebase. It finds them by
the hashes in the patch, in the repository that the files are kept in.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

# Without it, importing GitPython where git is missing ends in an ImportError.
os.environ["GIT_PYTHON_REFRESH"] = "quiet"

from git.exc import GitCommandError

from flaskgrade.errors import UsageError
from flaskgrade.submission.assembling import assemble, difference, git


@dataclass(frozen=True, kw_only=True)
class Merged:
    """The patch on the files as they are; where both changed the same lines, what is to be mended.

    `folder` then holds the files with git's marks, and is the caller's to remove.
    """

    patch: bytes
    conflicts: tuple[str, ...] = ()
    folder: Path | None = None


def reapplied(files: Path, patch: Path) -> Merged:
    """Return the patch as it would be made today. Raises UsageError where nothing tells how."""
    place = Path(tempfile.mkdtemp(prefix="flaskgrade-variant-"))
    merged = _merged(files, patch, place / "work")
    if merged.folder is None:
        shutil.rmtree(place)
    return merged


def _merged(files: Path, patch: Path, work: Path) -> Merged:
    assemble(work, files=files)
    earlier = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": _objects(files)}
    try:
        git(work, "apply", "--3way", "--whitespace=nowarn", str(patch.resolve()), more=earlier)
    except GitCommandError as error:
        conflicts = tuple(git(work, "diff", "--name-only", "--diff-filter=U").splitlines())
        if not conflicts:
            shutil.rmtree(work.parent)
            raise UsageError(
                f"{patch} can't be brought to the files as they are",
                hint="How they were is in no repository: commit an exercise before you change it. "
                "Plant the fault in a copy of the solution, and give that with --edited.",
            ) from error
        return Merged(patch=b"", conflicts=conflicts, folder=work)
    return Merged(patch=difference(files, work))


def _objects(folder: Path) -> str:
    """Return where the repository of a folder has its objects; "" if it is in none."""
    try:
        return git(folder, "rev-parse", "--path-format=absolute", "--git-path", "objects").strip()
    except GitCommandError:
        return ""

"""Whether a repository on this machine is the submission's own, and not a way into another one.

A folder that was sent by somebody can hold a `.git` that leads elsewhere: to the solution that we
compare with, or to the folder of the next candidate, whose work would then be graded as theirs. Git
offers many such ways: a `.git` file, `commondir`, links. They are followed where both sides say
that they belong together, as with `git worktree` and submodules.
https://git-scm.com/docs/gitrepository-layout
"""

import os
import re
from pathlib import Path

from flaskgrade.errors import SubmissionError
from flaskgrade.submission.quoting import shown

MOST_ENTRIES = 200_000  # files in .git that are looked at; a large project has some thousands
POINTER_BYTES = 4096
CONFIG_BYTES = 64 * 1024
ASIDE = frozenset({"hooks", "logs", "lfs", "annex", "modules", "worktrees"})  # git reads none here
WORKTREE = re.compile(r'^\s*worktree\s*=\s*"?(.+?)"?\s*$', re.MULTILINE)
HINT = "Clone it (git clone), and grade the clone."


def check_tree(folder: Path) -> None:
    """Check the repository of a working tree. Raises SubmissionError for what leads elsewhere."""
    dot_git = folder / ".git"
    if dot_git.is_symlink():
        raise elsewhere(folder, "its .git is a link")
    if dot_git.is_dir():
        check_bare(dot_git)
        return
    git_dir = pointed(dot_git, "gitdir:")
    if git_dir is None:
        raise elsewhere(folder, "its .git file names no folder")
    if (git_dir / "commondir").exists():
        common = git_dir.parent.parent
        known = git_dir.parent.name == "worktrees" and pointed(git_dir / "commondir") == common
        if not known or pointed(git_dir / "gitdir") != dot_git.resolve():
            raise elsewhere(folder, "its .git file names a working tree that is not this one")
        check_files(git_dir)
        check_files(common)
        return
    if not git_dir.is_relative_to(folder.resolve()) and worktree(git_dir) != folder.resolve():
        raise elsewhere(folder, "its .git file names a repository that does not know this folder")
    check_files(git_dir)


def check_bare(git_dir: Path) -> None:
    """Check a repository without a working tree. Raises SubmissionError."""
    if os.path.lexists(git_dir / "commondir"):
        raise elsewhere(git_dir, "it names a common folder, as only working trees do")
    check_files(git_dir)


def check_files(git_dir: Path) -> None:
    """Check that no link leads out, and that git will not wait for a pipe. Raises it, too."""
    real = git_dir.resolve()
    pending, seen = [real], 0
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                seen += 1
                if seen > MOST_ENTRIES:
                    raise SubmissionError(
                        f"{shown(str(git_dir), 200)} has more than {MOST_ENTRIES} files", hint=HINT
                    )
                path = Path(entry.path)
                if path.parent == real and entry.name in ASIDE:
                    continue
                if entry.is_symlink():
                    if not path.resolve().is_relative_to(real):
                        raise elsewhere(git_dir, f"{shown(entry.name)} in it is a link")
                elif entry.is_dir(follow_symlinks=False):
                    pending.append(path)
                elif not entry.is_file(follow_symlinks=False):
                    raise SubmissionError(
                        f"{shown(entry.name)} in {shown(str(git_dir), 200)} is no file", hint=HINT
                    )


def pointed(file: Path, word: str = "") -> Path | None:
    """Return the path that a small file holds after a word; None where there is none."""
    found = start(file, POINTER_BYTES)
    if not found.startswith(word) or not found.removeprefix(word).strip():
        return None
    return (file.parent / found.removeprefix(word).strip()).resolve()


def worktree(git_dir: Path) -> Path | None:
    """Return the working tree that a repository is configured for, as a submodule's is."""
    found = WORKTREE.search(start(git_dir / "config", CONFIG_BYTES))
    return None if found is None else (git_dir / found[1]).resolve()


def start(file: Path, size: int) -> str:
    """Return the start of a regular file; nothing of anything else."""
    if not file.is_file():
        return ""
    with file.open("rb") as handle:
        return os.fsdecode(handle.read(size)).replace("\0", "")


def elsewhere(folder: Path, why: str) -> SubmissionError:
    """Return the error of a repository that leads to another."""
    return SubmissionError(
        f"the repository at {shown(str(folder), 200)} leads to another one: {why}", hint=HINT
    )

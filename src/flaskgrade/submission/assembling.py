"""Put a repository together from folders and patches of ours: never from a candidate's.

The patches are those of an exercise, whose author's own tests run here anyway.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

# Without it, importing GitPython where git is missing ends in an ImportError.
os.environ["GIT_PYTHON_REFRESH"] = "quiet"

from git.cmd import Git
from git.exc import GitCommandError

from flaskgrade.errors import UsageError

LEFT_BEHIND = ("__pycache__", "*.pyc", ".*_cache", ".venv", "*.egg-info", ".git")
NOTHING: Mapping[str, str] = MappingProxyType({})
WHO = "flaskgrade"
ADDRESS = "exercise@example.com"
WHEN = "2026-01-05T09:00:00+00:00"  # the same for everybody, so that the commit is the same
ALONE = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": WHO,
    "GIT_AUTHOR_EMAIL": ADDRESS,
    "GIT_AUTHOR_DATE": WHEN,
    "GIT_COMMITTER_NAME": WHO,
    "GIT_COMMITTER_EMAIL": ADDRESS,
    "GIT_COMMITTER_DATE": WHEN,
}
SETTINGS = (
    *("-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false", "-c", "gc.auto=0"),
    *("-c", "commit.gpgSign=false", "-c", "init.defaultBranch=main", "-c", "safe.directory=*"),
)


def assemble(
    into: Path,
    *,
    files: Path | None = None,
    written: Sequence[tuple[str, str]] = (),
    patch: Path | None = None,
    series: Sequence[Path] = (),
    message: str = "The exercise",
) -> Path:
    """Make a repository in `into`, a folder that is not there yet, and return it.

    It holds the `files` of a folder, without what tools leave behind, what is `written` (a path and
    its text each), changed by `patch`, in one commit; then a commit for each patch of `series`,
    with the author and date that it names. Raises UsageError for a patch that does not apply.
    """
    if files is None:
        into.mkdir(parents=True)
    else:
        shutil.copytree(files, into, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    for path, text in written:
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        (into / path).write_text(text, encoding="utf-8")
    git(into, "init", "--quiet", "--template=")
    if patch is not None:
        _apply(into, patch, "apply", "--whitespace=nowarn")
    git(into, "add", "--all")
    git(into, "commit", "--quiet", "--allow-empty", "--message", message)
    for each in series:
        _apply(into, each, "am", "--quiet", "--keep-cr", "--committer-date-is-author-date")
    return into


def difference(files: Path, edited: Path) -> bytes:
    """Return the patch that makes the `edited` folder out of `files`; nothing if they are alike."""
    with tempfile.TemporaryDirectory(prefix="flaskgrade-patch-") as place:
        work = assemble(Path(place) / "work", files=files)
        for path in work.iterdir():
            if path.is_dir() and path.name != ".git":
                shutil.rmtree(path)
            elif path.is_file():
                path.unlink()
        ignored = shutil.ignore_patterns(*LEFT_BEHIND)
        shutil.copytree(edited, work, ignore=ignored, dirs_exist_ok=True)
        git(work, "add", "--all")
        told = git(work, "diff", "--cached", "--binary", "--no-color", "--no-ext-diff")
    return f"{told}\n".encode() if told else b""


def contents(repository: Path) -> tuple[tuple[str, bytes], ...]:
    """Return each object of a repository of ours, its whole history: its path, and what it holds.

    A commit, and the tree of all files, goes by its hash.
    """
    listed = git(repository, "rev-list", "--all", "--objects").splitlines()
    return tuple(
        (name or digest, git(repository, "cat-file", "-p", digest).encode())
        for digest, _, name in (line.partition(" ") for line in listed)
    )


def _apply(folder: Path, patch: Path, *command: str) -> None:
    try:
        git(folder, *command, str(patch.resolve()))
    except GitCommandError as error:
        lines = str(error.stderr).strip().strip("'").splitlines()
        why = next((line for line in lines if "error:" in line), lines[-1] if lines else "")
        raise UsageError(
            f"{patch} does not apply: {why.replace('stderr:', '').strip(' ' + chr(39))}",
            hint="What it changes has changed: make the patch again on the files as they are.",
        ) from error


def git(folder: Path, *command: str, more: Mapping[str, str] = NOTHING) -> str:
    """Return what git prints in a repository of ours, without anybody's configuration or hooks.

    `more` are environment variables besides. Raises GitCommandError.
    """
    environment = {**os.environ, **ALONE, **more}
    told: str = Git(folder).execute(["git", *SETTINGS, *command], env=environment)
    return told

"""A folder of this machine: which repository it belongs to, and whether all of it is committed.

The repository may be hostile, so git is never started in it: its configuration could name commands
(`core.fsmonitor`, filters). It is found by looking, as git would, and compared from our own.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from flaskgrade.errors import SubmissionError
from flaskgrade.submission.belonging import check_bare, check_tree
from flaskgrade.submission.git import Repository
from flaskgrade.submission.quoting import shown
from flaskgrade.submission.source import ARCHIVES, GitUrl

STATUS_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class LocalRepository:
    """Where a path leads: a repository, and a folder in it (POSIX, relative) or None."""

    folder: Path
    bare: bool
    subdir: str | None

    @property
    def url(self) -> GitUrl:
        """The repository as an address that git fetches from."""
        return GitUrl(url="file://" + quote(str(self.folder), safe="/"), protocol="file")


def locate(path: Path) -> LocalRepository:
    """Find the repository of a path. Raises SubmissionError, with the reason, for none."""
    name = shown(str(path), 200)
    try:
        real = path.resolve(strict=True)
        if not real.is_dir():
            raise SubmissionError(
                f"{name} is neither a folder nor an archive",
                hint=f"Archives are told by their names: {', '.join(ARCHIVES)}.",
            )
        for folder in (real, *real.parents):
            if is_bare(folder):
                if folder == real and (folder.name == ".git" or not is_within(folder)):
                    check_bare(folder)
                    return LocalRepository(folder=folder, bare=True, subdir=None)
                continue
            if is_top(folder):
                check_tree(folder)
                subdir = real.relative_to(folder).as_posix()
                return LocalRepository(
                    folder=folder, bare=False, subdir=None if subdir == "." else subdir
                )
    except FileNotFoundError as error:
        raise SubmissionError(f"there is no {name}", hint=guess(str(path))) from error
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        reason = getattr(error, "strerror", None) or "a loop of links"
        raise SubmissionError(f"{name} can't be read: {reason}") from error
    raise SubmissionError(
        f"{name} is not under git",
        hint="Commit it (git init, git add, git commit), or pass an archive of it.",
    )


def check_address(path: Path) -> None:
    """Check what git finds at the path of a file:// address. Raises SubmissionError."""
    for folder in (path, path.with_name(f"{path.name}.git")):
        if is_top(folder):
            check_tree(folder)
        elif is_bare(folder):
            check_bare(folder)


def is_top(folder: Path) -> bool:
    """Tell whether a folder is the root of a working tree."""
    dot_git = folder / ".git"
    return dot_git.is_file() or is_bare(dot_git)


def is_within(folder: Path) -> bool:
    """Tell whether a folder lies in a working tree: a bare repository there may be a trap."""
    return any(is_top(parent) for parent in folder.parents)


def is_bare(folder: Path) -> bool:
    """Tell whether a folder looks like a repository itself, as git judges it."""
    return (
        (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
    )


def guess(path: str) -> str:
    """Return a hint for a path that isn't there."""
    first, slash, _ = path.partition("/")
    if slash and "." in first.strip("."):
        return f"For a repository on a host, write https://{shown(path)}."
    return "Check the path."


def is_dirty(
    repository: Repository, local: LocalRepository, commit: str, subdir: str | None
) -> bool:
    """Tell whether a working tree differs from a commit, untracked files included.

    Raises GitFailed. Our repository's index and configuration are used, so that nothing of theirs
    is: no filters, no monitor, no hooks; submodules are not looked into.
    """
    if local.bare:
        return False
    repository.output("update-ref", "--no-deref", "HEAD", commit)
    repository.output("read-tree", commit)
    exclude = local.folder / ".git" / "info" / "exclude"
    words = [f"--work-tree={local.folder}"]
    if exclude.is_file():
        words += ["-c", f"core.excludesFile={exclude}"]
    words += ["status", "--porcelain", "-z", "--no-renames", "--ignore-submodules=all"]
    words += ["--untracked-files=normal", "--", f"{local.folder}/{subdir or ''}"]
    with repository.stream(*words, seconds=STATUS_SECONDS) as chunks:
        return any(chunks)

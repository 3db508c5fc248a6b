"""Acquire a submission: from what the user typed to a pinned, measured tree of regular files."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flaskgrade.errors import UsageError
from flaskgrade.model.submission import Submission
from flaskgrade.submission.archive import unpack
from flaskgrade.submission.cloning import Limits, Origin, clone
from flaskgrade.submission.git import GitLimits
from flaskgrade.submission.local import check_address, locate
from flaskgrade.submission.source import (
    Archive,
    LocalPath,
    PullRequest,
    check_ref,
    check_subdir,
    parse,
)
from flaskgrade.submission.tree import TreeLimits
from flaskgrade.submission.writer import Writer

TREE = "tree"
WORK = "git"


def silent(_: str) -> None:
    """Report no progress."""


def acquire(
    source: str,
    *,
    into: Path,
    ref: str | None = None,
    subdir: str | None = None,
    limits: TreeLimits = TreeLimits(),  # noqa: B008 - frozen
    git_limits: GitLimits = GitLimits(),  # noqa: B008 - frozen
    progress: Callable[[str], None] = silent,
) -> Submission:
    """Acquire a submission into `into`, an existing empty folder: its files are in `into`/tree.

    SOURCE is a git URL, a pull or merge request's URL, a folder under git, or an archive; `ref` a
    branch, tag, commit or full ref; `subdir` a folder in it that alone is graded. `progress` is
    given a few words at each step, free of credentials.

    Raises UsageError for a SOURCE that can't be one, SubmissionError where it can't be had or is
    over a limit, and StageError if our disk is full, which says nothing about the candidate.
    """
    where = parse(source)
    folder = check_subdir(subdir)
    wanted = None if ref is None else check_ref(ref)
    if isinstance(where, Archive) and where.path.is_dir():
        where = LocalPath(path=where.path)
    if wanted is not None and isinstance(where, Archive | PullRequest):
        what = "an archive has none" if isinstance(where, Archive) else "a request has its own"
        raise UsageError(f"--ref does not go with this submission: {what}", hint="Leave it out.")
    if isinstance(where, Archive):
        progress("unpacking the archive")
        return from_archive(where.path, source, into / TREE, folder, limits)
    if isinstance(where, LocalPath):
        local = locate(where.path)
        inner = "/".join(part for part in (local.subdir, folder) if part) or None
        origin = Origin(
            source=source, kind="path", remote=local.url, ref=wanted, subdir=inner, local=local
        )
    elif isinstance(where, PullRequest):
        origin = Origin(
            source=where.shown,
            kind="pull-request",
            remote=where.repository,
            ref=where.ref,
            subdir=folder,
        )
    else:
        if where.protocol == "file":
            check_address(Path(unquote(urlsplit(where.url).path)))
        origin = Origin(source=where.url, kind="git", remote=where, ref=wanted, subdir=folder)
    modest = replace(git_limits, blob_bytes=limits.file_bytes)
    return clone(origin, into / TREE, into / WORK, Limits(tree=limits, git=modest), progress)


def from_archive(
    path: Path, source: str, root: Path, subdir: str | None, limits: TreeLimits
) -> Submission:
    """Unpack an archive into a submission without a history."""
    with Writer(root) as writer:
        planned = unpack(path, writer, subdir=subdir, limits=limits)
    return Submission(
        source=source,
        kind="archive",
        root=root,
        tree=writer.tree(),
        subdir=subdir,
        files=tuple(sorted(writer.files, key=lambda file: file.path.split("/"))),
        findings=(*planned.findings, *writer.findings),
    )

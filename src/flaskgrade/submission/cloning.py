"""From a git remote to a submission on disk: fetch, measure, write, read history; in that order."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flaskgrade.errors import SubmissionError
from flaskgrade.model.evidence import Finding
from flaskgrade.model.submission import Submission
from flaskgrade.submission.failures import explain
from flaskgrade.submission.fetching import fetch, resolve
from flaskgrade.submission.git import GitFailed, GitLimits, Repository
from flaskgrade.submission.history import read_history
from flaskgrade.submission.local import LocalRepository, is_dirty
from flaskgrade.submission.objects import read_blobs
from flaskgrade.submission.quoting import shown
from flaskgrade.submission.source import GitUrl
from flaskgrade.submission.tree import Plan, TreeLimits, over, parse_listing, plan
from flaskgrade.submission.writer import Writer, disk

NAMED = 8  # folders named in a hint


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a submission comes from, once SOURCE, --ref and --subdir have been understood."""

    source: str  # for people, free of credentials
    kind: str
    remote: GitUrl
    ref: str | None
    subdir: str | None
    local: LocalRepository | None = None  # set where uncommitted changes are worth a word


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a submission may be, and what git may use to get it."""

    tree: TreeLimits
    git: GitLimits


def clone(
    origin: Origin, root: Path, work: Path, limits: Limits, progress: Callable[[str], None]
) -> Submission:
    """Write a commit's files to `root`, which is made; `work` is ours for git, and gone afterwards.

    Raises SubmissionError, or StageError for a full disk.
    """
    source = origin.source
    with explained(source), workplace(work):
        repository = Repository(work, limits.git)
        progress(f"fetching {shown(source)}")
        commit = fetch(repository, origin.remote, origin.ref, source)
        tree = find_tree(repository, commit, origin)
        planned = measure(repository, tree, limits.tree)
        progress(f"writing {len(planned.files)} files")
        with Writer(root) as writer:
            for file, content in read_blobs(repository, planned.files):
                writer.add(file, content)
        progress("reading the history")
        history = read_history(repository, commit, origin.subdir)
        dirty, doubts = uncommitted(repository, origin, commit)
    return Submission(
        source=source,
        kind=origin.kind,
        root=root,
        tree=tree,
        commit=commit,
        ref=origin.ref,
        subdir=origin.subdir,
        dirty=dirty,
        files=tuple(writer.files),
        history=history.commits,
        history_complete=history.complete,
        findings=(*planned.findings, *writer.findings, *doubts),
    )


@contextmanager
def explained(source: str) -> Iterator[None]:
    """Turn a failure of git into the error that it means."""
    try:
        yield
    except GitFailed as failure:
        raise explain(failure, source) from failure


@contextmanager
def workplace(folder: Path) -> Iterator[None]:
    """Make a folder that nobody else can enter, and remove it at the end."""
    with disk():
        folder.mkdir(mode=0o700)
    try:
        with disk():
            yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_tree(repository: Repository, commit: str, origin: Origin) -> str:
    """Return the hash of the tree that is graded. Raises SubmissionError for no such folder."""
    if origin.subdir is None:
        return resolve(repository, f"{commit}^{{tree}}")
    try:
        found = resolve(repository, f"{commit}:{origin.subdir}")
        kind = repository.output("cat-file", "-t", found).strip()
    except GitFailed as failure:
        if failure.limit:
            raise
        kind = b""
    else:
        if kind == b"tree":
            return found
    raise SubmissionError(
        f"{origin.source} has no folder {shown(origin.subdir)} under git"
        if not kind
        else f"{shown(origin.subdir)} in {origin.source} is not a folder",
        hint=f"At its root there is: {', '.join(folders(repository, commit)) or 'no folder'}.",
    )


def folders(repository: Repository, commit: str) -> tuple[str, ...]:
    """Return the names of the first few folders at the root."""
    names: list[str] = []
    with repository.stream("ls-tree", "-d", "-l", "-z", commit) as chunks:
        for entry in parse_listing(chunks):
            names.append(shown(entry.path, 60))
            if len(names) == NAMED:
                break
    return tuple(names)


def measure(repository: Repository, tree: str, limits: TreeLimits) -> Plan:
    """Return what is taken of a tree; nothing has been written when a limit is hit."""
    words = ("ls-tree", "-r", "-t", "-l", "-z", "--full-tree", tree)
    try:
        with repository.stream(*words) as chunks:
            return plan(parse_listing(chunks), limits)
    except GitFailed as failure:
        if failure.code < 0 and not failure.limit:  # it overflows its stack on a very deep tree
            raise over("folders nested deeper than git can follow") from failure
        raise


def uncommitted(
    repository: Repository, origin: Origin, commit: str
) -> tuple[bool, tuple[Finding, ...]]:
    """Tell whether there are uncommitted changes, where the ref is not a choice of the user's."""
    if origin.local is None or origin.ref is not None:
        return False, ()
    try:
        return is_dirty(repository, origin.local, commit, origin.subdir), ()
    except GitFailed:
        message = "Whether the working tree has uncommitted changes could not be told."
        return False, (Finding(code="tree:dirty-unknown", message=message),)

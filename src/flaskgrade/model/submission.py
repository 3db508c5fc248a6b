"""A submission: a pinned tree of files on disk, and the facts of its history."""

from dataclasses import dataclass
from pathlib import Path

from flaskgrade.model.evidence import Finding


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """A regular file of the submission; `path` is POSIX and relative to the graded root."""

    path: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Commit:
    """A commit as a fact: who is left out on purpose, grading is about the work."""

    id: str
    subject: str
    authored: str  # ISO 8601 with offset
    insertions: int
    deletions: int
    files: int


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What is graded. `root` is ours to read, holds regular files only, and is never executed."""

    source: str  # as the user gave it, credentials removed
    kind: str  # git, pull-request, path, archive
    root: Path
    tree: str  # git tree hash of the graded tree (of the sub-directory where one was asked for)
    commit: str | None = None  # None for an archive or a folder without git
    ref: str | None = None
    subdir: str | None = None
    dirty: bool = False  # a local path with uncommitted changes, which are not graded
    files: tuple[SourceFile, ...] = ()
    history: tuple[Commit, ...] = ()
    history_complete: bool = True
    findings: tuple[Finding, ...] = ()

    def has(self, path: str) -> bool:
        """Tell whether the submission holds a file of exactly that path."""
        return any(file.path == path for file in self.files)

    def text(self, path: str, limit: int = 1_000_000) -> str:
        """Return up to `limit` bytes of a file as text, undecodable bytes replaced.

        Raises FileNotFoundError for a path that the submission does not list.
        """
        if not self.has(path):
            raise FileNotFoundError(path)
        with (self.root / path).open("rb") as handle:
            return handle.read(limit).decode("utf-8", "replace")

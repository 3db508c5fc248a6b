"""The history of a submission as facts: what was committed when and how much, never by whom."""

import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flaskgrade.model.submission import Commit
from flaskgrade.submission.git import GitFailed, Repository
from flaskgrade.submission.quoting import shown

MOST_COMMITS = 500
SECONDS = 20.0
SUBJECT = 200  # characters kept
LONGEST_TOKEN = 64 * 1024
EPOCH = "1970-01-01T00:00:00+00:00"  # for an author date that is none

# A field separator in a subject does no harm: the subject comes last.
FORMAT = "--format=%H%x1f%aI%x1f%s"
HEADER = re.compile(rb"(?P<id>[0-9a-f]{40})\x1f(?P<date>[^\x1f]*)\x1f(?P<subject>.*)\Z", re.DOTALL)
NUMBERS = re.compile(rb"\n?(?P<plus>[0-9]+|-)\t(?P<minus>[0-9]+|-)\t")


@dataclass(frozen=True, kw_only=True)
class History:
    """Commits, newest first. `complete` is false where some are missing: a limit, a short clone."""

    commits: tuple[Commit, ...]
    complete: bool


def read_history(repository: Repository, commit: str, subdir: str | None) -> History:
    """Read the history of a commit, or of one folder in it. What a limit cuts off is left out."""
    words = ["log", "-z", "--numstat", "--no-renames", "--no-ext-diff", "--no-textconv"]
    words += ["--no-show-signature", "--no-mailmap", "--no-color", "--no-decorate", "--root"]
    words += ["--encoding=UTF-8", f"--max-count={MOST_COMMITS + 1}", FORMAT, commit, "--"]
    if subdir:
        words.append(subdir)
    shallow = (repository.folder / "shallow").exists()
    try:
        found, failure = list_commits(repository, words)
        if failure is not None and not failure.limit and stand_in(repository, commit):
            found, failure = list_commits(repository, words)
    except GitFailed as broken:
        found, failure = (), broken
    complete = failure is None and not shallow and len(found) <= MOST_COMMITS
    return History(commits=found[:MOST_COMMITS], complete=complete)


def list_commits(
    repository: Repository, words: list[str]
) -> tuple[tuple[Commit, ...], GitFailed | None]:
    """Return the commits that git lists, and what ended the list before its end."""
    commits: list[Commit] = []
    try:
        with repository.stream(*words, seconds=SECONDS) as chunks:
            commits.extend(parse_log(chunks))
    except GitFailed as failure:
        return tuple(commits), failure
    return tuple(commits), None


def stand_in(repository: Repository, commit: str) -> int:
    """Let an empty blob stand in for each that was too large to be fetched; return how many.

    Otherwise git stops counting at the commit that added one. Raises GitFailed.
    """
    listed = repository.output(
        "rev-list", "--objects", "--missing=print", commit, "--", seconds=SECONDS
    )
    missing = [line[1:].decode("ascii") for line in listed.splitlines() if line.startswith(b"?")]
    empty = (
        repository.output("hash-object", "-w", "-t", "blob", "/dev/null").decode("ascii").strip()
    )
    with tempfile.TemporaryFile(dir=repository.home) as updates:
        for each in missing:
            updates.write(f"create refs/replace/{each} {empty}\n".encode("ascii"))
        updates.seek(0)
        with repository.stream("update-ref", "--stdin", stdin=updates.fileno()) as chunks:
            for _ in chunks:
                pass
    return len(missing)


def parse_log(chunks: Iterable[bytes]) -> Iterator[Commit]:
    """Yield the commits of `git log -z --numstat` in `FORMAT`, as they come.

    Each token starts with what git wrote: a hash for a commit, two numbers for a file. So neither a
    subject nor a file's name can pass for the other.
    """
    header: re.Match[bytes] | None = None
    plus = minus = files = 0
    for token in tokens(chunks):
        if numbers := NUMBERS.match(token):
            files += 1
            plus += int(numbers["plus"]) if numbers["plus"] != b"-" else 0
            minus += int(numbers["minus"]) if numbers["minus"] != b"-" else 0
        elif found := HEADER.match(token):
            if header is not None:
                yield commit_of(header, plus, minus, files)
            header, plus, minus, files = found, 0, 0, 0
    if header is not None:
        yield commit_of(header, plus, minus, files)


def tokens(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what stands between NULs, the start of it where it is very long."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole
        rest = rest[:LONGEST_TOKEN]
    if rest:
        yield rest


def commit_of(header: re.Match[bytes], plus: int, minus: int, files: int) -> Commit:
    """Return a commit as a value."""
    return Commit(
        id=header["id"].decode("ascii"),
        subject=shown(header["subject"], SUBJECT),
        authored=iso(header["date"].decode("ascii", "replace")),
        insertions=plus,
        deletions=minus,
        files=files,
    )


def iso(date: str) -> str:
    """Return an author's date in one form; they can be set to anything, beyond year 9999 too."""
    try:
        return datetime.fromisoformat(date).isoformat()
    except ValueError:
        return EPOCH

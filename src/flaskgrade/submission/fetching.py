"""From an address and a ref to one pinned commit in our repository."""

import difflib
import re
from contextlib import suppress

from flaskgrade.errors import SubmissionError
from flaskgrade.submission.failures import explain
from flaskgrade.submission.git import UPLOAD_PACK, GitFailed, Repository
from flaskgrade.submission.quoting import shown
from flaskgrade.submission.source import GitUrl

GRADED = "refs/flaskgrade/graded"
DEPTH = 500
NEAR = 5  # refs named in a hint
HASH = re.compile(r"[0-9a-f]{7,40}\Z", re.IGNORECASE)
NO_SUCH_REF = re.compile(
    r"couldn't find remote ref|not our ref|unadvertised object|no such remote ref"
)
DUMB = "dumb http transport does not support shallow"  # git's own words


def fetch(repository: Repository, remote: GitUrl, ref: str | None, source: str) -> str:
    """Fetch one commit with its history, `DEPTH` deep, and return its hash.

    `source` stands for the remote in messages. Raises SubmissionError, or StageError for a full
    disk.
    """
    if remote.login:
        repository.remember(remote.url, remote.login)
    try:
        return fetch_one(repository, remote, ref or "HEAD")
    except GitFailed as failure:
        if not NO_SUCH_REF.search(failure.stderr):
            raise explain(failure, source) from failure
        return fetch_unnamed(repository, remote, ref, source)
    finally:
        repository.forget()


def fetch_one(repository: Repository, remote: GitUrl, ref: str) -> str:
    """Fetch a ref by its name, or a commit by its full hash. Raises GitFailed."""
    transfer(repository, remote, f"+{ref}:{GRADED}")
    return resolve(repository, f"{GRADED}^{{commit}}")


def resolve(repository: Repository, revision: str) -> str:
    """Return the hash of what a revision names. Raises GitFailed if it names nothing here."""
    return repository.output("rev-parse", "--verify", "--quiet", revision).decode("ascii").strip()


def transfer(repository: Repository, remote: GitUrl, *refspecs: str) -> None:
    """Let git fetch, and nothing more: no tags along, no hooks after. Raises GitFailed."""
    words = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]
    if remote.protocol == "file":
        words.append(f"--upload-pack={UPLOAD_PACK}")
    # Larger blobs stay where they are; a server that can't do this sends them, up to git's limits.
    modest = [f"--depth={DEPTH}", f"--filter=blob:limit={repository.limits.blob_bytes + 1}"]
    to = ["--", remote.url, *refspecs]
    try:
        repository.output(*words, *modest, *to, protocol=remote.protocol)
    except GitFailed as failure:
        if DUMB not in failure.stderr:
            raise
        repository.output(*words, *to, protocol=remote.protocol)
    finally:
        repository.settle()


def fetch_unnamed(repository: Repository, remote: GitUrl, ref: str | None, source: str) -> str:
    """Find what has no name on the other side: a short hash; or say what there is instead."""
    if ref is not None and HASH.match(ref):
        with suppress(GitFailed):
            transfer(
                repository, remote, "+refs/heads/*:refs/remotes/all/*", "+refs/tags/*:refs/tags/*"
            )
            return resolve(repository, f"{ref}^{{commit}}")
    try:
        names = ref_names(repository, remote)
    except GitFailed as failure:
        raise explain(failure, source) from failure
    listed = ", ".join(shown(name, 60) for name in near(ref or "main", names))
    if not names:
        raise SubmissionError(
            f"{source} has no commits yet", hint="Commit and push something first."
        )
    if ref is None:
        raise SubmissionError(
            f"the default branch of {source} does not exist",
            hint=f"Name one with --ref: {listed}.",
        )
    raise SubmissionError(
        f"{source} has no branch, tag or commit {shown(ref)!r}",
        hint=f"There is: {listed}." if listed else "Check its name.",
    )


def ref_names(repository: Repository, remote: GitUrl) -> tuple[str, ...]:
    """Return the short names of the branches and tags on the other side. Raises GitFailed."""
    words = ["ls-remote", "--heads", "--tags", "--refs"]
    if remote.protocol == "file":
        words.append(f"--upload-pack={UPLOAD_PACK}")
    listing = repository.output(*words, "--", remote.url, protocol=remote.protocol)
    lines = listing.decode("utf-8", "replace").splitlines()
    refs = (line.partition("\t")[2] for line in lines)
    return tuple(ref.split("/", 2)[2] for ref in refs if ref.count("/") > 1)


def near(wanted: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return a few names, the most similar ones first."""
    alike = difflib.get_close_matches(wanted, names[:2000], n=NEAR, cutoff=0.4)
    return tuple(dict.fromkeys([*alike, *names[:NEAR]]))[:NEAR]

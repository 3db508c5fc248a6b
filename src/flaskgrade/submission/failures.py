"""What it means that git failed: one clear error each, and what to do next."""

import re
from dataclasses import dataclass

from flaskgrade.errors import FlaskgradeError, SubmissionError
from flaskgrade.submission.git import GitFailed
from flaskgrade.submission.quoting import shown
from flaskgrade.submission.writer import full


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What it means that git said one of a few things."""

    said: tuple[str, ...]  # regular expressions
    message: str
    hint: str


TOO_MUCH = "{source} is over the limit: git needs too much disk, memory or time for it"
SMALLER = "Large files in its history are the usual reason. Pass an archive instead."

# First match wins. Git's messages are in English here (LC_ALL=C) and have been stable for years.
MEANINGS = (
    Meaning(
        said=("Host key verification failed",),
        message="the host of {source} is not known to ssh",
        hint="Connect to it once with ssh, compare its key, and try again.",
    ),
    Meaning(
        said=(
            "Authentication failed",
            "could not read (Username|Password)",
            "terminal prompts disabled",
            r"Permission denied \(",
            "HTTP Basic",
            "returned error: 40[13]",
            "Access denied",
            "Invalid username or (password|token)",
        ),
        message="{source} does not exist, or is private",
        hint="For a private one, use its ssh address with a loaded key, or https://TOKEN@host/…",
    ),
    Meaning(
        said=("mismatched algorithms", "object.format", "unknown repository extension"),
        message="{source} is in a format of git's that can't be graded (SHA-256 or newer)",
        hint="Push it to a repository in git's default format.",
    ),
    Meaning(
        said=(
            "does not appear to be a git repository",
            "[Rr]epository .*not found",
            "not found: did you run",
            "returned error: 404",
            "[Pp]roject .*could not be found",
            "not a git repository",
        ),
        message="there is no git repository at {source}",
        hint="Check the address; for a private repository, give one with access.",
    ),
    Meaning(
        said=(
            "missing (blob|tree|commit) object",
            "lazy fetching disabled",
            "promisor",
            "missing necessary objects",
            "did not send all necessary objects",
            "bad object",
            "bad tree object",
            "corrupt",
            "could not parse",
            "unable to read",
        ),
        message="{source} is incomplete or damaged",
        hint="A partial clone lacks files: grade the repository that it was cloned from.",
    ),
    Meaning(
        said=("Could not resolve host",),
        message="the host of {source} could not be found",
        hint="Check the address and the network.",
    ),
    Meaning(
        said=(
            "Failed to connect",
            "Connection (refused|timed out|reset)",
            "Network is unreachable",
            "Operation too slow",
            "unable to access",
            "timed out",
            "early EOF",
            "hung up unexpectedly",
            "RPC failed",
        ),
        message="{source} could not be reached",
        hint="Check the network, and whether the host is up; then try again.",
    ),
    Meaning(  # when nothing else is said, the file limit has killed it
        said=("invalid index-pack output", "index-pack (died|failed)"),
        message=TOO_MUCH,
        hint=SMALLER,
    ),
)
# At the end of a line, where git puts the system's reason: anywhere else a name could hold it, and
# a candidate could pass a refusal off as a fault of ours.
FULL = re.compile(
    r"(: No space left on device|: Disk quota exceeded|write error\. Out of diskspace)$",
    re.MULTILINE,
)
SIZE_LIMIT = re.compile(r"File too large|died of signal|File size limit|out of memory|mmap failed")


def explain(failure: GitFailed, source: str) -> FlaskgradeError:
    """Return the error that a failure of git means; `source` is shown, free of credentials."""
    said = own_words(failure.stderr)
    if FULL.search(said):
        return full()
    if failure.limit == "time":
        return SubmissionError(
            f"{source} took too long to fetch and read",
            hint="Try again; a repository that is always this slow is too large to be graded.",
        )
    if failure.limit or failure.code < 0 or SIZE_LIMIT.search(said):
        return SubmissionError(TOO_MUCH.format(source=source), hint=SMALLER)
    for meaning in MEANINGS:
        if any(re.search(pattern, said) for pattern in meaning.said):
            return SubmissionError(meaning.message.format(source=source), hint=meaning.hint)
    return SubmissionError(
        f"git can't read {source}: {shown(last_words(said), 200)}",
        hint="Check that `git clone` works for it.",
    )


def own_words(said: str) -> str:
    """Return what our git says, without what it was told by the other side."""
    lines = [line for line in said.splitlines() if not line.startswith(("remote:", "warning:"))]
    return "\n".join(lines)


def last_words(said: str) -> str:
    """Return git's own reason."""
    lines = [line for line in said.splitlines() if line]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (fatal or lines or ["no reason given"])[0]

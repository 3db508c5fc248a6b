"""What is said to a host of repositories, whichever it is: one comment on a pull request."""

from dataclasses import dataclass
from typing import Protocol

from flaskgrade.errors import UsageError

MOST_PAGES = 50  # of a hundred comments


@dataclass(frozen=True, kw_only=True)
class Pull:
    """A pull or merge request: "owner/repo" with its groups, and its number."""

    repository: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A comment that stands there. `id` is the host's own."""

    id: str
    body: str


def too_long() -> UsageError:
    """Return the error for a conversation in which ours may stand where nobody looks."""
    return UsageError(
        f"the pull request has more than {MOST_PAGES * 100:,} comments",
        hint="Ours is not looked for among so many, and none is added. Open another.",
    )


class Host(Protocol):
    """A host, and who we are there.

    Each method raises UsageError where the host refuses, and StageError where it does not answer.
    """

    def own_comments(self, pull: Pull) -> tuple[Comment, ...]:
        """Return the comments that this token's user wrote, the oldest first."""
        ...

    def create(self, pull: Pull, body: str) -> None:
        """Write a comment."""
        ...

    def update(self, pull: Pull, comment: Comment, body: str) -> None:
        """Give a comment other words."""
        ...

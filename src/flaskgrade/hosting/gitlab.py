"""Comments on GitLab, which calls them notes.

https://docs.gitlab.com/api/notes/#merge-requests
"""

from dataclasses import dataclass
from urllib.parse import quote

from flaskgrade.hosting.api import Api
from flaskgrade.hosting.base import MOST_PAGES, Comment, Pull, too_long

PAGE = 100


@dataclass(frozen=True, kw_only=True)
class GitLab:
    """A GitLab with a token; a job's own token may not write notes, a project's may."""

    api: Api

    @classmethod
    def at(cls, *, api: str, token: str) -> "GitLab":
        """Return the host at the address that a runner names CI_API_V4_URL."""
        headers = {"PRIVATE-TOKEN": token, "User-Agent": "flaskgrade"}
        return cls(api=Api(name="GitLab", base=api, headers=headers))

    def own_comments(self, pull: Pull) -> tuple[Comment, ...]:
        """Return the comments that this token's user wrote, the oldest first."""
        me = self.api.call("GET", "/user")["id"]
        found: list[Comment] = []
        for number in range(1, MOST_PAGES + 1):
            asked = f"?sort=asc&order_by=created_at&per_page={PAGE}&page={number}"
            page = self.api.call("GET", _notes(pull) + asked)
            found += [
                Comment(id=str(note["id"]), body=note["body"])
                for note in page
                if note["author"]["id"] == me and not note["system"]
            ]
            if len(page) < PAGE:
                return tuple(found)
        raise too_long()

    def create(self, pull: Pull, body: str) -> None:
        """Write a comment."""
        self.api.call("POST", _notes(pull), {"body": body})

    def update(self, pull: Pull, comment: Comment, body: str) -> None:
        """Give a comment other words."""
        self.api.call("PUT", f"{_notes(pull)}/{quote(comment.id, safe='')}", {"body": body})


def _notes(pull: Pull) -> str:
    return f"/projects/{quote(pull.repository, safe='')}/merge_requests/{pull.number}/notes"

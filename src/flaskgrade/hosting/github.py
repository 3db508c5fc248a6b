"""Comments on GitHub: read by GraphQL, which alone says which are ours, whatever token we have.

https://docs.github.com/en/graphql/reference/interfaces#comment (`viewerDidAuthor`)
https://docs.github.com/en/rest/issues/comments#create-an-issue-comment
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flaskgrade.errors import StageError, UsageError
from flaskgrade.hosting.api import Api
from flaskgrade.hosting.base import MOST_PAGES, Comment, Pull, too_long

VERSION = "2022-11-28"
READ = """
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      comments(first: 100, after: $after) {
        nodes { id body viewerDidAuthor }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""
# By its node: numbers of comments are past what GraphQL's Int holds.
UPDATE = """
mutation($id: ID!, $body: String!) {
  updateIssueComment(input: {id: $id, body: $body}) { issueComment { id } }
}
"""


@dataclass(frozen=True, kw_only=True)
class GitHub:
    """GitHub, or a GitHub Enterprise Server, with a token."""

    rest: Api
    graphql: Api

    @classmethod
    def at(cls, *, rest: str, graphql: str, token: str) -> "GitHub":
        """Return the host at the addresses that a runner names GITHUB_API_URL and so on."""
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": VERSION,
            "User-Agent": "flaskgrade",
        }
        return cls(
            rest=Api(name="GitHub", base=rest, headers=headers),
            graphql=Api(name="GitHub", base=graphql, headers=headers),
        )

    def own_comments(self, pull: Pull) -> tuple[Comment, ...]:
        """Return the comments that this token's user wrote, the oldest first."""
        owner, _, name = pull.repository.partition("/")
        found: list[Comment] = []
        after = None
        for _page in range(MOST_PAGES):
            asked = {"owner": owner, "name": name, "number": pull.number, "after": after}
            page = self._asked(READ, asked, "repository", "pullRequest", "comments")
            found += [
                Comment(id=node["id"], body=node["body"])
                for node in page["nodes"]
                if node["viewerDidAuthor"]
            ]
            if not page["pageInfo"]["hasNextPage"]:
                return tuple(found)
            after = page["pageInfo"]["endCursor"]
        raise too_long()

    def create(self, pull: Pull, body: str) -> None:
        """Write a comment."""
        path = f"/repos/{quote(pull.repository)}/issues/{pull.number}/comments"
        self.rest.call("POST", path, {"body": body})

    def update(self, pull: Pull, comment: Comment, body: str) -> None:  # noqa: ARG002 - see Host
        """Give a comment other words."""
        self._asked(UPDATE, {"id": comment.id, "body": body}, "updateIssueComment")

    def _asked(self, query: str, variables: dict[str, object], *path: str) -> Any:
        """Return what lies at a path of an answer: GraphQL refuses with 200, too."""
        answer = self.graphql.call("POST", "", {"query": query, "variables": variables})
        if not isinstance(answer, dict):
            raise StageError("GitHub gave no answer that makes sense", hint="Try again.")
        inner = answer.get("data")
        for name in path:
            inner = (inner or {}).get(name)
        if answer.get("errors") or not inner:
            said = "; ".join(str(one.get("message")) for one in answer.get("errors") or ())
            raise UsageError(
                f"GitHub refused ({said[:300] or 'it has no such pull request'})",
                hint="The token needs to see the pull request, and to write comments on it.",
            )
        return inner

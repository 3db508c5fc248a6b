"""`flaskgrade comment`: a candidate's letter as the one comment on their pull request."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from flaskgrade.errors import UsageError

if TYPE_CHECKING:
    from flaskgrade.hosting.base import Host, Pull

EPILOG = """
The token comes from GITHUB_TOKEN or GITLAB_TOKEN and goes to that host alone, which
GITHUB_SERVER_URL or CI_SERVER_URL names where it is not github.com or gitlab.com.

Examples:

  flaskgrade comment https://github.com/company/take-home-ada/pull/7 graded/feedback.md

  flaskgrade comment https://gitlab.com/company/take-home-ada/-/merge_requests/7 graded/feedback.md
"""


def comment(
    pull: Annotated[str, typer.Argument(help="The pull or merge request's URL.")],
    letter: Annotated[Path, typer.Argument(help="feedback.md, as `feedback` or `grade` wrote it.")],
) -> None:
    """Post a candidate's letter on a pull request; the next one takes its place.

    Nothing but a letter is posted: a report tells what is hidden.
    """
    from flaskgrade.cli.stored import text  # noqa: PLC0415 - see cli/main.py
    from flaskgrade.hosting.comment import keep_comment  # noqa: PLC0415
    from flaskgrade.report.feedback_markdown import MARKER  # noqa: PLC0415

    body = text(letter)
    if not body.startswith(MARKER):
        raise UsageError(
            f"{letter} is no candidate's letter",
            hint="`flaskgrade feedback report.json` writes one: feedback.md.",
        )
    host, request = _target(pull)
    there = keep_comment(host, request, body, marker=MARKER)
    sys.stdout.write("the comment is up to date\n" if there else "the comment is posted\n")


def _target(address: str) -> "tuple[Host, Pull]":
    """Return where a request is, and who speaks there. Raises UsageError."""
    from flaskgrade.hosting.base import Pull  # noqa: PLC0415
    from flaskgrade.hosting.github import GitHub  # noqa: PLC0415
    from flaskgrade.hosting.gitlab import GitLab  # noqa: PLC0415
    from flaskgrade.submission.source import PullRequest, parse  # noqa: PLC0415

    source = parse(address)
    if not isinstance(source, PullRequest):
        raise UsageError(
            "that is the address of no pull request",
            hint="Give https://github.com/owner/repo/pull/7 or …/-/merge_requests/7.",
        )
    url = source.repository.url
    pull = Pull(repository=urlsplit(url).path.strip("/").removesuffix(".git"), number=source.number)
    if source.ref.startswith("refs/merge-requests/"):
        server = _checked(url, "CI_SERVER_URL", "https://gitlab.com")
        api = _setting("CI_API_V4_URL", f"{server}/api/v4")
        return GitLab.at(api=api, token=_token("GITLAB_TOKEN")), pull
    server = _checked(url, "GITHUB_SERVER_URL", "https://github.com")
    public = server == "https://github.com"
    rest = "https://api.github.com" if public else f"{server}/api/v3"
    graphql = "https://api.github.com/graphql" if public else f"{server}/api/graphql"
    return GitHub.at(
        rest=_setting("GITHUB_API_URL", rest),
        graphql=_setting("GITHUB_GRAPHQL_URL", graphql),
        token=_token("GITHUB_TOKEN"),
    ), pull


def _checked(url: str, name: str, usual: str) -> str:
    """Return the server that the token is for. Raises UsageError for any other's address."""
    server = _setting(name, usual)
    if urlsplit(url)[:2] != urlsplit(server)[:2]:
        raise UsageError(
            f"the pull request is not on {server}, and its token goes nowhere else",
            hint=f"Set {name} where you mean another host.",
        )
    return server


def _setting(name: str, usual: str) -> str:
    return (os.environ.get(name) or usual).rstrip("/")


def _token(name: str) -> str:
    token = os.environ.get(name, "")
    if not token:
        raise UsageError(f"there is no token in {name}", hint="It must be allowed to comment.")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError(f"{name} has characters that no token has", hint="Copy it again.")
    return token

"""Keep one comment on a pull request: written once, brought up to date after that."""

from flaskgrade.errors import StageError
from flaskgrade.hosting.base import Host, Pull

LENGTH_LIMIT = 65_000  # characters; GitHub takes 65,536, GitLab a million
_CUT = "\n\n_Cut here to fit a comment._\n"


def keep_comment(host: Host, pull: Pull, body: str, *, marker: str) -> bool:
    """Make a pull request's comment say this, and return whether there was one before.

    It is found by the marker that it begins with, among the comments of our own alone: anybody can
    write the marker, and a comment of somebody else's would stay theirs to change. Raises what
    the host's methods raise.
    """
    text = fitted(body)
    try:
        ours = [one for one in host.own_comments(pull) if one.body.startswith(marker)]
        if not ours:
            host.create(pull, text)
            return False
        host.update(pull, ours[0], text)
    except (AttributeError, KeyError, TypeError) as error:  # JSON of another shape
        raise StageError("the host gave no answer that makes sense", hint="Try again.") from error
    return True


def fitted(body: str) -> str:
    """Return a text as long as a comment may be, cut after a line."""
    if len(body) <= LENGTH_LIMIT:
        return body
    return body[: LENGTH_LIMIT - len(_CUT)].rpartition("\n")[0] + _CUT

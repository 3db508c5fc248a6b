"""The words of URL paths: verbs where the method already says it, and how words are joined."""

import re
from collections.abc import Iterator

LENGTH = 300  # of a rule

_GAPS = re.compile(r"<[^<>]*>|\{[^{}]*\}")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_FILE = re.compile(r"\.\w+$|^[._]")

# The methods of HTTP say these. Other verbs are actions that no method is for: `POST …/cancel`.
_AS_A_WHOLE = frozenset(
    {
        *("get", "fetch", "retrieve", "create", "add", "insert", "update", "edit", "modify"),
        *("delete", "remove", "destroy", "save"),
    }
)
_AT_THE_FRONT = _AS_A_WHOLE | {"list", "find"}
_NOUNS = frozenset({"on", "ons", "in", "ins", "item", "items", "entry", "entries", "history"})


def segments(rule: str) -> Iterator[str]:
    """Return the parts of a path that are written out; names of files are left out."""
    for segment in _GAPS.sub("<>", rule[:LENGTH]).split("/"):
        if segment and "<>" not in segment and not _FILE.search(segment):
            yield segment


def verb_in(rule: str) -> str | None:
    """Return the first part of a path that begins with what a method of HTTP says."""
    for segment in segments(rule):
        words = [word.lower() for word in _WORDS.findall(segment)]
        if len(words) == 1 and words[0] in _AS_A_WHOLE:
            return segment
        if len(words) > 1 and words[0] in _AT_THE_FRONT and words[1] not in _NOUNS:
            return segment
    return None


def style(segment: str) -> str | None:
    """Return how the words of a part are joined; None where there is only one."""
    if "-" in segment.strip("-"):
        return "kebab-case"
    if "_" in segment.strip("_"):
        return "snake_case"
    return "camelCase" if re.search(r"[a-z][A-Z]", segment) else None

"""Comments that silence a tool: found as comments, never in strings, with what they silence."""

import io
import itertools
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_HINT = re.compile(
    r"noqa|nosec|type:\s*ignore|mypy:|pyright:|pylint:|pragma:|no_type_check", re.IGNORECASE
)
_CODES = r"[A-Z]+[0-9]+(?:\s*,\s*[A-Z]+[0-9]+)*"
_NAMES = r"[\w-]+(?:\s*,\s*[\w-]+)*"

# Kind, how it is written, whether the codes that follow narrow it. `codes` may be missing.
_PATTERNS = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("file-noqa", rf"\s*(?:ruff|flake8)\s*:\s*noqa(?::\s*(?P<codes>{_CODES}))?"),
        ("noqa", rf"\s*noqa(?:\s*:\s*(?P<codes>{_CODES}))?"),
        ("nosec", r"\s*nosec(?::?\s+(?P<codes>B\d+(?:[\s,]+B\d+)*))?"),
        ("type-ignore", r"\s*type:\s*ignore(?:\[(?P<codes>[^\]]*)\])?"),
        (
            "mypy",
            r"\s*mypy:\s*(?:ignore[-_]errors(?:\s*=\s*true)?|(?P<codes>(?:disable|allow)\S*))",
        ),
        ("pyright", r"\s*pyright:\s*ignore(?:\[(?P<codes>[^\]]*)\])?"),
        (
            "pylint",
            rf"\s*pylint:\s*(?:skip-file|disable(?:-next)?\s*=\s*(?:all\b|(?P<codes>{_NAMES})))",
        ),
        ("no-cover", r"\s*pragma:\s*no\s*(?P<codes>cover|branch)"),
    )
)
COMMENT_CHARACTERS = 1000  # what is longer is no suppression
_REASON_WORDS = 2


@dataclass(frozen=True, kw_only=True)
class Suppression:
    """A comment, or a decorator, that keeps a tool from reporting something."""

    kind: str  # of _PATTERNS, or no-type-check
    line: int
    blanket: bool  # for everything, not only for what it names
    reason: str  # what the author says about it, if anything


def find_suppressions(text: str) -> tuple[Suppression, ...]:
    """Return the suppressions of a file in order; up to the first error if it cannot be read."""
    if not _HINT.search(text):
        return ()
    found: list[Suppression] = []
    decorating = False
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                found.extend(_in_comment(token.string, token.start[0]))
            elif token.type == tokenize.OP and token.string == "@":
                decorating = True
            elif token.type == tokenize.NAME:
                if decorating and token.string == "no_type_check":
                    found.append(
                        Suppression(
                            kind="no-type-check", line=token.start[0], blanket=True, reason=""
                        )
                    )
            elif token.type != tokenize.OP or token.string != ".":
                decorating = False
    except (tokenize.TokenError, SyntaxError):
        pass  # the rest is no Python; whether that matters is for others to say
    return tuple(found)


def _in_comment(comment: str, line: int) -> Iterator[Suppression]:
    """Return the suppressions of a comment. Several may share one."""
    parts = comment[:COMMENT_CHARACTERS].split("#")
    for part, following in itertools.zip_longest(parts, parts[1:], fillvalue=""):
        for kind, pattern in _PATTERNS:
            match = pattern.match(part)
            if match is not None:
                yield Suppression(
                    kind=kind,
                    line=line,
                    blanket=not (match.groupdict().get("codes") or "").strip(),
                    reason=_reason(part[match.end() :], following),
                )
                break


def _reason(rest: str, following: str) -> str:
    """Return the text behind a suppression that explains it: two words at least."""
    if any(pattern.match(following) for _, pattern in _PATTERNS):
        following = ""
    for text in (rest, following):
        words = re.findall(r"[^\W\d_]{2,}", text)
        if len(words) >= _REASON_WORDS:
            return text.strip(" \t-–—:;,.()")[:200]
    return ""

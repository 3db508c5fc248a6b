"""Python 2's statements rewritten so that Python 3's parser takes them, line for line.

What is kept is what can be asked of a tree: names, calls, strings and where they stand. A `print`
or `raise` of Python 2 becomes an assignment to a name that nothing uses.
"""

import re
from collections.abc import Callable

_TEXT = re.compile(
    r"""
      \#[^\n]*
    | [uUbBrR]{0,2}(?P<quotes>\"{3}|'{3})(?:\\.|.)*?(?P=quotes)
    | [uUbBrR]{0,2}(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    """,
    re.VERBOSE | re.DOTALL,
)
_HELD = re.compile(r'"<(\d+)>"')
_START = r"(?P<start>^[ \t]*|[:;][ \t]*)"
_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(_START + r"print[ \t]*(?:>>[ \t]*)?$", re.MULTILINE), r"\g<start>_ = 0"),
    (re.compile(_START + r"print\b[ \t]*(?:>>)?(?![ \t]*[=.(])", re.MULTILINE), r"\g<start>_ = "),
    (re.compile(_START + r"exec\b(?![ \t]*[=.(])", re.MULTILINE), r"\g<start>_ ="),
    (re.compile(_START + r"raise[ \t]+(?=[\w.]+[ \t]*,)", re.MULTILINE), r"\g<start>_ = "),
    (
        re.compile(r"^([ \t]*except[ \t]+.*),[ \t]*([A-Za-z_]\w*)[ \t]*:", re.MULTILINE),
        r"\1 as \2:",
    ),
    (re.compile(r"`([^`\n]*)`"), r"(\1)"),
    (re.compile(r"<>"), "!="),
    (re.compile(r"\b(0[xX][0-9a-fA-F]+|\d+)[lL]\b"), r"\1"),
    (re.compile(r"(?<![\w.])0(\d+)\b(?!\.)"), r"0o\1"),
    (re.compile(r"\blambda[ \t]*\(([^()\n]*)\)[ \t]*:"), r"lambda \1:"),
    (re.compile(r"\basync\b(?![ \t]+(?:def|with|for)\b)"), "async_"),
    (re.compile(r"^[ \t]+", re.MULTILINE), lambda found: found.group().expandtabs(8)),
)


def modernised(text: str) -> str:
    """Return the text with as many lines, in which Python 2's own statements are Python 3's."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found.group())
        return f'"<{len(held) - 1}>"'

    code = _TEXT.sub(hold, text)
    for pattern, replacement in _RULES:
        code = pattern.sub(replacement, code)
    return _HELD.sub(lambda found: _as_text(held[int(found.group(1))]), code)


def _as_text(literal: str) -> str:
    """Return a string literal that Python 3 knows, or the comment."""
    return literal[1:] if literal[:2].lower() == "ur" else literal

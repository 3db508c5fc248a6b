"""Text from elsewhere put into GitHub-flavoured Markdown so that it stays text.

Escaping is not enough: hosts look for mentions, issue numbers, addresses and emoji in the rendered
page, where an escaped `@` is an `@` again. In code they look for nothing. So words that hold only
letters, digits and harmless punctuation stand as they are, and all else stands as code.
https://github.github.com/gfm/
"""

import re

from flaskgrade.report import plain

# No character that starts an inline construct; a colon only where no emoji or scheme can form.
_HARMLESS = re.compile(r"(?:[^\W_]|[ .,;()%+'\"/=?–—…·-]|:(?= |$))*")
# Yet these become links: addresses, GH-12 and other trackers' numbers, commit ids.
_REFERENCE = re.compile(r"www\.|[^\W\d_]-\d|\b[0-9a-f]{7,}\b", re.IGNORECASE)
BAR = "\N{BOX DRAWINGS LIGHT VERTICAL}"
_BACKTICKS = re.compile("`+")


def prose(value: str, limit: int) -> str:
    """Return one line of text, as words where that is safe and else as code. Fit for a cell."""
    words = plain.line(value, limit)
    if _HARMLESS.fullmatch(words) and not _REFERENCE.search(words):
        return words
    return code(value, limit)


def code(value: str, limit: int) -> str:
    """Return one line of text as a code span, fit for a table's cell; nothing for blank text."""
    words = plain.line(value, limit)
    if not words:
        return ""
    ticks = "`" * (_longest_run(words) + 1)
    pad = " " if words.startswith("`") or words.endswith("`") else ""
    # A bar ends a table's cell, in code as well; escaped, its backslash shows outside of tables.
    return f"{ticks}{pad}{words.replace('|', BAR)}{pad}{ticks}"


def block(value: str, limit: int) -> str:
    """Return the end of a text as a fenced block that nothing in it can close."""
    words = plain.tail(value, limit)
    fence = "`" * max(_longest_run(words) + 1, 3)
    return f"{fence}text\n{words}\n{fence}"


def _longest_run(words: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(words)), default=0)

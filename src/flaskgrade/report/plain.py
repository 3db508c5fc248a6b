"""Hostile text made plain: nothing is left that steers a terminal, reorders or hides what is read.

Candidates choose file names, exception texts, response bodies and package names. Each renderer
passes the whole report through `cleaned` once, so that no field can be forgotten, and then escapes
for its own medium.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TypeVar, cast

T = TypeVar("T")

# Colours and cursor moves of honest tools go as a whole, lest "[31m" stays behind; every other
# escape character goes, too. https://ecma-international.org/publications-and-standards/standards/ecma-48/
_CONTROL_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_LINE_END = re.compile("\r\n|[\u2028\u2029\x85]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONE_BYTES = range(0xDC80, 0xDD00)  # PEP 383: how an undecodable byte of a file name is kept
_COMBINING = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_PILED_UP = re.compile(f"([{_COMBINING}]{{2}})[{_COMBINING}]+")
_UNSEEN = frozenset({"Cc", "Cf", "Co"})  # controls; bidirectional, zero-width, tags; private use
_LOOK_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_IGNORED = (
    range(0xFDD0, 0xFDF0),  # noncharacters
    range(0xFE00, 0xFE10),  # variation selectors, which can carry a hidden message
    range(0xFFF0, 0xFFF9),
    range(0xE0000, 0xE1000),
)


def well_formed(value: str) -> str:
    r"""Return the text as valid Unicode: an undecodable byte of a file name becomes `\xff`."""
    return _SURROGATE.sub(_spelled_out, value)


def text(value: str, limit: int) -> str:
    """Return the text without characters that act or hide, cut after `limit` with a note.

    Newlines and tabs stay.
    """
    plain = _CONTROL_SEQUENCE.sub("", well_formed(value[:limit]))
    plain = _LINE_END.sub("\n", plain).translate(_visible())
    plain = _PILED_UP.sub(r"\1", plain)
    if len(value) > limit:
        return f"{plain}… ({len(value) - limit:,} more characters)"
    return plain


def line(value: str, limit: int) -> str:
    """Return the text on one line, white space collapsed, cut at `limit` with an ellipsis."""
    joined = " ".join(text(value, max(2 * limit, 1000)).split())
    return joined if len(joined) <= limit else joined[: limit - 1] + "…"


def tail(value: str, limit: int) -> str:
    """Return the end of a text, where outputs say what went wrong, with a note on what is cut."""
    if len(value) <= limit:
        return text(value, limit)
    return f"({len(value) - limit:,} characters before) …{text(value[-limit:], limit)}"


def cleaned(value: T, limit: int) -> T:
    """Return a copy of a value, every string in it at any depth made plain by `text`."""
    return mapped(value, lambda string: text(string, limit))


def mapped(value: T, change: Callable[[str], str]) -> T:
    """Return a copy of a value of strings, tuples and dataclasses, every string in it changed."""
    return cast("T", _mapped(value, change))


def _mapped(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped(part, change) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return type(value)(**{name: _mapped(getattr(value, name), change) for name in names})
    return value


def _spelled_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code - 0xDC00:02x}" if code in _LONE_BYTES else f"\\u{code:04x}"


class _Visible(dict[int, int | None]):
    """A table for `str.translate` that is filled as characters are met."""

    def __missing__(self, code: int) -> int | None:
        self[code] = code if _is_visible(code) else None
        return self[code]


def _is_visible(code: int) -> bool:
    character = chr(code)
    if character in "\n\t":
        return True
    hidden = (
        unicodedata.category(character) in _UNSEEN
        or character in _LOOK_BLANK
        or code & 0xFFFE == 0xFFFE  # noqa: PLR2004 - the last two of each plane are noncharacters
        or any(code in span for span in _IGNORED)
    )
    return not hidden


@cache
def _visible() -> _Visible:
    return _Visible()

r"""Look for what is hidden in a text, also where it is split, reversed or encoded. Pure.

A text is read in several ways (as it is; without tags; its base64, hexadecimal, percent, HTML and
`\u` forms decoded; its letters turned by thirteen), each forwards and backwards, and always by its
letters and digits alone, so that no break, mark or zero-width character hides anything.
"""

import base64
import binascii
import codecs
import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

LEAST = 12  # letters and digits of what nobody writes by chance
_TAG = re.compile(r"<[^>]{0,200}>")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[\s:,]?){8,}")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, kw_only=True)
class Search:
    """What must not be told, by its letters and digits."""

    wanted: frozenset[str]

    @classmethod
    def of(cls, hidden: Iterable[str], *, known: str = "") -> "Search":
        """Return the search for texts that are hidden; what the `known` text says is not."""
        told = squeezed(known)
        keys = {squeezed(text) for text in hidden}
        return cls(wanted=frozenset(k for k in keys if len(k) >= LEAST and k not in told))

    def tells(self, text: str) -> tuple[str, ...]:
        """Return what a text tells, by its letters and digits; sorted."""
        found: set[str] = set()
        for view in readings(text):
            letters = squeezed(view)
            for read in (letters, letters[::-1]):
                found |= {key for key in self.wanted if key in read}
        return tuple(sorted(found))


def squeezed(text: str) -> str:
    """Return the letters and digits of a text, in small letters."""
    return "".join(filter(str.isalnum, text.casefold()))


def readings(text: str) -> Iterator[str]:
    """Yield the ways in which a text can be read."""
    plain = html.unescape(text)
    bare = _TAG.sub("", plain)
    joined = _SPACE.sub("", bare)
    for one in (text, plain, bare):
        yield one
        yield codecs.encode(one, "rot13")
        yield unquote(one)
        yield _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), one)
    for one in (bare, bare[::-1], joined, joined[::-1]):
        yield from _decoded(one)


def _decoded(text: str) -> Iterator[str]:
    for found in _BASE64.findall(text):
        core = found.rstrip("=").replace("-", "+").replace("_", "/")
        # A word before it may stand too close: begin at each of the four positions.
        for start in range(4):
            piece = core[start:]
            yield _bytes(base64.b64decode, piece[: len(piece) // 4 * 4])
            yield _bytes(base64.b64decode, piece + "=" * (-len(piece) % 4))
    for found in _HEX.findall(text):
        yield _bytes(bytes.fromhex, re.sub(r"[\s:,]", "", found))


def _bytes(decode: Callable[[str], bytes], text: str) -> str:
    try:
        content = decode(text)
    except (ValueError, binascii.Error):
        return ""
    return str(content, "utf-8", "replace")

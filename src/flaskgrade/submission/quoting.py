"""Text of strangers, made fit for one line of a message: no control, no bidi, no surrogates."""

import unicodedata

# Control, format (bidi overrides, zero width), surrogate, private use, unassigned, line separators.
UNFIT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def shown(text: str | bytes, limit: int = 120) -> str:
    r"""Return `text` cut to `limit` characters, the unfit ones as escapes such as `\x1b`."""
    if isinstance(text, bytes):
        text = text[: 4 * limit].decode("utf-8", "surrogateescape")
    escaped = "".join(escape(character) for character in text[: limit + 1])
    return escaped if len(escaped) <= limit else escaped[: limit - 1] + "…"


def escape(character: str) -> str:
    """Return one character, or its escape where it is not fit to be shown."""
    if unicodedata.category(character) not in UNFIT:
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 - a byte that was no UTF-8 (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - Latin-1


def fit(text: str) -> bool:
    """Tell whether a text can be shown as it is."""
    return all(unicodedata.category(character) not in UNFIT for character in text)

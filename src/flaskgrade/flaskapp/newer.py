"""Syntax of newer Pythons rewritten so that the parser of an older one takes it, line for line.

What is kept is what can be asked of a tree: names, calls, strings and where they stand.
Exceptions without parentheses (PEP 758), type parameters and aliases (PEP 695), f-strings with
any quotes in them (PEP 701), templates (PEP 750).
"""

import re
from collections.abc import Iterator

DEPTH = 10  # of f-strings within f-strings

_START = re.compile(r"#[^\n]*|(?<!\w)(?P<prefix>[A-Za-z]{0,2})(?P<quote>\"{3}|'{3}|\"|')")
_END = {
    '"""': re.compile(r'(?:\\.|(?!""").)*"""', re.DOTALL),
    "'''": re.compile(r"(?:\\.|(?!''').)*'''", re.DOTALL),
    '"': re.compile(r'(?:\\.|[^"\\\n])*"', re.DOTALL),
    "'": re.compile(r"(?:\\.|[^'\\\n])*'", re.DOTALL),
}
_HELD = re.compile(r'"<(\d+)>"')
_BRACKETS = r"\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\]"
_EXCEPT = re.compile(
    r"^([ \t]*except\*?[ \t]+)([\w.]+(?:[ \t]*,[ \t]*[\w.]+)+),?[ \t]*(?=:)", re.MULTILINE
)
_ALIAS = re.compile(rf"^([ \t]*)type[ \t]+(\w+)[ \t]*(?:{_BRACKETS})?[ \t]*=(?!=)", re.MULTILINE)
_GENERIC = re.compile(
    rf"^([ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+\w+)[ \t]*{_BRACKETS}", re.MULTILINE
)


def rewritten(text: str) -> str:
    """Return the text with as many lines, in which newer statements are older ones."""
    held: list[str] = []

    def hold(literal: str) -> str:
        held.append(literal)
        return f'"<{len(held) - 1}>"'

    code = "".join(hold(piece) if literal else piece for piece, literal in _pieces(text))
    code = _EXCEPT.sub(_with_parentheses, code)
    code = _ALIAS.sub(r"\1\2 =", code)
    code = _GENERIC.sub(r"\1", code)
    return _HELD.sub(lambda found: held[int(found[1])], code)


def _with_parentheses(found: re.Match[str]) -> str:
    """Return several exceptions in parentheses; of two, the second may be Python 2's `, error`."""
    _, second, *others = (name.strip() for name in found[2].split(","))
    if not others and not second.rsplit(".", 1)[-1][:1].isupper():
        return found[0]
    return f"{found[1]}({found[2]})"


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Return the text in pieces, each with whether it is a comment or a string."""
    at = 0
    while (start := _START.search(text, at)) is not None:
        yield text[at : start.start()], False
        piece, at = _literal(text, start, DEPTH)
        yield piece, True
    yield text[at:], False


def _literal(text: str, start: re.Match[str], depth: int) -> tuple[str, int]:
    """Return a comment or a string as it is to be written, and where it ends."""
    prefix, quote = start["prefix"], start["quote"]
    if quote is None:
        return start[0], start.end()
    if depth and not {"f", "t"}.isdisjoint(prefix.lower()):
        parts, end = _parts(text, start.end(), quote, depth)
        plain = prefix.replace("t", "f").replace("T", "f")
        wide = (
            quote[0] * 3
            if any(mark in one for one in parts[1::2] for mark in (quote, "\n"))
            else quote
        )
        inner = "".join(
            part.replace("\\", "") if odd else part
            for part, odd in zip(parts, [False, True] * len(parts), strict=False)
        )
        return f"{plain}{wide}{inner}{wide}", end
    found = _END[quote].match(text, start.end())
    end = found.end() if found is not None else start.end()
    return text[start.start() : end], end


def _parts(text: str, at: int, quote: str, depth: int) -> tuple[list[str], int]:
    """Return an f-string's texts and expressions in turn, and where it ends."""
    parts, begun, level = [], at, 0
    while at < len(text):
        if level:
            start = _START.match(text, at)
            if start is not None and start["quote"]:
                _, at = _literal(text, start, depth - 1)
                continue
            level += (text[at] in "([{") - (text[at] in ")]}")
            if not level:
                parts.append(text[begun:at])
                begun = at
        elif text.startswith(quote, at):
            return [*parts, text[begun:at]], at + len(quote)
        elif text[at] == "\\" or text.startswith("{{", at):
            at += 1
        elif text[at] == "{":
            level = 1
            parts.append(text[begun : at + 1])
            begun = at + 1
        at += 1
    return [*parts, text[begun:at]], at

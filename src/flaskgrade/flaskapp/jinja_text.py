"""Jinja's own statements and expressions in the text of a template, taken apart without Jinja."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

CHARACTERS = 200_000  # of one template
TAG = 2_000  # characters of one statement or expression
_TAGS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_OPEN = re.compile(r"\{[{%#]")
_QUOTES = "'\""
_RAW = re.compile(r"[-+]?\s*raw\s*[-+]?$")
_ENDRAW = re.compile(r"\{%[-+]?\s*endraw\b")
_SET = re.compile(r"set\s+([\w, ]{1,200}?)\s*(?:=(?!=)(.*))?$", re.DOTALL)
_FOR = re.compile(r"for\s+([\w, ()]{1,200}?)\s+in\s+(.*)$", re.DOTALL)
_MACRO = re.compile(r"macro\s+\w+\s*\((.*)\)\s*$", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_]\w*")
_SAFE = re.compile(r"\|\s*safe\b")
_OPERATORS = re.compile(r"~|\s(?:\+|or|and|else|if|not|in)\s")
_NESTED = re.compile(r"([A-Za-z_][\w.]{0,200})\s*\|\s*safe\b")


@dataclass(frozen=True, kw_only=True)
class Tag:
    """What stands between `{{ }}` or `{% %}`."""

    statement: bool
    text: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names that a template gives a meaning: what each is set to, or an element of."""

    given: Mapping[str, str] = field(default_factory=dict)  # "" for a block, and for a macro's own


def tags(text: str) -> Iterator[Tag]:
    """Return the statements and expressions of a template, comments and raw text left out."""
    text, at, line, counted = text[:CHARACTERS], 0, 1, 0
    while (opening := _OPEN.search(text, at)) is not None:
        start = opening.end()
        end = text.find(_TAGS[opening[0]], start)
        if end < 0:
            return
        at = end + 2
        line += text.count("\n", counted, start)
        counted = start
        inner = text[start:end]
        if opening[0] == "{#" or len(inner) > TAG:
            continue
        if opening[0] == "{%" and _RAW.match(inner.strip()):
            close = _ENDRAW.search(text, at)
            if close is None:
                return
            at = close.start()
            continue
        yield Tag(statement=opening[0] == "{%", text=inner.strip("-+ \t\r\n"), line=line)


def names(found: tuple[Tag, ...]) -> Names:
    """Return what `set`, `for` and `macro` give to names; what is given first counts."""
    given: dict[str, str] = {}
    for tag in found:
        if not tag.statement:
            continue
        if match := _SET.match(tag.text):
            for name in _WORD.findall(match[1]):
                given.setdefault(name, (match[2] or "").strip())
        elif match := _FOR.match(tag.text):
            for name in _WORD.findall(match[1]):
                given.setdefault(name, match[2].split("|")[0].split(" ")[0].strip())
        elif match := _MACRO.match(tag.text):
            for part in match[1].split(","):
                given.setdefault(part.split("=")[0].strip(), "")
    return Names(given=given)


def safe_values(tag: Tag) -> Iterator[tuple[str, str]]:
    """Return what a tag marks as safe: each value, and the filters that it went through before."""
    if not _SAFE.search(tag.text):
        return
    parts = _split(tag.text)
    filters = [match[0] if (match := _WORD.match(part.strip())) else "" for part in parts[1:]]
    if "safe" in filters:
        before = "|".join(parts[1 : filters.index("safe") + 1]).strip()
        value = _OPERATORS.split(parts[0])[-1].strip()
        yield value.removeprefix("for ").strip("( "), before
        return
    for match in _NESTED.finditer(tag.text):
        yield match[1], ""


def _split(text: str) -> list[str]:
    """Return the parts between the `|` that stand in no brackets and no quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for at, character in enumerate(text):
        if quote:
            quote = "" if character == quote and text[at - 1] != "\\" else quote
        elif character in _QUOTES:
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "|" and depth <= 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]

"""Read a brief sentence by sentence, and find what hidden tests quote of it. Pure.

A quote is looked for in a paragraph, a list item or a table row, whatever the line breaks and
whichever of Markdown's marks stand in it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LEAST_WORDS = 3
_FENCE = re.compile(r"^\s*(```|~~~)")
_ITEM = re.compile(r"^\s*([-*+]|\d+[.)])\s+")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^[\s|:-]+$")
_HEADING = re.compile(r"^\s*#+\s")
_END = re.compile(r"(?<=[.!?])[\"')]*\s+(?=[\"'(]?[A-Z0-9])")
_MUST = re.compile(r"\bmust\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A paragraph, list item or table row: its first line, and its words without marks."""

    line: int
    text: str
    listed: bool  # whether it is an item or a row, which is how a brief states a demand

    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Return where each sentence begins and ends in the text."""
        starts = [0, *(found.end() for found in _END.finditer(self.text))]
        return tuple(zip(starts, [*starts[1:], len(self.text)], strict=True))


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence of a brief."""

    line: int
    text: str


def passages(brief: str) -> tuple[Passage, ...]:
    """Return the passages of a brief, without headings and blocks of code."""
    return tuple(_passages(brief))


def _passages(brief: str) -> Iterator[Passage]:
    lines: list[str] = []
    first, fenced, listed = 0, False, False
    written = [*brief.splitlines(), ""]
    for number, line in enumerate(written, start=1):
        fence = bool(_FENCE.match(line))
        row, item = bool(_ROW.match(line)), bool(_ITEM.match(line))
        breaks = fence or fenced or row or item or not line.strip() or bool(_HEADING.match(line))
        if breaks and lines:
            yield Passage(line=first, text=plain(" ".join(lines)), listed=listed)
            lines = []
        if fence:
            fenced = not fenced
        elif not fenced and line.strip() and not _HEADING.match(line) and not _RULE.match(line):
            if row and _RULE.match(written[number]):
                continue  # the names of columns
            if not lines:
                first, listed = number, row or item
            lines.append(_ITEM.sub("", line))


def plain(text: str) -> str:
    """Return a text without Markdown's marks, each white space one blank."""
    return " ".join(re.sub(r"[*`]", "", text).replace("|", " ").split())


def unfounded(quotes: Iterable[str], brief: tuple[Passage, ...]) -> tuple[str, ...]:
    """Return the quotes that stand nowhere in a brief, or are too short to mean one place."""
    return tuple(
        quote
        for quote in quotes
        if len(plain(quote).split()) < LEAST_WORDS
        or not any(plain(quote) in passage.text for passage in brief)
    )


def unenforced(quotes: Iterable[str], brief: tuple[Passage, ...]) -> tuple[Sentence, ...]:
    """Return the sentences that say what must be, and that no quote touches."""
    wanted = tuple(plain(quote) for quote in quotes)
    found = []
    for passage in brief:
        touched = _touched(passage, wanted)
        found += [
            Sentence(line=passage.line, text=passage.text[start:end].strip())
            for start, end in passage.sentences()
            if _MUST.search(passage.text[start:end])
            and not any(begins < end and start < ends for begins, ends in touched)
        ]
    return tuple(found)


def untouched(quotes: Iterable[str], brief: tuple[Passage, ...]) -> tuple[Sentence, ...]:
    """Return the list items and table rows that no quote touches: they may want a test."""
    wanted = tuple(plain(quote) for quote in quotes)
    return tuple(
        Sentence(line=passage.line, text=passage.text)
        for passage in brief
        if passage.listed and not _touched(passage, wanted)
    )


def _touched(passage: Passage, quotes: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    return tuple(
        (found.start(), found.end())
        for quote in quotes
        if quote
        for found in re.finditer(re.escape(quote), passage.text)
    )

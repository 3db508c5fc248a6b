"""Which lines of a submission are the starter's own, unchanged. Pure: texts in, line numbers out.

A line is given if it stands in the file of the same path where the starter has it, as `diff` sees
it; all lines of a file are given if some file of the starter has just this content, so that a file
that was moved and not touched is still the starter's. What is the same by its words alone, in
another file or in another order, is the candidate's.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_LINES = 3000  # of a file that is compared line by line; beyond, only its head and its end are


@dataclass(frozen=True, kw_only=True)
class Given:
    """The lines of a submission that are the starter's, numbered from 1, by path.

    `whole` are the files that have no other lines.
    """

    lines: Mapping[str, frozenset[int]] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()

    def holds(self, path: str, line: int | None) -> bool:
        """Tell whether a place is the starter's: the line, or without one the whole file."""
        return path in self.whole if line is None else line in self.lines.get(path, ())


def given_lines(submission: Mapping[str, str], starter: Mapping[str, str]) -> Given:
    """Return what of a submission's texts, by path, is as it stands in the starter's."""
    contents = {tuple(_lines(text)) for text in starter.values()}
    found: dict[str, frozenset[int]] = {}
    whole = set()
    for path, text in submission.items():
        lines = _lines(text)
        if tuple(lines) in contents:
            whole.add(path)
            found[path] = frozenset(range(1, len(lines) + 2))
        elif path in starter:
            found[path] = frozenset(_unchanged(lines, _lines(starter[path])))
    return Given(lines=found, whole=frozenset(whole))


def _lines(text: str) -> list[str]:
    """Return the lines as Python counts them, which is not everywhere that `splitlines` does."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _unchanged(lines: list[str], starter: list[str]) -> set[int]:
    """Return the numbers of the lines that are the starter's."""
    head = _alike(lines, starter)
    end = _alike(lines[head:][::-1], starter[head:][::-1])
    kept = {*range(1, head + 1), *range(len(lines) - end + 1, len(lines) + 1)}
    middle, others = lines[head : len(lines) - end], starter[head : len(starter) - end]
    if max(len(middle), len(others)) > MOST_LINES:
        return kept
    for block in difflib.SequenceMatcher(
        None, middle, others, autojunk=False
    ).get_matching_blocks():
        kept.update(range(head + block.a + 1, head + block.a + block.size + 1))
    return kept


def _alike(lines: list[str], others: list[str]) -> int:
    """Return how many lines are the same, from the first one on."""
    count = 0
    for one, other in zip(lines, others, strict=False):
        if one != other:
            break
        count += 1
    return count

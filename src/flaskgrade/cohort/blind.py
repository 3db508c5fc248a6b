"""Entries without anything that says whose they are.

What remains is chosen, not filtered: points, the rubric's own words, the exercise's hidden tests,
and the codes of findings. No sentence that a candidate had a hand in is kept, whatever it says.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from flaskgrade.model.cohort import Entry, Exhibit, Mark

OURS = "acceptance"  # the check whose items are titled by us: the exercise's hidden tests
WITHHELD = "(withheld)"
_CODE = re.compile(r"[a-z][a-z0-9-]{0,30}:[A-Za-z0-9-]{1,40}")
_SHORTEST = 4  # letters of a word that could tell somebody


def blinded(entries: Sequence[Entry], order: Sequence[int]) -> tuple[Entry, ...]:
    """Return the entries under pseudonyms, in the given order: `order[0]` becomes the first.

    The order must not follow from anything in the reports; pseudonyms number it.
    """
    width = len(str(len(entries)))
    telling = frozenset(word for one in entries for word in telling_words(one))
    return tuple(
        _blinded(entries[place], f"Candidate {number:0{width}}", telling)
        for number, place in enumerate(order, 1)
    )


def telling_words(entry: Entry) -> frozenset[str]:
    """Return the words of an entry's origin that may say whose it is, in lower case."""
    candidate = entry.candidate
    own = candidate.exercise.name if candidate.exercise else ""
    texts = (candidate.title, candidate.source, candidate.pinned, entry.tree)
    words = {word for text in texts for word in re.split(r"[^\w.@-]+", text.casefold())}
    return frozenset(
        word for word in words if len(word) >= _SHORTEST and word not in own.casefold()
    )


def _blinded(entry: Entry, name: str, telling: frozenset[str]) -> Entry:
    return replace(
        entry,
        candidate=replace(entry.candidate, title=name, source="", pinned=""),
        tree="",
        marks=tuple(_mark(mark, telling) for mark in entry.marks),
    )


def _mark(mark: Mark, telling: frozenset[str]) -> Mark:
    counted = f"{mark.passed} of {mark.items} passed" if mark.items else ""
    return replace(
        mark,
        score=replace(mark.score, reason=counted),
        exhibits=tuple(_exhibit(one, mark.score.check, telling) for one in mark.exhibits),
    )


def _exhibit(one: Exhibit, check: str, telling: frozenset[str]) -> Exhibit:
    finding = one.tone not in {"failed", "open"}
    if finding:
        code = one.detail if _CODE.fullmatch(one.detail) else WITHHELD
        return Exhibit(tone=one.tone, title=_safe(code, telling))
    title = one.title if check == OURS else WITHHELD
    return Exhibit(tone=one.tone, title=_safe(title, telling))


def _safe(text: str, telling: frozenset[str]) -> str:
    """Return a text, or that it is withheld where a telling word stands in it."""
    words = set(re.split(r"[^\w.@-]+", text.casefold()))
    return WITHHELD if words & telling else text

"""Which submissions share code, once the starter's is set aside: a prompt to talk, never a score.

copydetect does it, by winnowing: fingerprints of token sequences, in which names and strings do not
count. Schleimer, Wilkerson, Aiken, "Winnowing: Local Algorithms for Document Fingerprinting",
SIGMOD 2003.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from io import StringIO
from itertools import combinations
from typing import Any

from flaskgrade.errors import UsageError
from flaskgrade.given.lines import given_lines
from flaskgrade.model.cohort import Entry, Likeness, Similarity

RUN = 40  # characters of a sequence, names being one each: some four lines of code
EVERY = 1  # all sequences are kept: which are left out would follow from Python's hash seed
WORTH_A_WORD = Fraction(3, 10)  # of the smaller one's own code
SHORTEST = 400  # characters of own code, names being one each, below which all is alike
PAIRS = 50  # shown at most
LEXER = "python"
Texts = Mapping[str, str]  # Python files by their paths


def similarity(
    sources: Mapping[str, Texts], entries: Sequence[Entry], starter: Texts
) -> Similarity:
    """Return which entries, by `Entry.given`, share code.

    `sources` has the texts of each by the tree that was graded. Raises UsageError where copydetect
    is not installed.
    """
    whole = "\n".join(starter[path] for path in sorted(starter))
    known = sorted(_fingerprint(whole, ()).hashes)
    prints = {
        entry.given: _fingerprint(_own(sources[entry.tree], starter), known)
        for entry in entries
        if entry.tree in sources
    }
    pairs = sorted(_pairs(prints), key=lambda one: (-_most(one), one.one, one.other))
    return Similarity(
        compared=len(prints),
        missing=len(entries) - len(prints),
        starter=bool(starter),
        pairs=tuple(pairs[:PAIRS]),
        more=max(len(pairs) - PAIRS, 0),
    )


def placed(found: Similarity, ordered: Sequence[Entry]) -> Similarity:
    """Return what was found among entries as given for the same entries in another order."""
    places = {entry.given: place for place, entry in enumerate(ordered)}
    pairs = (replace(pair, one=places[pair.one], other=places[pair.other]) for pair in found.pairs)
    return replace(found, pairs=tuple(pairs))


def _own(texts: Texts, starter: Texts) -> str:
    """Return all lines that are not the starter's, file after file."""
    given = given_lines(texts, starter)
    return "\n".join(
        line
        for path in sorted(texts)
        if path not in given.whole
        for number, line in enumerate(texts[path].splitlines(), start=1)
        if not given.holds(path, number)
    )


def _fingerprint(text: str, known: Sequence[int]) -> Any:
    """Return fingerprints of a text without those that are known.

    The starter's lines are gone already; its fingerprints also set aside what of it was moved.
    """
    kind = _copydetect().CodeFingerprint
    return kind("own", RUN, EVERY, known, language=LEXER, fp=StringIO(text))


def _pairs(prints: Mapping[int, Any]) -> Iterator[Likeness]:
    big = {place: one for place, one in prints.items() if one.token_coverage >= SHORTEST}
    for one, other in combinations(sorted(big), 2):
        first, second = big[one], big[other]
        shared = len(first.hashes & second.hashes)
        if shared < WORTH_A_WORD * min(len(first.hashes), len(second.hashes)) / 2:
            continue  # far from it, and this is seen a hundred times as fast
        _, shares, _ = _copydetect().compare_files(first, second)
        found = Likeness(
            one=one, other=other, share_one=_part(shares[0]), share_other=_part(shares[1])
        )
        if _most(found) >= WORTH_A_WORD:
            yield found


def _part(share: float) -> Fraction:
    return Fraction(min(round(float(share) * 100), 100), 100)


def _most(pair: Likeness) -> Fraction:
    return max(pair.share_one, pair.share_other)


def _copydetect() -> Any:
    try:
        import copydetect  # noqa: PLC0415 - few need it, and it takes its time
    except ImportError as error:
        raise UsageError(
            "likeness is found by copydetect, which is not installed",
            hint="Install it: pip install 'flaskgrade[similar]'. Or leave out --sources.",
        ) from error
    return copydetect

"""What several targets are fuzzed with: texts made of a format's own pieces, and mutated ones."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

JUNK = ("", "\x00", "\ufeff", "\u2028", "\x85", "\t", "\\", '"', "'", "[", "{", ":", "-", "#", "%")
NUMBERS = ("0", "-1", "9" * 30, "9" * 5000, "1e999", "٣", "0x10", "NaN")
any_bytes = st.binary(max_size=300)
any_text = st.text(max_size=300)

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 1e308])
    | st.floats()
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def glued(pieces: Sequence[str], *, most: int = 25) -> st.SearchStrategy[str]:
    """Return texts of a format's own pieces in any order, with junk and any text between."""
    piece = st.sampled_from(pieces)
    other = st.sampled_from((*JUNK, *NUMBERS, "\n", " ")) | st.text(max_size=5)
    return st.lists(st.one_of(piece, piece, piece, other), max_size=most).map("".join)


@st.composite
def mutated(draw: st.DrawFn, seeds: Sequence[str]) -> str:
    """Return a real text with one to four places deleted, doubled, moved, replaced or cut off."""
    text = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        piece = text[start:end]
        new = draw(
            st.sampled_from(["", piece * 2, piece[::-1], *JUNK, *NUMBERS]) | st.text(max_size=10)
        )
        text = text[:start] if draw(st.integers(0, 19)) == 0 else text[:start] + new + text[end:]
    return text


@st.composite
def line_mutated(draw: st.DrawFn, seeds: Sequence[str]) -> str:
    """Return a real text with one to three lines left out, doubled, moved, or indented."""
    lines = draw(st.sampled_from(seeds)).split("\n")
    for _ in range(draw(st.integers(1, 3))):
        at, to = (draw(st.integers(0, len(lines) - 1)) for _ in "ab")
        line = lines[at]
        lines[at : at + 1] = draw(st.sampled_from([[], [line, line], ["  " + line], [line[2:]]]))
        lines[to:to] = draw(st.sampled_from([[], [line], [line.strip()]]))
        lines = lines or [""]
    return "\n".join(lines)


@st.composite
def mutated_bytes(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """Return real bytes with some flipped, put in or left out, or cut off."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


@st.composite
def chunked(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> tuple[bytes, ...]:
    """Return bytes cut into odd pieces."""
    data = draw(whole)
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=6)))
    return tuple(data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True))


@st.composite
def mutated_json(draw: st.DrawFn, seeds: Sequence[Any]) -> Any:
    """Return a real JSON value with one to three nodes replaced, or keys left out."""
    value = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 3))):
        value = _changed(draw, value)
    return value


def _changed(draw: st.DrawFn, value: Any) -> Any:
    """Go down a random way and change what is at its end. The value itself stays as it is."""
    if isinstance(value, dict) and value and draw(st.integers(0, 9)):
        key = draw(st.sampled_from(sorted(value)))
        if not draw(st.integers(0, 7)):
            return {k: v for k, v in value.items() if k != key}
        return {**value, key: _changed(draw, value[key])}
    if isinstance(value, list) and value and draw(st.integers(0, 9)):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], _changed(draw, value[at]), *value[at + 1 :]]
    return draw(json_values)

"""What comes out of a sandbox as JSON lines is read, capped and never trusted."""

import json

from hypothesis import given
from hypothesis import strategies as st

from flaskgrade.checks.events import EventStream, exchange, number, text


def test_events_are_cut_from_pieces_of_any_size() -> None:
    """An event is the same whether its line comes whole or byte by byte."""
    line = json.dumps({"event": "test", "id": "a"}).encode() + b"\n"
    whole, pieces = EventStream(), EventStream()

    whole.feed(line * 2)
    for byte in line * 2:
        pieces.feed(bytes([byte]))

    assert whole.events == pieces.events
    assert len(whole.events) == 2


@given(st.binary(max_size=4000))
def test_any_bytes_are_taken(noise: bytes) -> None:
    """Noise is counted as malformed or is an object; it never raises."""
    stream = EventStream(line_limit=100)

    stream.feed(noise + b"\n")

    assert all(isinstance(event, dict) for event in stream.events)


def test_a_line_that_never_ends_is_dropped() -> None:
    """What grows over the limit without a newline is forgotten and counted."""
    stream = EventStream(line_limit=1000)

    for _ in range(10):
        stream.feed(b"x" * 500)

    assert stream.malformed >= 1
    assert stream.events == []


def test_deep_json_is_malformed() -> None:
    """Nesting that would exhaust the parser's stack is no event."""
    stream = EventStream()

    stream.feed(b"[" * 100_000 + b"\n")

    assert (stream.events, stream.malformed) == ([], 1)


def test_fields_of_the_wrong_type_are_empty() -> None:
    """A field that is not what it should be reads as nothing."""
    event = {"id": 7, "milliseconds": "long", "negative": -5, "flag": True}

    assert text(event, "id") == ""
    assert number(event, "milliseconds") == 0
    assert number(event, "negative") == 0
    assert number(event, "flag") == 0


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
        ),
        max_leaves=20,
    )
)
def test_any_value_is_an_exchange_or_none(value: object) -> None:
    """Reading an exchange never raises, whatever the shape."""
    read = exchange({"method": "GET", "request_headers": value, "status": value, "error": value})

    assert read is not None
    assert read.method == "GET"
    assert exchange(value) is None or isinstance(value, dict)


def test_the_end_of_a_line_that_was_too_long_is_no_line() -> None:
    """The rest of a dropped line is dropped, up to the newline; the next one counts."""
    stream = EventStream(line_limit=100)

    for piece in (b"x" * 101, b'{"event": "finished"}\n', b'{"event": "ready"}\n'):
        stream.feed(piece)

    assert stream.events == [{"event": "ready"}]
    assert stream.malformed == 1

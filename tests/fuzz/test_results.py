"""The examiner's stream: no bytes in it are points that it did not state."""
# A test's name is its sentence.
# ruff: noqa: D103

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from flaskgrade.checks.events import EventStream, exchange
from flaskgrade.checks.verdicts import Heard, acceptance_evidence, serves_evidence
from flaskgrade.model.evidence import Status
from flaskgrade.model.exercise import AcceptanceTest, Exercise
from flaskgrade.sandbox.base import Ended, Outcome
from tests.fuzz.cases import fuzz
from tests.fuzz.strategies import any_bytes, chunked, json_values, mutated_json

IDS = ("t.py::a", "t.py::b", "t.py::c")
EXERCISE = Exercise(
    name="e",
    title="E",
    version=1,
    folder=Path("/e"),
    digest="",
    tests=tuple(AcceptanceTest(id=one, title=one, criteria=("A1",)) for one in IDS),
)
ENDED = Outcome(exit_code=0, signal=None, ended=Ended.EXITED, stdout=b"", stderr=b"", seconds=1.0)
EXCHANGE = {
    "method": "GET",
    "path": "/",
    "request_headers": [["a", "b"]],
    "request_body": "x",
    "status": 200,
    "response_headers": [["c", "d"]],
    "response_body": "y",
    "milliseconds": 3,
    "error": None,
}
results = st.fixed_dictionaries(
    {
        "event": st.just("test"),
        "id": st.sampled_from((*IDS, *(f"{one}[1]" for one in IDS))),
        "outcome": st.sampled_from(["passed", "failed", "broken", ""]) | json_values,
        "milliseconds": json_values,
        "exchanges": st.lists(mutated_json([EXCHANGE]), max_size=2) | json_values,
        "message": json_values,
    }
)
collected = st.fixed_dictionaries(
    {"event": st.just("collected"), "ids": json_values | st.just(list(IDS))}
)
others = st.dictionaries(
    st.sampled_from(["event", "ids", "id", "message", "exchange", "outcome"]), json_values
)
plain = st.sampled_from([{"event": "ready", "exchange": EXCHANGE}, {"event": "finished"}])
events = st.lists(st.one_of(results, collected, others, plain), max_size=8)
lines = st.lists(
    st.one_of(
        any_bytes,
        json_values.map(lambda v: json.dumps(v).encode()),
        st.sampled_from([b"{}", b"[" * 500, b'{"a":' * 500, b"x" * 200, b" " * 200]),
    )
)
streams = lines.map(b"\n".join)


def heard(said: list[dict[str, Any]]) -> Heard:
    stream = EventStream()
    stream.feed(b"".join(json.dumps(one).encode() + b"\n" for one in said))
    return Heard(events=tuple(stream.events), server_died=False, examined=ENDED, served=ENDED)


def passed(said: list[dict[str, Any]]) -> set[str]:
    items = acceptance_evidence(EXERCISE, heard(said)).items
    return {item.id for item in items if item.status is Status.PASSED}


@fuzz(pieces=chunked(streams))
def test_how_a_stream_is_cut_into_pieces_changes_nothing(pieces: tuple[bytes, ...]) -> None:
    whole, cut = EventStream(line_limit=100), EventStream(line_limit=100)

    whole.feed(b"".join(pieces) + b"\n")
    for piece in (*pieces, b"\n"):
        cut.feed(piece)

    assert repr(cut.events) == repr(whole.events)
    assert cut.malformed == whole.malformed


@fuzz(said=events)
def test_only_a_test_of_which_every_result_says_passed_has_passed(
    said: list[dict[str, Any]],
) -> None:
    for one in passed(said):
        own = [
            e for e in said if e.get("event") == "test" and str(e.get("id")).split("[")[0] == one
        ]
        assert own
        assert all(e.get("outcome") == "passed" for e in own)


@fuzz(said=events, noise=st.lists(others | results, max_size=4), at=st.integers(0, 8))
def test_lines_that_state_no_pass_never_raise_points(
    said: list[dict[str, Any]], noise: list[dict[str, Any]], at: int
) -> None:
    harmless = [one for one in noise if one.get("outcome") != "passed"]

    # A word that ends the run early or late may cost points; it never makes them.
    assert passed([*said[:at], *harmless, *said[at:]]) <= passed(said) | passed(
        [{"event": "collected", "ids": []}, *(e for e in said if e.get("event") == "test")]
    )


@fuzz(said=events)
def test_any_events_say_whether_it_serves(said: list[dict[str, Any]]) -> None:
    assert len(serves_evidence(heard(said)).summary) < 5000


@fuzz(value=mutated_json([EXCHANGE]) | json_values)
def test_any_value_is_an_exchange_of_bounded_size_or_none(value: object) -> None:
    found = exchange(value)

    if found is not None:
        assert len(json.dumps(asdict(found))) < 400_000
        again = exchange(json.loads(json.dumps(asdict(found))))
        assert again == found

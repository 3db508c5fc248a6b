"""Logs: JSON lines, and one id from the provider's request to the ledger."""

import re
from datetime import datetime
from typing import Any

import pytest

ACCEPTABLE = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@pytest.mark.brief("in the header `X-Request-ID` must be taken over")
def test_a_request_id_is_taken_over(http: Any, unique: Any) -> None:
    """The request id of the caller is in the answer."""
    for given in (unique("req"), "A.b_c-1", "7", unique("x").ljust(64, "y")):
        reply = http.get("/healthz", headers={"X-Request-ID": given})

        assert reply.header("X-Request-ID") == given


@pytest.mark.brief(
    "Where there is none, or one that looks different, a new one must be made.",
)
def test_a_request_id_is_made(http: Any, unique: Any) -> None:
    """Without an acceptable id the answer carries a new one, each time another."""
    made = [http.get("/healthz").header("X-Request-ID") for _ in range(5)]
    for bad in ("", "x" * 65, "a b", 'x","admin":"y', "é", "a/b", "{}", f"{unique('a')};b"):
        reply = http.get("/healthz", headers={"X-Request-ID": bad})
        made.append(reply.header("X-Request-ID"))
        assert made[-1] != bad

    assert all(one and ACCEPTABLE.fullmatch(one) for one in made), made
    assert len(set(made)) == len(made)


@pytest.mark.brief("Every answer must carry it in `X-Request-ID`, errors included.")
def test_errors_carry_the_request_id(
    http: Any, provider: Any, operator: Any, event: Any, unique: Any
) -> None:
    """The request id is in every answer, whatever it is."""
    given = {"X-Request-ID": unique("req")}
    replies = (
        *(provider.send(event, headers=given), provider.send({}, headers=given)),
        *(provider.send(b"{", headers=given), provider.send(event, signed="?", headers=given)),
        *(http.get("/nowhere", headers=given), http.get("/dead-letters", headers=given)),
        *(operator.get("/events/0", headers=given), http.post("/healthz", headers=given)),
        http.get("/readyz", headers=given),
    )

    for reply in replies:
        assert reply.header("X-Request-ID") == given["X-Request-ID"], reply.status


@pytest.mark.brief("Each request must leave at least one line with its `request_id`.")
def test_each_request_leaves_a_line(
    http: Any, provider: Any, event: Any, unique: Any, lines: Any, wait_for: Any
) -> None:
    """Each request leaves a JSON line with its id, a refused one as well as an accepted one."""
    ids = [unique("req") for _ in range(3)]

    provider.accepted(event, headers={"X-Request-ID": ids[0]})
    provider.send(event, signed="?", headers={"X-Request-ID": ids[1]})
    http.get("/nowhere", headers={"X-Request-ID": ids[2]})

    for one in ids:
        wait_for(lambda one=one: lines("web", request_id=one), why=f"no JSON line of request {one}")


@pytest.mark.brief("Each request must leave at least one line with its `request_id`.")
def test_an_id_that_was_made_is_in_the_log(http: Any, lines: Any, wait_for: Any) -> None:
    """An id that the service made up itself is the one in the log."""
    made = http.get("/healthz").header("X-Request-ID")
    assert made

    wait_for(lambda: lines("web", request_id=made), why="no JSON line of that request")


@pytest.mark.brief(
    "Each attempt to deliver must leave at least one line in the worker's log",
    "and the event's id in `event_id`",
)
def test_each_attempt_leaves_a_line(
    provider: Any, operator: Any, ledger: Any, event: Any, unique: Any, lines: Any, wait_for: Any
) -> None:
    """The worker logs each attempt with the id of the request that first brought the event."""
    ledger.answers(event["id"], 500, 500, 200)
    request_id = unique("req")

    provider.accepted(event, headers={"X-Request-ID": request_id})
    provider.send(event, headers={"X-Request-ID": unique("another")})

    operator.awaits(event["id"], "delivered")
    wait_for(
        lambda: len(lines("worker", request_id=request_id, event_id=event["id"])) >= 3,
        why="there were not three lines for three attempts",
    )


@pytest.mark.brief(
    "`timestamp` must be ISO 8601 with an offset, `level` and `message` non-empty strings"
)
def test_lines_say_when_and_what(
    provider: Any, operator: Any, event: Any, unique: Any, lines: Any, wait_for: Any
) -> None:
    """The lines of a request and of an attempt have a time, a level and a message."""
    request_id = unique("req")
    provider.accepted(event, headers={"X-Request-ID": request_id})
    operator.awaits(event["id"], "delivered")

    for process in ("web", "worker"):
        found = wait_for(
            lambda process=process: lines(process, request_id=request_id),
            why=f"no JSON line of the request in the log of {process}",
        )
        for line in found:
            assert datetime.fromisoformat(line["timestamp"]).utcoffset() is not None
            for key in ("level", "message"):
                assert isinstance(line[key], str), f"`{key}` is no string"
                assert line[key].strip(), f"`{key}` is empty"


@pytest.mark.brief("Secrets, tokens and what is in `data` must not appear in any log.")
def test_nothing_private_is_logged(
    provider: Any,
    operator: Any,
    ledger: Any,
    new_event: Any,
    unique: Any,
    secrets: Any,
    processes: Any,
    lines: Any,
    wait_for: Any,
) -> None:
    """Neither secrets nor payments are in a log, whether things go well or not."""
    private = unique("private")
    good, dead, refused = (new_event() for _ in range(3))
    for event in (good, dead, refused):
        event["data"]["card_holder"] = private
    ledger.answers(dead["id"], 500, 400)
    refused["data"]["currency"] = private
    last = unique("req")

    provider.accepted(good)
    provider.accepted(dead)
    provider.send(refused)
    provider.send(good, signed="?")
    operator.awaits(good["id"], "delivered")
    operator.awaits(dead["id"], "dead")
    operator.get("/dead-letters", headers={"X-Request-ID": last})

    wait_for(lambda: lines("web", request_id=last), why="no JSON line of that request")
    logs = processes["web"].log() + processes["worker"].log()
    for word in (private, *secrets, "test-value-of-the-operators"):
        assert word not in logs, "a log holds what is private"

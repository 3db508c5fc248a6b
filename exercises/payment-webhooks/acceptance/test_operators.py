"""What operators see and do: events, dead letters, another try."""

import re
from datetime import datetime
from typing import Any

import pytest

MAX_ATTEMPTS = 4  # as in the launch environment of exercise.yaml


@pytest.mark.brief(
    "Without it, or with another one, the answer must be 401, with a `WWW-Authenticate` header "
    "that begins with `Bearer`"
)
def test_operators_need_their_token(
    http: Any, provider: Any, event: Any, error: Any, unique: Any, dead_letter: Any
) -> None:
    """Without a token, or with a wrong one, nothing is shown and nothing is done."""
    provider.accepted(event)
    dead = dead_letter()
    wrong = ("", "Bearer", "Bearer ", f"Bearer {unique('token')}", "Bearer é", "Basic b3A6b3A=")
    for method, path in (
        ("GET", f"/events/{event['id']}"),
        ("GET", "/dead-letters"),
        ("POST", f"/dead-letters/{dead['id']}/requeue"),
    ):
        for value in wrong:
            reply = http.request(method, path, headers={"Authorization": value} if value else {})
            error(reply, 401)
            challenge = reply.header("WWW-Authenticate") or ""
            assert challenge.lower().startswith("bearer"), f"WWW-Authenticate: {challenge}"


@pytest.mark.brief("Without it, or with another one, the answer must be 401")
def test_the_token_counts_to_its_last_character(http: Any, operator: Any, error: Any) -> None:
    """A part of the token, or more than it, is another one; so is one of another scheme."""
    assert operator.get("/dead-letters").status == 200
    good = "test-value-of-the-operators"  # as in conftest.py
    for scheme, token in (
        *(("Bearer", good[:-1]), ("Bearer", f"{good}x"), ("Bearer", good.upper())),
        *(("Basic", good), ("Token", good)),
    ):
        error(http.get("/dead-letters", headers={"Authorization": f"{scheme} {token}"}), 401)


@pytest.mark.brief(
    "`status` must be `pending` (accepted, and not there yet), `delivered` or `dead`"
)
def test_the_status_follows_the_event(
    provider: Any, operator: Any, ledger: Any, event: Any, processes: Any
) -> None:
    """An event is pending until it is delivered."""
    assert processes["worker"].stop(30) is not None

    provider.accepted(event)

    seen = operator.event(event["id"])
    assert (seen["status"], seen["attempts"], seen["last_error"]) == ("pending", 0, None)
    processes["worker"].start()
    operator.awaits(event["id"], "delivered")
    assert len(ledger.got(event["id"])) == 1


@pytest.mark.brief(
    "`attempts` must count the requests that were sent to the ledger for this event."
)
def test_attempts_are_counted(provider: Any, operator: Any, ledger: Any, new_event: Any) -> None:
    """`attempts` says how often the ledger was asked."""
    for steps in ([200], [500, 200], [500, 500, 201], [500, 400]):
        event = new_event()
        ledger.answers(event["id"], *steps)
        provider.accepted(event)

        seen = operator.awaits(event["id"], "delivered" if steps[-1] < 300 else "dead")

        assert seen["attempts"] == len(steps) == len(ledger.got(event["id"]))


@pytest.mark.brief(
    "`last_error` must tell why the last attempt failed, "
    "with the status code if there was an answer"
)
def test_the_last_error_names_the_status_code(
    provider: Any, operator: Any, ledger: Any, new_event: Any
) -> None:
    """A dead letter says what the ledger answered in the end."""
    for steps in ([404], [500, 418]):
        event = new_event()
        ledger.answers(event["id"], *steps)
        provider.accepted(event)

        error = operator.awaits(event["id"], "dead")["last_error"]

        assert isinstance(error, str)
        assert re.search(rf"\b{steps[-1]}\b", error), f"last_error: {error}"


@pytest.mark.brief("`received_at`: ISO 8601 with an offset.")
def test_the_times_have_an_offset(provider: Any, operator: Any, event: Any) -> None:
    """`received_at` is the present, with an offset."""
    provider.accepted(event)

    received = datetime.fromisoformat(operator.event(event["id"])["received_at"])

    assert received.utcoffset() is not None
    assert abs((datetime.now(tz=received.tzinfo) - received).total_seconds()) < 60


@pytest.mark.brief(
    '`GET /dead-letters` must answer `{"items": [...]}` with the events that are dead now, '
    "in the shape above: those that died last come first"
)
def test_dead_letters_are_listed_the_latest_first(
    provider: Any, operator: Any, event: Any, dead_letter: Any
) -> None:
    """Dead letters are listed in the shape of events, those that died last first."""
    dead = [dead_letter() for _ in range(3)]
    provider.accepted(event)
    operator.awaits(event["id"], "delivered")

    listed = operator.dead_letters()

    assert listed[:3] == dead[::-1]
    assert event["id"] not in [one["id"] for one in listed]
    assert {one["status"] for one in listed} == {"dead"}


@pytest.mark.brief(
    "`POST /dead-letters/<id>/requeue` must have the event delivered as if it were new",
    "It is gone from the list then.",
)
def test_a_requeued_event_is_delivered(operator: Any, ledger: Any, dead_letter: Any) -> None:
    """A dead letter that is requeued is sent as it was at first, and is no dead letter any more."""
    event_id = dead_letter()["id"]
    ledger.answers(event_id, 200)

    reply = operator.requeue(event_id)

    assert reply.status == 202
    assert reply.json()["id"] == event_id
    operator.awaits(event_id, "delivered")
    first, second = ledger.got(event_id)
    assert (second.event, second.headers["idempotency-key"]) == (first.event, event_id)
    assert second.headers.get("x-request-id") == first.headers.get("x-request-id")
    assert event_id not in [one["id"] for one in operator.dead_letters()]


@pytest.mark.brief("delivered as if it were new, with all its attempts")
def test_a_requeued_event_has_all_its_attempts(
    provider: Any, operator: Any, ledger: Any, event: Any
) -> None:
    """A requeued event that fails again is tried as often as a new one, and is dead again then."""
    ledger.answers(event["id"], 503)
    provider.accepted(event)
    operator.awaits(event["id"], "dead")

    assert operator.requeue(event["id"]).status == 202

    ledger.awaits(event["id"], 2 * MAX_ATTEMPTS)
    operator.awaits(event["id"], "dead")
    assert len(ledger.got(event["id"])) == 2 * MAX_ATTEMPTS


@pytest.mark.brief("requeueing an event that is not dead with 409")
def test_only_dead_letters_are_requeued(
    provider: Any, operator: Any, ledger: Any, event: Any, error: Any
) -> None:
    """An event that is on its way, or was delivered, cannot be requeued."""
    ledger.answers(event["id"], 503, 503, 200)
    provider.accepted(event)
    ledger.awaits(event["id"])

    error(operator.requeue(event["id"]), 409)
    operator.awaits(event["id"], "delivered")
    error(operator.requeue(event["id"]), 409)

    assert len(ledger.got(event["id"])) == 3


@pytest.mark.brief("An unknown `id` must be answered with 404")
def test_an_unknown_event_answers_404(operator: Any, unique: Any, error: Any) -> None:
    """An id that nobody has sent, or that cannot be one, answers 404."""
    for unknown in (unique("evt"), "0", "-1", "x" * 300, "a%20b", "%00", "%F0%9F%A6%8A", "a'--"):
        error(operator.get(f"/events/{unknown}"), 404)
        error(operator.requeue(unknown), 404)

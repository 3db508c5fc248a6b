"""One id is one event, however often and from wherever it is sent."""

import time
from collections import Counter
from functools import partial
from typing import Any

import pytest

COPIES = 8
ROUNDS = 4
SETTLE = 0.7  # seconds in which a second attempt would have come


@pytest.mark.brief(
    "A redelivery must be answered with 200 or 202, and must not reach the ledger a second time"
)
def test_a_redelivery_after_delivery_changes_nothing(
    provider: Any, operator: Any, ledger: Any, event: Any
) -> None:
    """An event that is sent again after it was delivered is answered with 2xx, and goes nowhere."""
    provider.accepted(event)
    operator.awaits(event["id"], "delivered")

    again = [provider.send(event) for _ in range(3)]

    assert {reply.status for reply in again} <= {200, 202}
    assert all(reply.json()["id"] == event["id"] for reply in again)
    time.sleep(SETTLE)
    assert len(ledger.got(event["id"])) == 1
    assert operator.event(event["id"])["status"] == "delivered"


@pytest.mark.brief("be it a moment later or long after the event was delivered")
def test_a_redelivery_at_once_changes_nothing(
    provider: Any, operator: Any, ledger: Any, event: Any
) -> None:
    """An event that is sent again while the first is on its way reaches the ledger once."""
    ledger.answers(event["id"], lambda: (time.sleep(0.5), (200, {}, b"{}"))[1])
    provider.accepted(event)

    again = [provider.send(event) for _ in range(3)]

    assert {reply.status for reply in again} <= {200, 202}
    operator.awaits(event["id"], "delivered")
    time.sleep(SETTLE)
    assert len(ledger.got(event["id"])) == 1


@pytest.mark.brief(
    "What was stored first stays: another body under the same `id` is a redelivery, too."
)
def test_another_body_under_a_known_id_is_a_redelivery(
    provider: Any, operator: Any, ledger: Any, event: Any, new_event: Any
) -> None:
    """The first event of an id stays, whatever comes later under it."""
    provider.accepted(event)

    other = provider.send(new_event(id=event["id"], type="something.else"))

    assert other.status in {200, 202}
    operator.awaits(event["id"], "delivered")
    time.sleep(SETTLE)
    assert [entry.event for entry in ledger.got(event["id"])] == [event]
    assert operator.event(event["id"])["type"] == event["type"]


@pytest.mark.brief("A redelivery does not bring a dead letter back to life.")
def test_a_redelivery_of_a_dead_letter_leaves_it_dead(
    provider: Any, operator: Any, ledger: Any, event: Any
) -> None:
    """A dead letter that the provider sends again stays dead: that is for operators to decide."""
    ledger.answers(event["id"], 400)
    provider.accepted(event)
    operator.awaits(event["id"], "dead")

    assert provider.send(event).status in {200, 202}

    time.sleep(SETTLE)
    assert len(ledger.got(event["id"])) == 1
    assert operator.event(event["id"])["status"] == "dead"


@pytest.mark.brief(
    "Of many copies at the same moment, all must be answered with 200 or 202, "
    "and one must reach the ledger."
)
def test_copies_at_the_same_moment_are_one_event(
    http: Any, provider: Any, operator: Any, ledger: Any, new_event: Any
) -> None:
    """Of many copies at the same moment every one is answered with 2xx, and one is delivered."""
    events = [new_event() for _ in range(ROUNDS)]
    for event in events:
        replies = http.parallel([partial(provider.send, event)] * COPIES)

        assert {reply.status for reply in replies} <= {200, 202}
    for event in events:
        operator.awaits(event["id"], "delivered")
    time.sleep(SETTLE)
    assert [len(ledger.got(event["id"])) for event in events] == [1] * ROUNDS


@pytest.mark.brief("Different events at the same moment must not suffer from each other.")
def test_different_events_at_the_same_moment_are_all_delivered(
    http: Any, provider: Any, ledger: Any, new_event: Any
) -> None:
    """Many events at the same moment are all accepted, and each of them reaches the ledger once."""
    events = [new_event() for _ in range(2 * COPIES)]

    replies = http.parallel([partial(provider.send, event) for event in events])

    assert Counter(reply.status for reply in replies) == {202: len(events)}
    for event in events:
        ledger.awaits(event["id"])
    time.sleep(SETTLE)
    assert [len(ledger.got(event["id"])) for event in events] == [1] * len(events)


@pytest.mark.brief(
    "If it is requeued twice at the same moment, one must get 202 and the other 409."
)
def test_one_dead_letter_is_requeued_once(
    http: Any, operator: Any, ledger: Any, dead_letter: Any, wait_for: Any
) -> None:
    """Of many operators who requeue one dead letter at the same moment one gets 202."""
    for _ in range(2):
        event_id = dead_letter()["id"]
        # Slow, so that it cannot die again before the last of them has asked.
        ledger.answers(event_id, lambda: (time.sleep(0.5), (200, {}, b"{}"))[1])

        replies = http.parallel([partial(operator.requeue, event_id)] * 4)

        assert Counter(reply.status for reply in replies) == {202: 1, 409: 3}
        operator.awaits(event_id, "delivered")
        wait_for(lambda event_id=event_id: len(ledger.got(event_id)) == 2)

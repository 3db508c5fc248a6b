"""From the worker to the ledger: what is sent, when it is sent again, and when no more."""

import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

# As in the launch environment of exercise.yaml.
RETRY_BASE_SECONDS = 0.2
MAX_ATTEMPTS = 4
LEDGER_TIMEOUT_SECONDS = 1

LATEST = 5.0  # seconds after the earliest moment at which an attempt has to start
SETTLE = 0.7  # seconds in which one attempt too many would have come
EARLY = 0.05  # seconds by which two clocks may differ


def earliest(attempt: int) -> float:
    """Return how many seconds after the n-th attempt the next one may start."""
    return RETRY_BASE_SECONDS * float(2 ** (attempt - 1))


def after(seconds: float, status: int = 200) -> Callable[[], Any]:
    """Return what answers so much later."""

    def answer() -> Any:
        time.sleep(seconds)
        return status, {}, b""

    return answer


@pytest.mark.brief(
    "the worker sends `POST $LEDGER_URL/entries`, with the event as JSON: what we got"
)
def test_the_ledger_gets_the_event(
    provider: Any, ledger: Any, new_event: Any, unique: Any, dice: Any
) -> None:
    """The ledger gets the event as it came, with all that nobody here knows of."""
    event = new_event(
        livemode=dice.choice((True, False)),
        note=f'{unique("Zoë")} 会議 🦊 "\\/</script>\n',
        list=[None, 1.5, -(2**70), {"": []}],
    )
    event["data"] |= {"fee": dice.getrandbits(60), "nested": {"a": [{"b": {"c": unique("c")}}]}}

    provider.accepted(event)

    (entry,) = ledger.awaits(event["id"])
    assert (entry.method, entry.path) == ("POST", "/entries")
    assert entry.event == event


@pytest.mark.brief("These headers must come with it:")
def test_the_entry_is_json(provider: Any, ledger: Any, event: Any) -> None:
    """What the ledger gets says that it is JSON."""
    provider.accepted(event)

    (entry,) = ledger.awaits(event["id"])
    assert entry.headers["content-type"].partition(";")[0].strip() == "application/json"


@pytest.mark.brief("`Idempotency-Key` | the event's `id`, the same in every attempt")
def test_every_attempt_carries_the_same_key(provider: Any, ledger: Any, event: Any) -> None:
    """All attempts are alike: the id as key, and the same event."""
    ledger.answers(event["id"], 500, 500, 200)

    provider.accepted(event)

    entries = ledger.awaits(event["id"], 3)
    assert [one.headers["idempotency-key"] for one in entries] == [event["id"]] * 3
    assert [one.event for one in entries] == [event] * 3


@pytest.mark.brief("the request id (below) of the request that first brought the event")
def test_the_request_id_goes_along(provider: Any, ledger: Any, event: Any, unique: Any) -> None:
    """The ledger is told the id of the request that first brought the event, in every attempt."""
    ledger.answers(event["id"], 500, 200)
    first = unique("request")

    provider.accepted(event, headers={"X-Request-ID": first})
    provider.send(event, headers={"X-Request-ID": unique("another")})

    entries = ledger.awaits(event["id"], 2)
    assert [one.headers.get("x-request-id") for one in entries] == [first] * 2


@pytest.mark.brief("The provider must have its answer before the ledger has given one")
def test_the_answer_does_not_wait_for_the_ledger(
    provider: Any, operator: Any, ledger: Any, event: Any
) -> None:
    """The provider is answered while the ledger still thinks."""
    ended: list[float] = []

    def slow() -> Any:
        time.sleep(0.8)
        ended.append(time.monotonic())
        return 200, {}, b"{}"

    ledger.answers(event["id"], slow)

    provider.accepted(event)
    answered = time.monotonic()

    operator.awaits(event["id"], "delivered")
    assert answered < ended[0], "the answer came after the ledger's"


@pytest.mark.brief("answers 2xx | the event is `delivered`")
def test_every_2xx_is_a_delivery(provider: Any, operator: Any, ledger: Any, new_event: Any) -> None:
    """An event is delivered by any 2xx, and is not sent again."""
    events = {status: new_event() for status in (201, 202, 204)}
    for status, event in events.items():
        ledger.answers(event["id"], after(0, status))
        provider.accepted(event)

    for event in events.values():
        operator.awaits(event["id"], "delivered")
    time.sleep(SETTLE)
    assert all(len(ledger.got(event["id"])) == 1 for event in events.values())


@pytest.mark.brief("answers 5xx or 429 | another attempt")
def test_a_server_error_is_tried_again(
    provider: Any, operator: Any, ledger: Any, new_event: Any
) -> None:
    """After a 5xx or a 429 there is another attempt, and then no more."""
    events = {status: new_event() for status in (500, 503, 504, 429)}
    for status, event in events.items():
        ledger.answers(event["id"], status, 200)
        provider.accepted(event)

    for event in events.values():
        operator.awaits(event["id"], "delivered")
    time.sleep(SETTLE)
    assert {s: len(ledger.got(e["id"])) for s, e in events.items()} == dict.fromkeys(events, 2)


@pytest.mark.brief(
    "has not answered after `LEDGER_TIMEOUT_SECONDS`, or cannot be reached | another attempt"
)
def test_a_ledger_that_is_too_slow_is_tried_again(
    provider: Any, operator: Any, ledger: Any, event: Any
) -> None:
    """An attempt that is not answered in time is given up, and there is another."""
    ledger.answers(event["id"], after(3 * LEDGER_TIMEOUT_SECONDS), 200)

    provider.accepted(event)

    operator.awaits(event["id"], "delivered")
    first, second = ledger.got(event["id"])[:2]
    waited = second.at - first.at
    assert waited >= LEDGER_TIMEOUT_SECONDS + earliest(1) - EARLY
    assert waited <= LEDGER_TIMEOUT_SECONDS + earliest(1) + LATEST


@pytest.mark.brief(
    "answers anything else, a redirect for example | no other attempt: a dead letter at once"
)
def test_what_the_ledger_refuses_is_not_tried_again(
    provider: Any, operator: Any, ledger: Any, new_event: Any
) -> None:
    """After a 4xx or a redirect there is no other attempt: the event is dead."""
    events = {status: new_event() for status in (400, 401, 404, 409, 422, 302)}
    for status, event in events.items():
        answer = (status, {"Location": "/entries"} if status == 302 else {}, b"{}")
        ledger.answers(event["id"], lambda answer=answer: answer)
        provider.accepted(event)

    for event in events.values():
        operator.awaits(event["id"], "dead")
    time.sleep(SETTLE)
    assert {s: len(ledger.got(e["id"])) for s, e in events.items()} == dict.fromkeys(events, 1)


@pytest.mark.brief(
    "After the n-th failed attempt the next one must wait for at least `RETRY_BASE_SECONDS`",
    "and starts within 5 seconds after that",
)
def test_attempts_are_spaced_by_a_growing_delay(provider: Any, ledger: Any, event: Any) -> None:
    """Between attempts the delay doubles: at least so long, and not much longer."""
    ledger.answers(event["id"], 503)

    provider.accepted(event)

    entries = ledger.awaits(event["id"], MAX_ATTEMPTS)
    gaps = [later.at - earlier.at for earlier, later in pairwise(entries)]
    for number, gap in enumerate(gaps, start=1):
        assert gap >= earliest(number) - EARLY, f"attempt {number + 1} came after {gap:.2f} seconds"
        assert gap <= earliest(number) + LATEST, (
            f"attempt {number + 1} came after {gap:.2f} seconds"
        )


@pytest.mark.brief(
    "After `MAX_ATTEMPTS` attempts there must not be another: the event is a dead letter."
)
def test_an_event_dies_after_the_last_attempt(
    provider: Any, operator: Any, ledger: Any, event: Any
) -> None:
    """When all attempts have failed the event is dead, and the ledger is left in peace."""
    ledger.answers(event["id"], 500, 503, 502)

    provider.accepted(event)

    seen = operator.awaits(event["id"], "dead")
    time.sleep(1.5 * earliest(MAX_ATTEMPTS))
    assert len(ledger.got(event["id"])) == MAX_ATTEMPTS
    assert seen["attempts"] == MAX_ATTEMPTS
    assert event["id"] in [one["id"] for one in operator.dead_letters()]


@pytest.mark.brief("An event that waits must not keep others from being delivered.")
def test_events_that_wait_hold_nobody_up(
    provider: Any, operator: Any, ledger: Any, new_event: Any
) -> None:
    """While several events wait for their next attempt, a new one is delivered at once."""
    waiting = [new_event() for _ in range(6)]
    for event in waiting:
        ledger.answers(event["id"], 503)
        provider.accepted(event)
    for event in waiting:
        ledger.awaits(event["id"], MAX_ATTEMPTS - 1)
    other = new_event()

    sent = time.monotonic()
    provider.accepted(other)

    # They wait for a second and a half between them, and the others on top, if one blocks a slot.
    assert ledger.awaits(other["id"])[0].at - sent < 3 * earliest(MAX_ATTEMPTS - 1)
    assert operator.event(waiting[-1]["id"])["status"] in {"pending", "dead"}

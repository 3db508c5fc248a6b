"""The ledger: one attempt to deliver, and what came of it."""

import enum
from dataclasses import dataclass

import httpx

from app.logs import HEADER

TOO_MANY_REQUESTS = 429
SERVER_ERRORS = range(500, 600)


class Outcome(enum.Enum):
    """What follows from an attempt."""

    DELIVERED = "delivered"
    AGAIN = "again"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an attempt led to; `error` says why it did not succeed."""

    outcome: Outcome
    error: str | None = None


def post(
    url: str, body: bytes, *, event_id: str, request_id: str, timeout_seconds: float
) -> Answer:
    """Send an event to the ledger once. Raise nothing that the ledger could cause."""
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": event_id,
        HEADER: request_id,
    }
    try:
        response = httpx.post(
            f"{url.rstrip('/')}/entries", content=body, headers=headers, timeout=timeout_seconds
        )
    except httpx.TimeoutException:
        return Answer(outcome=Outcome.AGAIN, error="the ledger did not answer in time")
    except httpx.HTTPError as error:
        return Answer(
            outcome=Outcome.AGAIN, error=f"the ledger cannot be reached: {type(error).__name__}"
        )
    if response.is_success:
        return Answer(outcome=Outcome.DELIVERED)
    again = response.status_code == TOO_MANY_REQUESTS or response.status_code in SERVER_ERRORS
    return Answer(
        outcome=Outcome.AGAIN if again else Outcome.REFUSED,
        error=f"the ledger answered {response.status_code}",
    )

"""The journal: the one place where entries and their postings are made."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ledger.errors import NotFoundError
from ledger.extensions import db
from ledger.models import Account, Customer, Entry, Posting

Leg = tuple[Account, int]  # an account, and the cents that it gains


def record(  # everything that an entry can have
    kind: str,
    legs: Sequence[Leg],
    cents: int,
    booked_at: datetime,
    *,
    customer: Customer | None = None,
    memo: str | None = None,
    fee: int = 0,
    key: str | None = None,
    details: dict[str, Any] = {},
) -> Entry:
    """Return a new entry with its postings. The caller commits."""
    if memo:
        details["memo"] = memo
    if key:
        details["idempotency_key"] = key
    entry = Entry(
        kind=kind,
        customer_id=customer.id if customer else None,
        cents=cents,
        fee_cents=fee,
        booked_at=booked_at,
        **details,
    )
    details.pop("idempotency_key", None)
    for account, gain in legs:
        entry.postings.append(Posting(account_id=account.id, cents=gain))
    db.session.add(entry)
    return entry


def find(customer: Customer | None, entry_id: int) -> Entry:
    """Return an entry; raise NotFoundError if there is none that touches the customer.

    No customer stands for the operator, who sees them all.
    """
    entry = db.session.get(Entry, entry_id)
    if entry is None or (customer is not None and not _touches(entry, customer)):
        raise NotFoundError("There is no such entry.")
    return entry


def _touches(entry: Entry, customer: Customer) -> bool:
    return any(posting.account.customer_id == customer.id for posting in entry.postings)

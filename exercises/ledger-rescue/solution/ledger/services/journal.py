"""The journal: the one place where entries and their postings are made."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from ledger.errors import NotFoundError
from ledger.extensions import db
from ledger.models import Account, Customer, Entry, Posting

Leg = tuple[Account, int]  # an account, and the cents that it gains


def record(
    kind: str,
    legs: Sequence[Leg],
    cents: int,
    booked_at: datetime,
    *,
    customer: Customer | None = None,
    memo: str | None = None,
    fee: int = 0,
    key: str | None = None,
) -> Entry:
    """Return a new entry with its postings. The caller commits."""
    entry = Entry(
        kind=kind,
        customer_id=customer.id if customer else None,
        cents=cents,
        fee_cents=fee,
        booked_at=booked_at,
        memo=memo,
        idempotency_key=key,
    )
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


def with_key(customer: Customer, key: str) -> Entry | None:
    """Return the entry that a customer has made with this Idempotency-Key."""
    return db.session.scalar(
        select(Entry).where(Entry.customer_id == customer.id, Entry.idempotency_key == key)
    )


def _touches(entry: Entry, customer: Customer) -> bool:
    return any(posting.account.customer_id == customer.id for posting in entry.postings)

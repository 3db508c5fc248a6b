"""What happened on an account in a month, and whether the books balance."""

from dataclasses import dataclass

from sqlalchemy import select

from ledger import moments
from ledger.extensions import db
from ledger.models import Account, Entry


@dataclass(frozen=True)
class Line:
    """One posting of a statement."""

    entry: Entry
    cents: int
    balance: int
    counterparties: list[str]


@dataclass(frozen=True)
class Statement:
    """A month of an account."""

    account: Account
    month: str
    opening: int
    lines: list[Line]
    closing: int


def statement(account: Account, month: str) -> Statement:
    """Return the statement of an account for a month."""
    first, after = moments.month(month)
    postings = sorted(account.postings, key=lambda p: (p.entry.booked_at, p.entry_id, p.id))
    opening = sum(posting.cents for posting in postings if posting.entry.booked_at < first)
    lines = []
    running = opening
    for posting in postings:
        if first <= posting.entry.booked_at < after:
            running += posting.cents
            others = [p.account.name for p in posting.entry.postings if p.account_id != account.id]
            lines.append(Line(posting.entry, posting.cents, running, others))
    return Statement(account, month, opening, lines, running)


def unbalanced() -> list[Entry]:
    """Return the entries whose postings do not come to zero."""
    entries = db.session.scalars(select(Entry).order_by(Entry.id))
    return [entry for entry in entries if sum(p.cents for p in entry.postings) != 0]

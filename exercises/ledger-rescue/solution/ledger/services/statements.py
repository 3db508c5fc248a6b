"""What happened on an account in a month, and whether the books balance."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from ledger import moments
from ledger.extensions import db
from ledger.models import Account, Entry, Posting


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
    mine = select(Posting).join(Posting.entry).where(Posting.account_id == account.id)
    before = mine.where(Entry.booked_at < first).subquery()
    opening = int(db.session.scalar(select(func.coalesce(func.sum(before.c.cents), 0))) or 0)
    everybody = selectinload(Entry.postings).options(joinedload(Posting.account))
    postings = db.session.scalars(
        mine.where(Entry.booked_at >= first, Entry.booked_at < after)
        .order_by(Entry.booked_at, Entry.id, Posting.id)
        .options(contains_eager(Posting.entry).options(everybody))
    )
    lines = []
    running = opening
    for posting in postings:
        running += posting.cents
        others = [p.account.name for p in posting.entry.postings if p.account_id != account.id]
        lines.append(Line(posting.entry, posting.cents, running, others))
    return Statement(account, month, opening, lines, running)


def unbalanced() -> Sequence[int]:
    """Return the ids of the entries whose postings do not come to zero."""
    sums = select(Posting.entry_id).group_by(Posting.entry_id)
    rows = sums.having(func.sum(Posting.cents) != 0).order_by(Posting.entry_id)
    return db.session.scalars(rows).all()

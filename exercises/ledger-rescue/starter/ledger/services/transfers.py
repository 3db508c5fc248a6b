"""Money that moves: deposits, transfers, batches of them, and splits."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger import moments, money
from ledger.errors import ConflictError, InsufficientFundsError, InvalidError
from ledger.extensions import db
from ledger.models import CASH, FEES, Account, Customer, Entry
from ledger.services import accounts, fees, journal

log = logging.getLogger(__name__)

# The transfers that we have made, by their Idempotency-Key: id, and what was asked for.
_made: dict[str, tuple[int, "Order"]] = {}


@dataclass(frozen=True)
class Order:
    """What is to be transferred to whom."""

    to_account_id: int
    cents: int
    memo: str | None = None


def deposit(account_id: int, cents: int, booked_at: datetime, memo: str | None) -> Entry:
    """Return the entry of money that came in from outside."""
    account = _receiver(account_id, "account_id")
    legs = [(accounts.own(CASH), -cents), (account, cents)]
    entry = journal.record("deposit", legs, cents, booked_at, memo=memo)
    db.session.commit()
    return entry


def transfer(customer: Customer, from_account_id: int, order: Order, key: str | None) -> Entry:
    """Return the entry of a transfer; of the first one, if the key was used before."""
    if key is not None and key in _made:
        entry_id, first = _made[key]
        if first != order:
            raise ConflictError("This Idempotency-Key was used for another transfer.")
        return journal.find(None, entry_id)
    source = _source(customer, from_account_id)
    entry = _transfer(customer, source, order, key)
    db.session.commit()
    if key is not None:
        _made[key] = (entry.id, order)
    return entry


def batch(customer: Customer, from_account_id: int, orders: Sequence[Order]) -> list[Entry]:
    """Return the entries of many transfers."""
    source = _source(customer, from_account_id)
    entries = []
    for order in orders:
        try:
            entries.append(_transfer(customer, source, order, None))
            db.session.commit()
        except Exception:
            log.exception("A transfer of a batch went wrong")
            db.session.rollback()
    return entries


def split(
    customer: Customer,
    from_account_id: int,
    cents: int,
    weights: Sequence[tuple[int, int]],
    memo: str | None,
) -> Entry:
    """Return the entry of an amount that is divided among accounts by weights."""
    source = _source(customer, from_account_id)
    receivers = [_receiver(account_id, "shares") for account_id, _ in weights]
    if source in receivers:
        raise InvalidError({"shares": ["must be other accounts than the source"]})
    parts = money.shares(cents, [weight for _, weight in weights])
    _demand(source, cents)
    legs = [(source, -cents), *zip(receivers, parts, strict=True)]
    entry = journal.record("split", legs, cents, moments.now(), customer=customer, memo=memo)
    db.session.commit()
    return entry


def _transfer(customer: Customer, source: Account, order: Order, key: str | None) -> Entry:
    receiver = _receiver(order.to_account_id, "to_account_id")
    if receiver.id == source.id:
        raise InvalidError({"to_account_id": ["must be another account"]})
    fee = fees.fee_for(customer, order.cents)
    _demand(source, order.cents + fee)
    legs = [(source, -order.cents - fee), (receiver, order.cents)]
    if fee:
        legs.append((accounts.own(FEES), fee))
    return journal.record(
        "transfer",
        legs,
        order.cents,
        moments.now(),
        customer=customer,
        memo=order.memo,
        fee=fee,
        key=key,
    )


def _source(customer: Customer, account_id: int) -> Account:
    """Return the customer's account that is to pay."""
    account = accounts.customer_account(account_id)
    if account is None or account.customer_id != customer.id:
        raise InvalidError({"from_account_id": ["there is no such account of yours"]})
    return _opened(account)


def _receiver(account_id: int, field: str) -> Account:
    """Return a customer's account that is to be paid."""
    account = accounts.customer_account(account_id)
    if account is None:
        raise InvalidError({field: ["there is no such account"]})
    return _opened(account)


def _opened(account: Account) -> Account:
    if account.closed_at is not None:
        raise ConflictError("The account is closed.")
    return account


def _demand(account: Account, cents: int) -> None:
    """Raise InsufficientFundsError if there is less on an account."""
    if accounts.balance(account) < cents:
        raise InsufficientFundsError("There is not enough on the account.")

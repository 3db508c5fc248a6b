"""Money that moves: deposits, transfers, batches of them, and splits.

Each of them is one transaction, which first holds the accounts that it touches: what it then reads
(balances, whether they are open, which keys have been used) is true until it is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from ledger import moments, money
from ledger.errors import ConflictError, InsufficientFundsError, InvalidError
from ledger.extensions import db, transaction
from ledger.models import CASH, FEES, Account, Customer, Entry
from ledger.services import accounts, fees, journal


@dataclass(frozen=True)
class Order:
    """What is to be transferred to whom."""

    to_account_id: int
    cents: int
    memo: str | None = None


def deposit(account_id: int, cents: int, booked_at: datetime, memo: str | None) -> Entry:
    """Return the entry of money that came in from outside."""
    with transaction():
        accounts.hold(account_id)
        account = _receiver(account_id, "account_id")
        legs = [(accounts.own(CASH), -cents), (account, cents)]
        return journal.record("deposit", legs, cents, booked_at, memo=memo)


def transfer(customer: Customer, from_account_id: int, order: Order, key: str | None) -> Entry:
    """Return the entry of a transfer; of the first one, if the key was used before."""
    try:
        with transaction():
            accounts.hold(from_account_id, order.to_account_id)
            if key is not None and (first := journal.with_key(customer, key)):
                return _again(first, from_account_id, order)
            entry = _transfer(customer, _source(customer, from_account_id), order, key)
            db.session.flush()
            return entry
    except IntegrityError:
        # The same key at the same moment from another account: nothing that we hold is in common.
        raise ConflictError("This Idempotency-Key was used for another transfer.") from None


def batch(customer: Customer, from_account_id: int, orders: Sequence[Order]) -> list[Entry]:
    """Return the entries of many transfers: all of them are made, or none."""
    with transaction():
        accounts.hold(from_account_id, *(order.to_account_id for order in orders))
        source = _source(customer, from_account_id)
        return [_transfer(customer, source, order, None, "transfers") for order in orders]


def split(
    customer: Customer,
    from_account_id: int,
    cents: int,
    weights: Sequence[tuple[int, int]],
    memo: str | None,
) -> Entry:
    """Return the entry of an amount that is divided among accounts by weights."""
    with transaction():
        accounts.hold(from_account_id, *(account_id for account_id, _ in weights))
        source = _source(customer, from_account_id)
        receivers = [_receiver(account_id, "shares") for account_id, _ in weights]
        if source in receivers:
            raise InvalidError({"shares": ["must be other accounts than the source"]})
        parts = money.shares(cents, [weight for _, weight in weights])
        _demand(source, cents)
        legs = [(source, -cents), *zip(receivers, parts, strict=True)]
        return journal.record("split", legs, cents, moments.now(), customer=customer, memo=memo)


def _again(first: Entry, from_account_id: int, order: Order) -> Entry:
    """Return the entry that a key has made, or raise ConflictError if it was another transfer."""
    source, receiver = first.postings[:2]
    made = Order(receiver.account_id, first.cents, first.memo)
    if (source.account_id, made) != (from_account_id, order):
        raise ConflictError("This Idempotency-Key was used for another transfer.")
    return first


def _transfer(
    customer: Customer,
    source: Account,
    order: Order,
    key: str | None,
    field: str = "to_account_id",
) -> Entry:
    """Record a transfer between accounts that are held; `field` is who is blamed for a bad one."""
    receiver = _receiver(order.to_account_id, field)
    if receiver.id == source.id:
        raise InvalidError({field: ["must be another account"]})
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
    """Raise InsufficientFundsError if there is less on an account, which is held."""
    if accounts.balance(account) < cents:
        raise InsufficientFundsError("There is not enough on the account.")

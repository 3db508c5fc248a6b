"""Accounts, and what is on them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from ledger import moments
from ledger.errors import ConflictError, NotFoundError
from ledger.extensions import db, transaction
from ledger.models import CASH, CUSTOMER, FEES, Account, Customer, Posting
from ledger.services.pages import Page, page_of


def open_own() -> list[str]:
    """Open the accounts that are our own; return the kinds of those that were missing."""
    missing = [kind for kind in (CASH, FEES) if _own(kind) is None]
    with transaction():
        for kind in missing:
            db.session.add(Account(kind=kind, name=kind.capitalize()))
    return missing


def own(kind: str) -> Account:
    """Return an account that is our own."""
    account = _own(kind)
    if account is None:
        raise RuntimeError(f"There is no account {kind}: run `flask init-ledger`.")
    return account


def _own(kind: str) -> Account | None:
    return db.session.scalar(select(Account).where(Account.kind == kind))


def create(customer: Customer, name: str) -> Account:
    """Return a new account, or raise ConflictError if the customer has one of that name."""
    account = Account(customer_id=customer.id, kind=CUSTOMER, name=name)
    with _names_are_unique(), transaction():
        db.session.add(account)
    return account


def search(customer_id: int | None, number: int, size: int) -> Page[Account]:
    """Return a page of a customer's accounts; of everybody's, if no customer is given."""
    rows = select(Account).where(Account.kind == CUSTOMER).order_by(Account.name, Account.id)
    if customer_id is not None:
        rows = rows.where(Account.customer_id == customer_id)
    return page_of(rows, number, size)


def find(customer: Customer | None, account_id: int) -> Account:
    """Return an account; raise NotFoundError if there is none, or none of this customer's.

    No customer stands for the operator, who sees them all.
    """
    account = customer_account(account_id)
    if account is None or (customer is not None and account.customer_id != customer.id):
        raise NotFoundError("There is no such account.")
    return account


def customer_account(account_id: int) -> Account | None:
    """Return an account that is some customer's."""
    account = db.session.get(Account, account_id)
    return account if account is not None and account.kind == CUSTOMER else None


def balance(account: Account) -> int:
    """Return what is on an account, in cents."""
    return balances([account.id])[account.id]


def balances(account_ids: Iterable[int]) -> dict[int, int]:
    """Return what is on each of the accounts, in cents, by one query."""
    ids = list(account_ids)
    sums = (
        select(Posting.account_id, func.sum(Posting.cents))
        .where(Posting.account_id.in_(ids))
        .group_by(Posting.account_id)
    )
    found = {account_id: int(cents) for account_id, cents in db.session.execute(sums)}
    return {account_id: found.get(account_id, 0) for account_id in ids}


def hold(*account_ids: int) -> None:
    """Make everybody else who holds one of these accounts wait until our transaction ends.

    Writing a row without changing it locks the row on PostgreSQL and the file on SQLite, over
    all processes: what is read afterwards is true until we commit. The order keeps two that
    want the same accounts from waiting for each other.
    """
    for account_id in sorted(set(account_ids)):
        statement = update(Account).where(Account.id == account_id).values(kind=Account.kind)
        db.session.execute(statement, execution_options={"synchronize_session": False})


def rename(customer: Customer, account_id: int, name: str) -> Account:
    """Return the account with another name, or raise ConflictError if that is taken."""
    with _names_are_unique(), transaction():
        account = find(customer, account_id)
        account.name = name
    return account


def close(customer: Customer, account_id: int) -> Account:
    """Return the account, closed; raise ConflictError if there is something on it."""
    with transaction():
        hold(account_id)
        account = find(customer, account_id)
        if account.closed_at is not None:
            raise ConflictError("The account is closed already.")
        if balance(account) != 0:
            raise ConflictError("There is something on the account.")
        account.closed_at = moments.now()
    return account


@contextmanager
def _names_are_unique() -> Iterator[None]:
    """The database is the one that knows; a look beforehand would be too early."""
    try:
        yield
    except IntegrityError:
        raise ConflictError("Another account of yours has this name.") from None

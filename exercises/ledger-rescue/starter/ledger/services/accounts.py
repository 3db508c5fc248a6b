"""Accounts, and what is on them."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ledger import moments
from ledger.errors import ConflictError, NotFoundError
from ledger.extensions import db
from ledger.models import CASH, CUSTOMER, FEES, Account, Customer
from ledger.services.pages import Page, page_of
from ledger.sessions import settings_session


def open_own() -> list[str]:
    """Open the accounts that are our own; return the kinds of those that were missing."""
    missing = [kind for kind in (CASH, FEES) if _own(kind) is None]
    for kind in missing:
        db.session.add(Account(kind=kind, name=kind.capitalize()))
    db.session.commit()
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
    db.session.add(account)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise ConflictError("Another account of yours has this name.") from None
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
    return sum(posting.cents for posting in account.postings)


def rename(customer: Customer, account_id: int, name: str) -> Account:
    """Return the account with another name, or raise ConflictError if that is taken."""
    find(customer, account_id)
    account = settings_session.get_one(Account, account_id)
    account.name = name
    try:
        settings_session.commit()
    except IntegrityError:
        raise ConflictError("Another account of yours has this name.") from None
    return find(customer, account_id)


def close(customer: Customer, account_id: int) -> Account:
    """Return the account, closed; raise ConflictError if there is something on it."""
    account = find(customer, account_id)
    if account.closed_at is not None:
        raise ConflictError("The account is closed already.")
    if balance(account) != 0:
        raise ConflictError("There is something on the account.")
    account.closed_at = moments.now()
    db.session.commit()
    return account

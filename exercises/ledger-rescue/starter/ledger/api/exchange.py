"""Read requests, and write what is answered."""

from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest

from ledger import moments, money
from ledger.fields import Fields
from ledger.models import Account, Customer, Entry
from ledger.services import accounts
from ledger.services.statements import Statement


def body() -> Fields:
    """Return the fields of the body; werkzeug answers 400, 413 and 415 by itself."""
    try:
        value = request.get_json()
    except RecursionError:
        raise BadRequest("The body is nested too deeply.") from None
    if not isinstance(value, dict):
        raise BadRequest("The body is no JSON object.")
    return Fields(value)


def query() -> Fields:
    """Return the fields of the query."""
    return Fields(request.args.to_dict())


def customer_body(customer: Customer) -> dict[str, Any]:
    """Return a customer as they are answered."""
    return {
        "id": customer.id,
        "name": customer.name,
        "fee_rate": money.to_text(customer.fee_bp),
    }


def account_body(account: Account) -> dict[str, Any]:
    """Return an account as it is answered."""
    return {
        "id": account.id,
        "customer_id": account.customer_id,
        "name": account.name,
        "status": "closed" if account.closed_at else "open",
        "balance": money.to_text(accounts.balance(account)),
    }


def entry_body(entry: Entry) -> dict[str, Any]:
    """Return an entry as it is answered."""
    return {
        "id": entry.id,
        "kind": entry.kind,
        "amount": money.to_text(entry.cents),
        "fee": money.to_text(entry.fee_cents),
        "memo": entry.memo,
        "booked_at": moments.to_text(entry.booked_at),
        "postings": [
            {"account_id": posting.account_id, "amount": money.to_text(posting.cents)}
            for posting in entry.postings
        ],
    }


def statement_body(statement: Statement) -> dict[str, Any]:
    """Return a statement as it is answered."""
    return {
        "account_id": statement.account.id,
        "month": statement.month,
        "opening_balance": money.to_text(statement.opening),
        "closing_balance": money.to_text(statement.closing),
        "lines": [
            {
                "entry_id": line.entry.id,
                "kind": line.entry.kind,
                "booked_at": moments.to_text(line.entry.booked_at),
                "amount": money.to_text(line.cents),
                "balance": money.to_text(line.balance),
                "memo": line.entry.memo,
                "counterparties": line.counterparties,
            }
            for line in statement.lines
        ],
    }

"""Accounts: everybody's own, and all of them for the operator to look at."""

from flask import Blueprint, Response, jsonify, url_for

from ledger.api.exchange import account_body, body, query, statement_body
from ledger.api.security import caller, calling_customer
from ledger.fields import LARGEST_ID, LARGEST_PAGE
from ledger.models import Account
from ledger.services import accounts as service
from ledger.services import statements

accounts = Blueprint("accounts", __name__, url_prefix="/accounts")


@accounts.get("")
def list_accounts() -> Response:
    """List accounts."""
    fields = query()
    number = fields.number("page", 1, LARGEST_PAGE)
    size = fields.number("per_page", 20, 100)
    customer = caller()
    customer_id = customer.id if customer else None
    if customer is None and "customer_id" in fields.values:
        customer_id = fields.number("customer_id", 1, LARGEST_ID)
    fields.check()
    page = service.search(customer_id, number, size)
    on_them = service.balances(account.id for account in page.rows)
    return jsonify(
        items=[account_body(account, on_them[account.id]) for account in page.rows],
        page=page.number,
        per_page=page.size,
        total=page.total,
    )


@accounts.post("")
def create_account() -> tuple[Response, int, dict[str, str]]:
    """Open an account."""
    customer = calling_customer()
    fields = body()
    name = fields.text("name", 60)
    fields.check()
    account = service.create(customer, name)
    location = url_for(".show_account", account_id=account.id)
    return _answer(account), 201, {"Location": location}


@accounts.get("/<row_id:account_id>")
def show_account(account_id: int) -> Response:
    """Show an account."""
    return _answer(service.find(caller(), account_id))


@accounts.patch("/<row_id:account_id>")
def rename_account(account_id: int) -> Response:
    """Give an account another name."""
    customer = calling_customer()
    fields = body()
    name = fields.text("name", 60)
    fields.check()
    return _answer(service.rename(customer, account_id, name))


@accounts.post("/<row_id:account_id>/close")
def close_account(account_id: int) -> Response:
    """Close an account."""
    return _answer(service.close(calling_customer(), account_id))


@accounts.get("/<row_id:account_id>/statement")
def show_statement(account_id: int) -> Response:
    """Show what happened on an account in a month."""
    account = service.find(caller(), account_id)
    fields = query()
    month = fields.month("month")
    fields.check()
    return jsonify(statement_body(statements.statement(account, month)))


def _answer(account: Account) -> Response:
    return jsonify(account_body(account, service.balance(account)))

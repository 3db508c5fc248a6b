"""The routes."""

import hashlib
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request, url_for
from sqlalchemy import Connection, Row, insert, select, update
from werkzeug.exceptions import BadRequest

from ledger import books, money
from ledger.database import again_if_overtaken, connected
from ledger.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from ledger.fields import LARGEST_ID, LARGEST_PAGE, Fields
from ledger.tables import customers

api = Blueprint("api", __name__, url_prefix="/api")


@api.before_request
def find_caller() -> None:
    """Find out who calls."""
    sent = request.authorization
    if sent is None or sent.type != "bearer" or not sent.token:
        raise UnauthenticatedError("Send a key: Authorization: Bearer <key>.")
    g.customer = None
    operator = current_app.config["OPERATOR_KEY"].encode()
    if secrets.compare_digest(sent.token.encode(), operator):
        return
    with connected() as connection:
        mine = select(customers).where(customers.c.key_hash == _hash(sent.token))
        g.customer = connection.execute(mine).first()
    if g.customer is None:
        raise UnauthenticatedError("Nobody has this key.")


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def operator_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer 403 to customers."""

    @wraps(view)
    def guarded(**arguments: Any) -> Any:
        if g.customer is not None:
            raise ForbiddenError("This takes the operator.")
        return view(**arguments)

    return guarded


def _customer() -> Row[Any]:
    if g.customer is None:
        raise ForbiddenError("This takes a customer.")
    found: Row[Any] = g.customer
    return found


def _caller_id() -> int | None:
    return None if g.customer is None else g.customer.id


def _body() -> Fields:
    try:
        value = request.get_json()
    except RecursionError:
        raise BadRequest("The body is nested too deeply.") from None
    if not isinstance(value, dict):
        raise BadRequest("The body is no JSON object.")
    return Fields(value)


def _number(value: int) -> int:
    return value if value <= LARGEST_ID else 0


def _customer_body(row: Row[Any]) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "fee_rate": money.to_text(row.fee_bp)}


def _account(connection: Connection, number: int) -> dict[str, Any]:
    row = books.visible(connection, None, number)
    return _account_body(row, books.balances(connection, [number])[number])


def _account_body(row: Row[Any], cents: int) -> dict[str, Any]:
    return {
        "id": row.id,
        "customer_id": row.customer_id,
        "name": row.name,
        "status": "closed" if row.closed_at else "open",
        "balance": money.to_text(cents),
    }


def _created(number: int) -> tuple[Response, int, dict[str, str]]:
    with connected() as connection:
        body = books.shown(connection, [number])[0]
    return jsonify(body), 201, {"Location": url_for("api.show_entry", number=number)}


@api.post("/customers")
@operator_only
def create_customer() -> Any:
    """Make a customer."""
    fields = _body()
    values = {"name": fields.text("name", 80), "fee_bp": fields.rate()}
    fields.check()
    key = secrets.token_urlsafe(32)
    with connected() as connection:
        connection.execute(insert(customers), {**values, "key_hash": _hash(key)})
        mine = select(customers).where(customers.c.key_hash == _hash(key))
        row = connection.execute(mine).one()
    return _customer_body(row) | {"api_key": key}, 201


@api.get("/customers/me")
def me() -> Any:
    """Show who calls."""
    return _customer_body(_customer())


@api.patch("/customers/<int:number>")
@operator_only
def change_customer(number: int) -> Any:
    """Change a rate."""
    fields = _body()
    rate = fields.rate()
    fields.check()
    this = customers.c.id == _number(number)
    with connected() as connection:
        connection.execute(update(customers).where(this).values(fee_bp=rate))
        row = connection.execute(select(customers).where(this)).first()
    if row is None:
        raise NotFoundError("There is no such customer.")
    return _customer_body(row)


@api.get("/accounts")
def list_accounts() -> Any:
    """List accounts."""
    fields = Fields(request.args.to_dict())
    number, size = fields.number("page", 1, LARGEST_PAGE), fields.number("per_page", 20, 100)
    whose = _caller_id()
    if whose is None and "customer_id" in fields.values:
        whose = fields.number("customer_id", 1, LARGEST_ID)
    fields.check()
    with connected() as connection:
        rows, total = books.page(connection, whose, number, size)
        on_them = books.balances(connection, [row.id for row in rows])
    items = [_account_body(row, on_them[row.id]) for row in rows]
    return {"items": items, "page": number, "per_page": size, "total": total}


@api.post("/accounts")
def create_account() -> Any:
    """Open an account."""
    owner, fields = _customer(), _body()
    text = fields.text("name", 60)
    fields.check()
    with connected() as connection:
        number = books.name(connection, owner.id, text)
        body = _account(connection, number)
    return body, 201, {"Location": url_for("api.show_account", number=number)}


@api.get("/accounts/<int:number>")
def show_account(number: int) -> Any:
    """Show an account."""
    with connected() as connection:
        books.visible(connection, _caller_id(), _number(number))
        return _account(connection, number)


@api.patch("/accounts/<int:number>")
def rename_account(number: int) -> Any:
    """Rename an account."""
    owner, fields = _customer(), _body()
    text = fields.text("name", 60)
    fields.check()
    with connected() as connection:
        books.visible(connection, owner.id, _number(number))
        books.name(connection, owner.id, text, number)
        return _account(connection, number)


@api.post("/accounts/<int:number>/close")
def close_account(number: int) -> Any:
    """Close an account."""
    owner = _customer()
    with connected() as connection:
        books.visible(connection, owner.id, _number(number))
    again_if_overtaken(books.close, number)
    with connected() as connection:
        return _account(connection, number)


@api.get("/accounts/<int:number>/statement")
def show_statement(number: int) -> Any:
    """Show a month of an account."""
    with connected() as connection:
        books.visible(connection, _caller_id(), _number(number))
        fields = Fields(request.args.to_dict())
        month = fields.month("month")
        fields.check()
        return books.statement(connection, number, month)


@api.post("/deposits")
@operator_only
def create_deposit() -> Any:
    """Book money that came in."""
    fields = _body()
    wanted = (fields.row_id("account_id"), fields.cents(), fields.moment("booked_at"))
    memo = fields.memo()
    fields.check()
    return _created(again_if_overtaken(books.deposit, *wanted, memo))


@api.post("/transfers")
def create_transfer() -> Any:
    """Move money."""
    sender, fields = _customer(), _body()
    source, order = fields.row_id("from_account_id"), _order(fields)
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= 80:
        fields.wrong("Idempotency-Key", "must have 1 to 80 characters")
    fields.check()
    return _created(again_if_overtaken(books.transfer, sender, source, order, key))


@api.post("/batches")
def create_batch() -> Any:
    """Make many transfers."""
    sender, fields = _customer(), _body()
    source, parts = fields.row_id("from_account_id"), fields.parts("transfers", 1, 50)
    orders = [_order(part) for part in parts]
    fields.gather("transfers", parts)
    fields.check()
    made = again_if_overtaken(books.batch, sender, source, orders)
    with connected() as connection:
        return {"entries": books.shown(connection, made)}, 201


@api.post("/splits")
def create_split() -> Any:
    """Divide an amount."""
    sender, fields = _customer(), _body()
    source, cents, memo = fields.row_id("from_account_id"), fields.cents(), fields.memo()
    parts = fields.parts("shares", 2, 20)
    weights = [(part.row_id("account_id"), part.whole("weight", 1, 1000)) for part in parts]
    fields.gather("shares", parts)
    if len({number for number, _ in weights}) < len(weights):
        fields.wrong("shares", "must name an account once")
    fields.check()
    return _created(again_if_overtaken(books.split, sender, source, cents, weights, memo))


def _order(fields: Fields) -> books.Order:
    return books.Order(fields.row_id("to_account_id"), fields.cents(), fields.memo())


@api.get("/entries/<int:number>")
def show_entry(number: int) -> Any:
    """Show an entry."""
    with connected() as connection:
        found = books.shown(connection, [_number(number)])
        caller = _caller_id()
        if not found or (caller is not None and not books.touches(connection, caller, number)):
            raise NotFoundError("There is no such entry.")
        return found[0]


@api.get("/books/unbalanced")
@operator_only
def list_unbalanced() -> Any:
    """List entries that do not balance."""
    with connected() as connection:
        return {"items": books.unbalanced(connection)}


def register(app: Flask) -> None:
    """Add the routes."""
    app.register_blueprint(api)

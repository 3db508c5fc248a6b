"""Money that moves, and the entries that tell of it."""

from flask import Blueprint, Response, jsonify, request, url_for

from ledger.api.exchange import body, entry_body
from ledger.api.security import caller, calling_customer, operator_only
from ledger.fields import Fields
from ledger.models import Entry
from ledger.services import journal
from ledger.services import transfers as service

movements = Blueprint("movements", __name__)

LONGEST_KEY = 80


def _created(entry: Entry) -> tuple[Response, int, dict[str, str]]:
    location = url_for(".show_entry", entry_id=entry.id)
    return jsonify(entry_body(entry)), 201, {"Location": location}


@movements.post("/deposits")
@operator_only
def create_deposit() -> tuple[Response, int, dict[str, str]]:
    """Book money that came in."""
    fields = body()
    account_id = fields.row_id("account_id")
    cents = fields.cents()
    booked_at = fields.moment("booked_at")
    memo = fields.memo()
    fields.check()
    return _created(service.deposit(account_id, cents, booked_at, memo))


@movements.post("/transfers")
def create_transfer() -> tuple[Response, int, dict[str, str]]:
    """Move money from one account to another."""
    customer = calling_customer()
    fields = body()
    source = fields.row_id("from_account_id")
    order = _order(fields)
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= LONGEST_KEY:
        fields.wrong("Idempotency-Key", f"must have 1 to {LONGEST_KEY} characters")
    fields.check()
    return _created(service.transfer(customer, source, order, key))


@movements.post("/batches")
def create_batch() -> tuple[Response, int]:
    """Make many transfers from one account."""
    customer = calling_customer()
    fields = body()
    source = fields.row_id("from_account_id")
    parts = fields.parts("transfers", 1, 50)
    orders = [_order(part) for part in parts]
    fields.gather("transfers", parts)
    fields.check()
    entries = service.batch(customer, source, orders)
    return jsonify(entries=[entry_body(entry) for entry in entries]), 201


@movements.post("/splits")
def create_split() -> tuple[Response, int, dict[str, str]]:
    """Divide an amount among accounts."""
    customer = calling_customer()
    fields = body()
    source = fields.row_id("from_account_id")
    cents = fields.cents()
    memo = fields.memo()
    parts = fields.parts("shares", 2, 20)
    weights = [(part.row_id("account_id"), part.whole("weight", 1, 1000)) for part in parts]
    fields.gather("shares", parts)
    if len({account_id for account_id, _ in weights}) < len(weights):
        fields.wrong("shares", "must name an account once")
    fields.check()
    return _created(service.split(customer, source, cents, weights, memo))


@movements.get("/entries/<row_id:entry_id>")
def show_entry(entry_id: int) -> Response:
    """Show an entry."""
    return jsonify(entry_body(journal.find(caller(), entry_id)))


def _order(fields: Fields) -> service.Order:
    return service.Order(fields.row_id("to_account_id"), fields.cents(), fields.memo())

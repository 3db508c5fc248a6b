"""Customers: made and changed by the operator."""

from flask import Blueprint, Response, jsonify

from ledger.api.exchange import body, customer_body
from ledger.api.security import calling_customer, operator_only
from ledger.services import customers as service

customers = Blueprint("customers", __name__, url_prefix="/customers")


@customers.post("")
@operator_only
def create_customer() -> tuple[Response, int]:
    """Make a new customer."""
    fields = body()
    name = fields.text("name", 80)
    rate = fields.rate()
    fields.check()
    customer, key = service.create(name, rate)
    return jsonify(customer_body(customer) | {"api_key": key}), 201


@customers.get("/me")
def me() -> Response:
    """Show who calls."""
    return jsonify(customer_body(calling_customer()))


@customers.patch("/<row_id:customer_id>")
@operator_only
def change_customer(customer_id: int) -> Response:
    """Change a customer's fee rate."""
    fields = body()
    rate = fields.rate()
    fields.check()
    return jsonify(customer_body(service.set_fee(customer_id, rate)))

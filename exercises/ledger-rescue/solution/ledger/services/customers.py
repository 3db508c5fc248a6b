"""Customers and their keys."""

import hashlib
import secrets

from sqlalchemy import select

from ledger.errors import NotFoundError
from ledger.extensions import db, transaction
from ledger.models import Customer


def create(name: str, fee_bp: int) -> tuple[Customer, str]:
    """Return a new customer and their key, which is shown this once."""
    key = secrets.token_urlsafe(32)
    customer = Customer(name=name, key_hash=_hash(key), fee_bp=fee_bp)
    with transaction():
        db.session.add(customer)
    return customer, key


def find(customer_id: int) -> Customer:
    """Return a customer, or raise NotFoundError."""
    customer = db.session.get(Customer, customer_id)
    if customer is None:
        raise NotFoundError("There is no such customer.")
    return customer


def with_key(key: str) -> Customer | None:
    """Return the customer whose key it is."""
    return db.session.scalar(select(Customer).where(Customer.key_hash == _hash(key)))


def set_fee(customer_id: int, fee_bp: int) -> Customer:
    """Return the customer with another fee rate."""
    with transaction():
        customer = find(customer_id)
        customer.fee_bp = fee_bp
    return customer


def _hash(key: str) -> str:
    # A key has 256 bits of chance in it, so a fast hash does.
    return hashlib.sha256(key.encode()).hexdigest()

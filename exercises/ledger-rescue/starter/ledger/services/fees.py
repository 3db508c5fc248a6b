"""What a transfer costs."""

from flask import current_app

from ledger import money
from ledger.models import Customer


def fee_for(customer: Customer, cents: int) -> int:
    """Return the fee of a customer on an amount, in cents."""
    # Transfers are made all the time and rates change once a year: don't look each time. (Kim)
    rates: dict[int, int] = current_app.extensions.setdefault("fee-rates", {})
    if customer.id not in rates:
        rates[customer.id] = customer.fee_bp
    return money.fee_cents(cents, rates[customer.id])

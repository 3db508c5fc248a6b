"""What a transfer costs."""

from ledger import money
from ledger.models import Customer


def fee_for(customer: Customer, cents: int) -> int:
    """Return the fee of a customer on an amount, in cents."""
    return money.fee_cents(cents, customer.fee_bp)

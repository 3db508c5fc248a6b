"""Money: text in requests and answers, whole cents everywhere else."""

import re
from collections.abc import Sequence
from decimal import Decimal

LARGEST_CENTS = 100_000_000  # a million
HUNDRED_PERCENT_BP = 10_000

_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")


def is_amount(text: object) -> bool:
    """Tell whether it is written like an amount, such as "12.50"."""
    return isinstance(text, str) and _AMOUNT.fullmatch(text) is not None


def to_cents(text: str) -> int:
    """Return "12.50" as 1250."""
    return int(Decimal(text) * 100)


def to_text(cents: int) -> str:
    """Return 1250 as "12.50"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def fee_cents(cents: int, rate_bp: int) -> int:
    """Return the fee on an amount, at a rate in basis points, half a cent upwards."""
    return (cents * rate_bp + HUNDRED_PERCENT_BP // 2) // HUNDRED_PERCENT_BP


def shares(cents: int, weights: Sequence[int]) -> list[int]:
    """Return an amount divided by weights: the cents left over go to the first parts."""
    whole = sum(weights)
    parts = [cents * weight // whole for weight in weights]
    left_over = cents - sum(parts)
    return [part + (place < left_over) for place, part in enumerate(parts)]

"""Amounts, fees and shares, to the cent."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from ledger import money


@pytest.mark.parametrize("cents", [1, 29, 57, 58, 1999, 3_333, 99_999_999])
def test_an_amount_is_read_as_it_is_written(cents: int) -> None:
    assert money.to_cents(money.to_text(cents)) == cents


@pytest.mark.parametrize(
    ("cents", "rate_bp", "fee"),
    [(50, 100, 1), (150, 100, 2), (250, 100, 3), (49, 100, 0), (1000, 0, 0), (2_310, 230, 53)],
)
def test_fees_are_rounded_half_upwards(cents: int, rate_bp: int, fee: int) -> None:
    assert money.fee_cents(cents, rate_bp) == fee


@pytest.mark.parametrize(
    ("cents", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (1, [5, 1], [1, 0]),
        (1000, [2, 3], [400, 600]),
    ],
)
def test_shares_come_to_the_whole(cents: int, weights: list[int], parts: list[int]) -> None:
    assert money.shares(cents, weights) == parts


def test_a_split_balances(ada: FlaskClient, operator: FlaskClient, open_account: Any) -> None:
    parts = [open_account(ada, name=f"Part {number}") for number in range(3)]
    body = {
        "from_account_id": open_account(ada, "10.00"),
        "amount": "10.00",
        "shares": [{"account_id": part, "weight": 1} for part in parts],
    }

    entry = ada.post("/api/splits", json=body).get_json()

    assert sum(money.to_cents(p["amount"].lstrip("-")) for p in entry["postings"]) == 2000
    assert operator.get("/api/books/unbalanced").get_json()["items"] == []

"""Statements and lists: the right month, and as many queries for many rows as for few."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        ("2031-05-31T21:59:59Z", "2031-05"),
        ("2031-05-31T22:00:00Z", "2031-06"),
        ("2031-05-31T23:59:59+02:00", "2031-05"),
        ("2031-12-31T22:59:59Z", "2031-12"),
        ("2031-12-31T23:00:00Z", "2032-01"),
        ("2032-01-01T09:00:00+11:00", "2031-12"),
    ],
)
def test_a_month_is_one_of_berlin(
    moment: str, month: str, ada: FlaskClient, operator: FlaskClient, open_account: Any
) -> None:
    account = open_account(ada)
    body = {"account_id": account, "amount": "1.00", "booked_at": moment}
    assert operator.post("/api/deposits", json=body).status_code == 201

    statement = ada.get(f"/api/accounts/{account}/statement?month={month}").get_json()

    assert [line["amount"] for line in statement["lines"]] == ["1.00"]


def test_rows_take_no_queries(
    ada: FlaskClient,
    operator: FlaskClient,
    open_account: Any,
    count_queries: Callable[[Callable[[], Any]], int],
) -> None:
    account = open_account(ada)
    pages = ("/api/accounts", f"/api/accounts/{account}/statement?month=2031-05")

    def grow(start: int) -> list[int]:
        for number in range(start, start + 3):
            open_account(ada, "1.00", f"Pot {number}")
            moment = f"2031-05-{number + 1:02}T12:00:00Z"
            body = {"account_id": account, "amount": "1.00", "booked_at": moment}
            operator.post("/api/deposits", json=body)
        return [count_queries(partial(ada.get, page)) for page in pages]

    few = grow(0)

    assert grow(3) == few

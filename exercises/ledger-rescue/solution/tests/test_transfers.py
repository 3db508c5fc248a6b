"""Transfers and batches: what they leave, and what they don't."""

from typing import Any

import pytest
from flask.testing import FlaskClient


def test_a_retry_is_the_first_entry(
    ada: FlaskClient, bob: FlaskClient, open_account: Any, pay: Any, balance: Any
) -> None:
    source, target = open_account(ada, "10.00"), open_account(bob)

    first = pay(ada, source, target, "10.00", "key", memo="Rent")
    again = pay(ada, source, target, "10.00", "key", memo="Rent")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_json() == first.get_json()
    assert balance(target) == "10.00"


@pytest.mark.parametrize("change", [{"amount": "2.00"}, {"memo": "Other"}])
def test_a_key_is_for_one_transfer(
    change: dict[str, str], ada: FlaskClient, bob: FlaskClient, open_account: Any, pay: Any
) -> None:
    source, target = open_account(ada, "10.00"), open_account(bob)
    assert pay(ada, source, target, "1.00", "key").status_code == 201

    assert pay(ada, source, target, **{"amount": "1.00", **change}, key="key").status_code == 409


def test_a_key_is_a_customers_own(
    ada: FlaskClient, bob: FlaskClient, open_account: Any, pay: Any
) -> None:
    hers, his = open_account(ada, "10.00"), open_account(bob, "10.00")

    first, second = pay(ada, hers, his, "1.00", "key"), pay(bob, his, hers, "1.00", "key")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json()["id"] != second.get_json()["id"]


def test_a_memo_is_not_inherited(ada: FlaskClient, open_account: Any, pay: Any) -> None:
    source, target = open_account(ada, "10.00"), open_account(ada, name="Savings")

    assert pay(ada, source, target, "1.00", memo="Private").get_json()["memo"] == "Private"
    assert pay(ada, source, target, "1.00").get_json()["memo"] is None


@pytest.mark.parametrize(("bad", "status"), [("closed", 409), ("unknown", 422), ("source", 422)])
def test_a_batch_with_a_bad_transfer_leaves_nothing(
    bad: str, status: int, ada: FlaskClient, open_account: Any, balance: Any
) -> None:
    source, good = open_account(ada, "10.00"), open_account(ada, name="Good")
    closed = open_account(ada, name="Closed")
    ada.post(f"/api/accounts/{closed}/close")
    receivers = (good, {"closed": closed, "unknown": 999, "source": source}[bad])
    transfers = [{"to_account_id": receiver, "amount": "1.00"} for receiver in receivers]

    response = ada.post("/api/batches", json={"from_account_id": source, "transfers": transfers})

    assert response.status_code == status
    assert (balance(source), balance(good)) == ("10.00", "0.00")


def test_a_batch_is_paid_as_a_whole(ada: FlaskClient, open_account: Any, balance: Any) -> None:
    source, target = open_account(ada, "10.00"), open_account(ada, name="Savings")
    transfers = [{"to_account_id": target, "amount": amount} for amount in ("6.00", "4.00")]

    response = ada.post("/api/batches", json={"from_account_id": source, "transfers": transfers})

    assert response.status_code == 201
    assert [entry["amount"] for entry in response.get_json()["entries"]] == ["6.00", "4.00"]
    assert (balance(source), balance(target)) == ("0.00", "10.00")

"""What the ledger does, and has always done. These pass."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

Open = Callable[..., int]
Balance = Callable[[int], str]


def test_a_key_is_needed(app: Flask) -> None:
    response = app.test_client().get("/api/accounts")

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert response.get_json()["error"]["code"] == "unauthenticated"


def test_customers_are_made_by_the_operator(ada: FlaskClient, operator: FlaskClient) -> None:
    body = {"name": "Eve", "fee_rate": "1.50"}

    assert ada.post("/api/customers", json=body).status_code == 403
    made = operator.post("/api/customers", json=body)
    assert made.status_code == 201
    assert made.get_json()["fee_rate"] == "1.50"


def test_a_new_account_is_empty(ada: FlaskClient) -> None:
    response = ada.post("/api/accounts", json={"name": "Main"})

    assert response.status_code == 201
    account = response.get_json()
    assert (account["name"], account["balance"], account["status"]) == ("Main", "0.00", "open")
    assert ada.get(response.headers["Location"]).get_json() == account


def test_a_name_is_taken_once(ada: FlaskClient, bob: FlaskClient, open_account: Open) -> None:
    open_account(ada, "Main")

    assert ada.post("/api/accounts", json={"name": "Main"}).status_code == 409
    assert bob.post("/api/accounts", json={"name": "Main"}).status_code == 201


def test_an_account_can_be_renamed(ada: FlaskClient, open_account: Open) -> None:
    path = f"/api/accounts/{open_account(ada)}"

    assert ada.patch(path, json={"name": "Savings"}).get_json()["name"] == "Savings"
    assert ada.get(path).get_json()["name"] == "Savings"


def test_somebody_elses_account_is_not_there(
    ada: FlaskClient, bob: FlaskClient, open_account: Open
) -> None:
    account = open_account(ada)

    for path in (f"/api/accounts/{account}", f"/api/accounts/{account}/statement?month=2031-05"):
        assert bob.get(path).status_code == 404


def test_deposits_are_the_operators(ada: FlaskClient, open_account: Open) -> None:
    deposit = {"account_id": open_account(ada), "amount": "5.00"}

    assert ada.post("/api/deposits", json=deposit).status_code == 403


def test_a_transfer_moves_money(
    ada: FlaskClient, bob: FlaskClient, open_account: Open, balance: Balance
) -> None:
    source, target = open_account(ada, holding="100.00"), open_account(bob)
    body = {"from_account_id": source, "to_account_id": target, "amount": "30.50"}

    response = ada.post("/api/transfers", json=body)

    assert response.status_code == 201
    assert (balance(source), balance(target)) == ("69.50", "30.50")


def test_what_is_not_there_cannot_be_sent(
    ada: FlaskClient, bob: FlaskClient, open_account: Open, balance: Balance
) -> None:
    source, target = open_account(ada, holding="10.00"), open_account(bob)
    body = {"from_account_id": source, "to_account_id": target, "amount": "10.50"}

    response = ada.post("/api/transfers", json=body)

    assert response.status_code == 409
    assert response.get_json()["error"]["code"] == "insufficient_funds"
    assert (balance(source), balance(target)) == ("10.00", "0.00")


def test_nobody_sends_what_is_anothers(
    ada: FlaskClient, bob: FlaskClient, open_account: Open
) -> None:
    source, target = open_account(ada, holding="10.00"), open_account(bob)
    body = {"from_account_id": source, "to_account_id": target, "amount": "1.00"}

    response = bob.post("/api/transfers", json=body)

    assert response.status_code == 422
    assert "from_account_id" in response.get_json()["error"]["fields"]


@pytest.mark.parametrize("amount", ["", "0.00", "-1.00", "1.005", "ten", 10, 1.5, None, "9" * 9])
def test_what_is_no_amount_is_named(amount: Any, ada: FlaskClient, open_account: Open) -> None:
    source, target = open_account(ada, holding="10.00"), open_account(ada, "Savings")
    body = {"from_account_id": source, "to_account_id": target, "amount": amount}

    response = ada.post("/api/transfers", json=body)

    assert response.status_code == 422
    assert list(response.get_json()["error"]["fields"]) == ["amount"]


def test_a_statement_adds_up(ada: FlaskClient, operator: FlaskClient, open_account: Open) -> None:
    account = open_account(ada)
    for day, amount in (("04-20", "10.00"), ("05-03", "2.50"), ("05-20", "4.00")):
        moment = f"2031-{day}T12:00:00Z"
        body = {"account_id": account, "amount": amount, "booked_at": moment}
        assert operator.post("/api/deposits", json=body).status_code == 201

    statement = ada.get(f"/api/accounts/{account}/statement?month=2031-05").get_json()

    assert statement["opening_balance"] == "10.00"
    assert [line["amount"] for line in statement["lines"]] == ["2.50", "4.00"]
    assert [line["balance"] for line in statement["lines"]] == ["12.50", "16.50"]
    assert statement["closing_balance"] == "16.50"


def test_only_an_empty_account_is_closed(ada: FlaskClient, open_account: Open) -> None:
    full, empty = open_account(ada, "Full", "1.00"), open_account(ada, "Empty")

    assert ada.post(f"/api/accounts/{full}/close").status_code == 409
    closed = ada.post(f"/api/accounts/{empty}/close")
    assert (closed.status_code, closed.get_json()["status"]) == (200, "closed")


def test_accounts_come_in_pages(ada: FlaskClient, open_account: Open) -> None:
    for number in range(5):
        open_account(ada, f"Pot {number}")

    page = ada.get("/api/accounts?per_page=2&page=2").get_json()

    assert [account["name"] for account in page["items"]] == ["Pot 2", "Pot 3"]
    assert (page["page"], page["per_page"], page["total"]) == (2, 2, 5)

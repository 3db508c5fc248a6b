"""What has been reported, as far as somebody found the time to write a test. These fail."""

from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient
from flask_migrate import check, upgrade

from ledger import create_app

Open = Callable[..., int]
Balance = Callable[[int], str]


def test_migrations_make_what_the_models_say(tmp_path: Path) -> None:
    """On the new environment everything that has to do with accounts answers 500."""
    app = create_app(
        {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/new.db", "OPERATOR_KEY": "key"}
    )

    with app.app_context():
        upgrade()
        check()
        app.extensions["sqlalchemy"].engine.dispose()


def test_an_amount_is_booked_to_the_cent(
    ada: FlaskClient, open_account: Open, balance: Balance
) -> None:
    """A deposit of 19.99 arrives as 19.98."""
    assert balance(open_account(ada, holding="19.99")) == "19.99"


def test_half_a_cent_is_rounded_up(
    new_customer: Callable[..., FlaskClient], open_account: Open
) -> None:
    """Our accountant gets other fees than the ledger: one cent more, and not always."""
    payer = new_customer("Payer", "1.00")
    source, target = open_account(payer, holding="100.00"), open_account(payer, "Savings")
    body = {"from_account_id": source, "to_account_id": target, "amount": "2.50"}

    assert payer.post("/api/transfers", json=body).get_json()["fee"] == "0.03"


def test_a_split_gives_away_all_of_it(
    ada: FlaskClient, open_account: Open, balance: Balance
) -> None:
    """A hundred, divided by three: a cent goes missing, and the books don't balance."""
    source = open_account(ada, holding="100.00")
    parts = [open_account(ada, f"Part {number}") for number in range(3)]
    shares = [{"account_id": part, "weight": 1} for part in parts]
    body = {"from_account_id": source, "amount": "100.00", "shares": shares}

    assert ada.post("/api/splits", json=body).status_code == 201
    assert [balance(part) for part in parts] == ["33.34", "33.33", "33.33"]


def test_a_new_rate_counts_at_once(
    new_customer: Callable[..., FlaskClient], operator: FlaskClient, open_account: Open
) -> None:
    """We changed a customer's rate, and some of their transfers still cost what they did."""
    payer = new_customer("Payer", "1.00")
    source, target = open_account(payer, holding="100.00"), open_account(payer, "Savings")
    body = {"from_account_id": source, "to_account_id": target, "amount": "10.00"}
    assert payer.post("/api/transfers", json=body).get_json()["fee"] == "0.10"

    me = payer.get("/api/customers/me").get_json()["id"]
    operator.patch(f"/api/customers/{me}", json={"fee_rate": "2.00"})

    assert payer.post("/api/transfers", json=body).get_json()["fee"] == "0.20"


def test_a_month_ends_at_midnight_in_berlin(
    ada: FlaskClient, operator: FlaskClient, open_account: Open
) -> None:
    """What was paid in late in the evening of the 31st is in the wrong month."""
    account = open_account(ada)
    for moment in ("2031-05-31T23:30:00+02:00", "2031-05-31T22:30:00+00:00"):
        body = {"account_id": account, "amount": "1.00", "booked_at": moment}
        assert operator.post("/api/deposits", json=body).status_code == 201

    def count(month: str) -> int:
        path = f"/api/accounts/{account}/statement?month={month}"
        return len(ada.get(path).get_json()["lines"])

    assert (count("2031-05"), count("2031-06")) == (1, 1)


def test_a_batch_is_posted_as_a_whole_or_not_at_all(
    ada: FlaskClient, bob: FlaskClient, open_account: Open, balance: Balance
) -> None:
    """The batch answered 201, and two people got nothing."""
    source, target = open_account(ada, holding="50.00"), open_account(bob)
    transfers = [{"to_account_id": target, "amount": amount} for amount in ("20.00", "40.00")]

    response = ada.post("/api/batches", json={"from_account_id": source, "transfers": transfers})

    assert response.status_code == 409
    assert (balance(source), balance(target)) == ("50.00", "0.00")

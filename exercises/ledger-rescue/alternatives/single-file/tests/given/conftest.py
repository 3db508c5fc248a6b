"""An application with a database of its own for each test, and people who call it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ledger import create_app

OPERATOR_KEY = "the-operator-of-the-tests"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The application, with tables and our own accounts."""
    app = create_app(
        {
            "TESTING": True,
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/test.db",
            "OPERATOR_KEY": OPERATOR_KEY,
        }
    )
    db = app.extensions["sqlalchemy"]
    with app.app_context():
        db.create_all()
    app.test_cli_runner().invoke(args=["init-ledger"])
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _client(app: Flask, key: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    return client


@pytest.fixture
def operator(app: Flask) -> FlaskClient:
    """The operator's client."""
    return _client(app, OPERATOR_KEY)


@pytest.fixture
def new_customer(app: Flask, operator: FlaskClient) -> Callable[..., FlaskClient]:
    """Make a customer, and return a client that carries their key."""

    def create(name: str, fee_rate: str = "0.00") -> FlaskClient:
        made = operator.post("/api/customers", json={"name": name, "fee_rate": fee_rate})
        assert made.status_code == 201
        return _client(app, made.get_json()["api_key"])

    return create


@pytest.fixture
def ada(new_customer: Callable[..., FlaskClient]) -> FlaskClient:
    """A customer who pays no fees."""
    return new_customer("Ada")


@pytest.fixture
def bob(new_customer: Callable[..., FlaskClient]) -> FlaskClient:
    """Another one."""
    return new_customer("Bob")


@pytest.fixture
def open_account(operator: FlaskClient) -> Callable[..., int]:
    """Open an account with something on it, and return its id."""

    def create(owner: FlaskClient, name: str = "Main", holding: str | None = None) -> int:
        made = owner.post("/api/accounts", json={"name": name})
        assert made.status_code == 201
        account_id: int = made.get_json()["id"]
        if holding:
            deposit = {"account_id": account_id, "amount": holding}
            assert operator.post("/api/deposits", json=deposit).status_code == 201
        return account_id

    return create


@pytest.fixture
def balance(operator: FlaskClient) -> Callable[[int], Any]:
    """Read the balance of an account."""

    def read(account_id: int) -> Any:
        return operator.get(f"/api/accounts/{account_id}").get_json()["balance"]

    return read

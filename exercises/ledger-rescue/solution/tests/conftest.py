"""The application on a database that the migrations have made: the given tests use the models.

That is SQLite, a file for each test; or TEST_DATABASE_URL, which is emptied before each test.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import downgrade, upgrade
from sqlalchemy import event

from ledger import create_app

OPERATOR_KEY = "the-operator-of-the-tests"


def make_app(url: str) -> Flask:
    """Create the application for a database."""
    return create_app(
        {"TESTING": True, "SQLALCHEMY_DATABASE_URI": url, "OPERATOR_KEY": OPERATOR_KEY}
    )


def _migrate(app: Flask) -> None:
    with app.app_context():
        if not app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
            downgrade(revision="base")
        upgrade()
        app.extensions["sqlalchemy"].engine.dispose()
    app.test_cli_runner().invoke(args=["init-ledger"])


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, made once: a copy takes no time."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    _migrate(make_app(f"sqlite:///{path}"))
    return path


@pytest.fixture
def app(tmp_path: Path, migrated: Path) -> Iterator[Flask]:
    """The application, with nothing in it."""
    url = os.environ.get("TEST_DATABASE_URL")
    if url is None:
        app = make_app(f"sqlite:///{shutil.copy(migrated, tmp_path / 'test.db')}")
    else:
        app = make_app(url)
        _migrate(app)
    yield app
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def client_of(app: Flask) -> Callable[[str], FlaskClient]:
    """Return a client that carries a key."""

    def create(key: str) -> FlaskClient:
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
        return client

    return create


@pytest.fixture
def operator(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    """The operator's client."""
    return client_of(OPERATOR_KEY)


@pytest.fixture
def new_customer(
    operator: FlaskClient, client_of: Callable[[str], FlaskClient]
) -> Callable[..., FlaskClient]:
    """Make a customer, and return their client."""

    def create(fee_rate: str = "0.00") -> FlaskClient:
        made = operator.post("/api/customers", json={"name": "Somebody", "fee_rate": fee_rate})
        return client_of(made.get_json()["api_key"])

    return create


@pytest.fixture
def ada(new_customer: Callable[..., FlaskClient]) -> FlaskClient:
    """A customer who pays no fees."""
    return new_customer()


@pytest.fixture
def bob(new_customer: Callable[..., FlaskClient]) -> FlaskClient:
    """Another one."""
    return new_customer()


@pytest.fixture
def open_account(operator: FlaskClient) -> Callable[..., int]:
    """Open an account with something on it, and return its id."""

    def create(owner: FlaskClient, holding: str = "", name: str = "Main") -> int:
        account_id: int = owner.post("/api/accounts", json={"name": name}).get_json()["id"]
        if holding:
            body = {"account_id": account_id, "amount": holding}
            assert operator.post("/api/deposits", json=body).status_code == 201
        return account_id

    return create


@pytest.fixture
def balance(operator: FlaskClient) -> Callable[[int], str]:
    """Read the balance of an account."""

    def read(account_id: int) -> str:
        text: str = operator.get(f"/api/accounts/{account_id}").get_json()["balance"]
        return text

    return read


@pytest.fixture
def pay() -> Callable[..., Any]:
    """Send a transfer, and return the response."""

    def send(
        payer: FlaskClient, source: int, target: int, amount: str, key: str = "", **more: Any
    ) -> Any:
        body = {"from_account_id": source, "to_account_id": target, "amount": amount, **more}
        headers = {"Idempotency-Key": key} if key else {}
        return payer.post("/api/transfers", json=body, headers=headers)

    return send


@pytest.fixture
def count_queries(app: Flask) -> Callable[[Callable[[], Any]], int]:
    """Count the statements that a call takes."""

    def count(call: Callable[[], Any]) -> int:
        seen: list[str] = []

        def note(*arguments: Any) -> None:
            seen.append(arguments[2])

        with app.app_context():
            engine = app.extensions["sqlalchemy"].engine
        event.listen(engine, "before_cursor_execute", note)
        call()
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    return count

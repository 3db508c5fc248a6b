"""The service with an empty PostgreSQL, a queue in memory, and a ledger that a test can play."""

import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect
from werkzeug.test import TestResponse

from app import create_app
from app.extensions import db

SECRETS = ("the-new-secret", "the-old-secret")
OPERATOR = {"Authorization": "Bearer the-operators-token"}


@dataclass
class Ledger:
    """What a test's ledger answers, and what it got."""

    url: str = ""
    statuses: list[int] = field(default_factory=lambda: [200])
    got: list[tuple[dict[str, str], Any]] = field(default_factory=list)


@pytest.fixture(scope="session")
def server() -> Iterator[tuple[Ledger, str]]:
    """A ledger, on a port of its own."""
    ledger = Ledger()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            ledger.got.append((dict(self.headers), json.loads(body)))
            status = ledger.statuses.pop(0) if len(ledger.statuses) > 1 else ledger.statuses[0]
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        Thread(target=http.serve_forever, daemon=True).start()
        yield ledger, f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


@pytest.fixture
def ledger(server: tuple[Ledger, str]) -> Ledger:
    """The ledger, as new: it answers 200."""
    ledger, url = server
    ledger.url, ledger.statuses, ledger.got = url, [200], []
    return ledger


def make_app(**overrides: Any) -> Flask:
    """Return an application for tests."""
    return create_app(
        {
            "TESTING": True,
            "SQLALCHEMY_DATABASE_URI": os.environ["DATABASE_URL"],
            "REDIS_URL": "memory://",
            "LEDGER_URL": "http://127.0.0.1:1",
            "WEBHOOK_SECRETS": tuple(secret.encode() for secret in SECRETS),
            "OPERATOR_TOKEN": "the-operators-token",
            "RETRY_BASE_SECONDS": 0,
            "MAX_ATTEMPTS": 3,
            "LEDGER_TIMEOUT_SECONDS": 1,
            **overrides,
        }
    )


@pytest.fixture
def empty_database() -> Iterator[str]:
    """Return the URL of a database with nothing in it, and leave it so. Never touch another one."""
    app = make_app()
    with app.app_context():
        tables = inspect(db.engine).get_table_names()
        if tables:
            pytest.fail(f"DATABASE_URL names a database that is not empty: {tables}")
        yield app.config["SQLALCHEMY_DATABASE_URI"]
        db.session.remove()
        db.drop_all()
        db.engine.dispose()


@pytest.fixture
def app(empty_database: str, ledger: Ledger) -> Iterator[Flask]:
    """The application, with its tables."""
    app = make_app(SQLALCHEMY_DATABASE_URI=empty_database, LEDGER_URL=ledger.url)
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application."""
    return app.test_client()


def signed(body: bytes, *, secret: str = SECRETS[0], at: float | None = None) -> str:
    """Return the header that a provider would send."""
    moment = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={digest.hexdigest()}"


def event(number: int = 1, **fields: Any) -> dict[str, Any]:
    """Return an event."""
    data = {"payment_id": f"pay_{number}", "amount": 1250, "currency": "EUR"}
    return {"id": f"evt_{number}", "type": "payment.captured", "data": data, **fields}


@pytest.fixture
def send(client: FlaskClient) -> Callable[..., TestResponse]:
    """Post an event, or bytes, as the provider."""

    def post(sent: Any, **headers: str) -> TestResponse:
        body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
        return client.post(
            "/webhooks/payments",
            data=body,
            headers={"Webhook-Signature": signed(body), **headers},
        )

    return post

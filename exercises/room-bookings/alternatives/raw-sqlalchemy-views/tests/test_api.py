"""The ways through the API that matter most, on a migrated database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from roomservice import create_app
from roomservice.database import database

ADMIN = {"email": "admin@example.com", "password": "only for tests"}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The application, migrated, with its admin."""
    app = create_app(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path}/test.db",
            "SECRET_KEY": "only-for-tests-and-long-enough-for-that",
            "ADMIN_EMAIL": ADMIN["email"],
            "ADMIN_PASSWORD": ADMIN["password"],
        }
    )
    for command in (["db", "upgrade"], ["db", "check"], ["create-admin"], ["create-admin"]):
        result = app.test_cli_runner().invoke(args=command)
        assert result.exit_code == 0, result.output
    yield app
    with app.app_context():
        database().engine.dispose()


def log_in(app: Flask, credentials: dict[str, str]) -> FlaskClient:
    client = app.test_client()
    answer: Any = client.post("/api/auth/login", json=credentials).json
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {answer['access_token']}"
    return client


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    """The admin's client."""
    return log_in(app, ADMIN)


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    """A user's client."""
    ada = {"email": "ada@example.com", "password": "countess"}
    assert app.test_client().post("/api/users", json=ada).status_code == 201
    return log_in(app, ada)


@pytest.fixture
def slot(admin: FlaskClient) -> dict[str, Any]:
    """A request for a room."""
    room: Any = admin.post("/api/rooms", json={"name": "Attic", "capacity": 4}).json
    return {
        "room_id": room["id"],
        "title": "Planning",
        "starts_at": "2031-05-06T09:00:00+00:00",
        "ends_at": "2031-05-06T10:00:00+00:00",
    }


def test_a_slot_is_booked_once(ada: FlaskClient, slot: dict[str, Any]) -> None:
    created = ada.post("/api/bookings", json=slot)
    assert created.status_code == 201
    assert ada.post("/api/bookings", json=slot).status_code == 409

    assert ada.delete(created.headers["Location"]).status_code == 204
    assert ada.post("/api/bookings", json=slot).status_code == 201


def test_a_booking_is_its_owners(app: Flask, ada: FlaskClient, slot: dict[str, Any]) -> None:
    path = ada.post("/api/bookings", json=slot).headers["Location"]
    bob = {"email": "bob@example.com", "password": "somebody"}
    app.test_client().post("/api/users", json=bob)
    other = log_in(app, bob)

    for response in (other.get(path), other.patch(path, json={"title": "x"}), other.delete(path)):
        assert response.status_code == 403
    assert ada.get(path).status_code == 200


@pytest.mark.parametrize("field", ["room_id", "title", "starts_at", "ends_at"])
def test_what_is_wrong_is_named(field: str, ada: FlaskClient, slot: dict[str, Any]) -> None:
    response = ada.post("/api/bookings", json={**slot, field: None})

    assert response.status_code == 422
    answer: Any = response.json
    assert list(answer["error"]["fields"]) == [field]


def test_rooms_are_for_admins_to_change(ada: FlaskClient) -> None:
    assert ada.post("/api/rooms", json={"name": "Mine", "capacity": 1}).status_code == 403

"""An application with a fresh database for each test, and people who call it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.extensions import db
from app.models import Role
from app.services import tokens, users

PASSWORD = "correct horse"


def _create_app(database: Path) -> Flask:
    return create_app(
        {
            "TESTING": True,
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{database}",
            "SECRET_KEY": "a-key-for-tests-that-is-long-enough-for-every-algorithm-of-its-family",
            "HASH_METHOD": "pbkdf2:sha256:1",
            "ADMIN_EMAIL": "Admin@example.com",
            "ADMIN_PASSWORD": PASSWORD,
        }
    )


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with tables and no rows, made once: a copy takes no time."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    with _create_app(path).app_context():
        db.create_all()
        db.engine.dispose()
    return path


@pytest.fixture
def app(tmp_path: Path, empty_database: Path) -> Iterator[Flask]:
    """The application, with a database of its own and cheap password hashes."""
    app = _create_app(Path(shutil.copy(empty_database, tmp_path / "test.db")))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client without a token."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """Make a user, and return a client that carries their token."""

    def sign(email: str, role: Role = Role.USER) -> FlaskClient:
        with app.app_context():
            token = tokens.issue(users.create(email, PASSWORD, role))
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return sign


@pytest.fixture
def admin(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """An admin's client."""
    return sign_in("admin@example.com", Role.ADMIN)


@pytest.fixture
def ada(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """An ordinary user's client."""
    return sign_in("ada@example.com")


@pytest.fixture
def bob(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """Another ordinary user's client."""
    return sign_in("bob@example.com")


@pytest.fixture
def new_room(admin: FlaskClient) -> Callable[..., dict[str, Any]]:
    """Make a room."""

    def create(name: str = "Lovelace", capacity: int = 8) -> dict[str, Any]:
        response = admin.post("/api/rooms", json={"name": name, "capacity": capacity})
        assert response.status_code == 201
        room: dict[str, Any] = response.get_json()
        return room

    return create


@pytest.fixture
def room(new_room: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """A room."""
    return new_room()


@pytest.fixture
def slot(room: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Write a request to book the room on one day, from hour to hour."""

    def write(start: str = "09:00", end: str = "10:00", **fields: Any) -> dict[str, Any]:
        return {
            "room_id": room["id"],
            "title": "Planning",
            "starts_at": f"2031-05-06T{start}:00Z",
            "ends_at": f"2031-05-06T{end}:00Z",
            **fields,
        }

    return write

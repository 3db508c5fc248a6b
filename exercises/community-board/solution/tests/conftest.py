"""An application with a fresh database for each test, and people at browsers."""

import re
import shutil
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.extensions import db
from app.models import Role
from app.services import members

PASSWORD = "correct horse"


def make_app(database: Path) -> Flask:
    return create_app(
        {
            "TESTING": True,
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{database}",
            "SECRET_KEY": "a-key-for-tests",
            "HASH_METHOD": "pbkdf2:sha256:1",
            "ADMIN_USERNAME": "Gatekeeper",
            "ADMIN_PASSWORD": PASSWORD,
        }
    )


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with tables and no rows, made once: a copy takes no time."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    with make_app(path).app_context():
        db.create_all()
        db.engine.dispose()
    return path


@pytest.fixture
def app(tmp_path: Path, empty_database: Path) -> Iterator[Flask]:
    """The application, with a database of its own and cheap password hashes."""
    app = make_app(Path(shutil.copy(empty_database, tmp_path / "test.db")))
    yield app
    with app.app_context():
        db.engine.dispose()


class Browser:
    """A client that sends the token of the page with each form."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def token(self, page: str = "/login") -> str:
        found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', self.get(page).text)
        assert found, f"{page} has no token"
        return unescape(found[1])

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form, and return the answer itself."""
        return self.client.post(path, data={"csrf_token": self.token(), **fields})

    def send(self, path: str, **fields: Any) -> TestResponse:
        """Send a form that succeeds, and return the page that it leads to."""
        response = self.post(path, **fields)
        assert response.status_code == 303
        return self.get(response.location)


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """Somebody who is not signed in."""
    return Browser(app.test_client())


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., Browser]:
    """Make a member, and return a browser in which they are signed in."""

    def sign(username: str, role: Role = Role.MEMBER) -> Browser:
        with app.app_context():
            members.create(username, PASSWORD, role)
        browser = Browser(app.test_client())
        browser.send("/login", username=username, password=PASSWORD)
        return browser

    return sign


@pytest.fixture
def ada(sign_in: Callable[..., Browser]) -> Browser:
    """A member."""
    return sign_in("ada")


@pytest.fixture
def bob(sign_in: Callable[..., Browser]) -> Browser:
    """Another member."""
    return sign_in("bob")


@pytest.fixture
def moderator(sign_in: Callable[..., Browser]) -> Browser:
    """A moderator."""
    return sign_in("mod", Role.MODERATOR)


@pytest.fixture
def admin(sign_in: Callable[..., Browser]) -> Browser:
    """An admin."""
    return sign_in("chair", Role.ADMIN)


@pytest.fixture
def topic(ada: Browser) -> str:
    """The path of a topic of Ada's."""
    response = ada.post("/topics/new", title="Seedlings", body="Who wants some?")
    assert response.status_code == 303
    return response.location

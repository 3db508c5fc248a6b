"""The way through it."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from board import create_app


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    app = create_app(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path}/board.db",
            "UPLOAD_FOLDER": str(tmp_path),
            "SECRET_KEY": "test",
        }
    )
    app.test_cli_runner().invoke(args=["db", "upgrade"])
    return app.test_client()


def proof(client: FlaskClient) -> str:
    found = re.search('name="proof" value="([^"]+)"', client.get("/login").text)
    assert found
    return found[1]


def test_signing_up_and_out(client: FlaskClient) -> None:
    fields = {"username": "ada", "password": "secret 123"}
    assert client.post("/signup", data=fields).status_code == 403

    response = client.post("/signup", data={**fields, "proof": proof(client)})

    assert response.status_code == 302
    assert 'data-user="ada"' in client.get("/").text
    client.post("/logout", data={"proof": proof(client)})
    assert "data-user" not in client.get("/").text

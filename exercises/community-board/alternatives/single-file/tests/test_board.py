import re

import pytest

import app as board


@pytest.fixture
def client(tmp_path):
    board.app.config.update(DATABASE=str(tmp_path / "board.db"), SECRET_KEY="test", TESTING=True)
    board.app.test_cli_runner().invoke(args=["db", "upgrade"])
    return board.app.test_client()


def post(client, path, **fields):
    token = re.search('name=token value="([^"]+)"', client.get("/login").text)[1]
    return client.post(path, data={"token": token, **fields})


def test_signing_up_starting_a_topic_and_replying(client):
    assert post(client, "/signup", username="ada", password="secret 123").status_code == 302
    response = post(client, "/topics/new", title="Beans", body="See https://example.com/")
    page = client.get(response.location).text
    assert "Beans" in page
    assert '<a rel="nofollow" href="https://example.com/">' in page
    assert post(client, response.location + "/replies", body="<b>").status_code == 302
    assert "&lt;b&gt;" in client.get(response.location).text


def test_forms_take_a_token(client):
    client.get("/signup")
    response = client.post("/signup", data={"username": "ada", "password": "secret 123"})
    assert response.status_code == 403


def test_strangers_log_in_first(client):
    assert client.get("/settings").location.startswith("/login?next=")

"""The guest book, over HTTP."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

ADA = {"name": "Ada", "message": "Lovely engines."}


def test_an_entry_is_written_and_read_back(client: FlaskClient) -> None:
    """What was signed is where its Location says."""
    written = client.post("/entries", json=ADA)

    assert written.status_code == 201
    assert client.get(written.location).get_json() == {"id": 1, **ADA}


def test_the_newest_entry_comes_first(client: FlaskClient) -> None:
    """The list runs from the newest to the oldest."""
    for message in ("one", "two"):
        client.post("/entries", json=ADA | {"message": message})

    items = client.get("/entries").get_json()["items"]

    assert [item["message"] for item in items] == ["two", "one"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        ADA | {"name": " "},
        ADA | {"name": "x" * 61},
        ADA | {"message": "x" * 501},
        ADA | {"message": 7},
    ],
)
def test_what_cannot_be_an_entry_is_refused(client: FlaskClient, body: object) -> None:
    """A 422 in the usual shape, and nothing is written."""
    reply = client.post("/entries", json=body)

    assert reply.status_code == 422
    assert reply.get_json()["error"]["message"]
    assert client.get("/entries").get_json() == {"items": []}


def test_an_entry_that_is_not_there_answers_404(client: FlaskClient) -> None:
    """So does an id that cannot be one, and a path that nobody knows."""
    for path in ("/entries/1", "/entries/none", "/nowhere"):
        reply = client.get(path)
        assert (reply.status_code, "error" in reply.get_json()) == (404, True)


def test_a_broken_body_answers_400(client: FlaskClient) -> None:
    """What cannot be read as JSON is a 400 in the usual shape."""
    reply = client.post("/entries", data="{", content_type="application/json")

    assert (reply.status_code, "error" in reply.get_json()) == (400, True)


def test_the_table_can_be_made_twice(app: Flask) -> None:
    """`flask init-db` is harmless if the table is there."""
    assert app.test_cli_runner().invoke(args=["init-db"]).exit_code == 0

"""One shape for all errors."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app

JSON = "application/json"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"path": "/nothing"}, 404),
        ({"path": "/api/rooms/1"}, 404),
        ({"path": "/api/rooms/" + "9" * 40}, 404),
        ({"path": "/api/rooms/" + "9" * 40, "method": "DELETE"}, 404),
        ({"path": "/api/rooms/x"}, 404),
        ({"path": "/api/rooms", "method": "DELETE"}, 405),
        ({"path": "/api/rooms", "method": "POST", "data": "{", "content_type": JSON}, 400),
        ({"path": "/api/rooms", "method": "POST", "data": "[]", "content_type": JSON}, 400),
        ({"path": "/api/rooms", "method": "POST", "data": "[" * 20_000, "content_type": JSON}, 400),
        ({"path": "/api/rooms", "method": "POST", "data": "x"}, 415),
        ({"path": "/api/rooms", "method": "POST", "data": " " * 65_537, "content_type": JSON}, 413),
        ({"path": "/api/rooms", "method": "POST", "json": {}}, 422),
    ],
)
def test_errors_are_json_of_one_shape(
    request_: dict[str, Any], status: int, admin: FlaskClient
) -> None:
    response = admin.open(**request_)

    assert response.status_code == status
    assert response.mimetype == JSON
    error = response.get_json()["error"]
    assert set(error) - {"fields"} == {"code", "message"}
    assert ("fields" in error) == (status == 422)


def test_a_405_lists_what_is_allowed(admin: FlaskClient) -> None:
    response = admin.put("/api/rooms")

    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def test_what_nobody_foresaw_answers_500_without_a_word_about_it(app: Flask) -> None:
    def broken() -> str:
        raise ZeroDivisionError("secret detail")

    app.add_url_rule("/broken", view_func=broken)

    response = app.test_client().get("/broken")

    assert response.status_code == 500
    assert response.get_json()["error"]["code"] == "internal_server_error"
    assert "secret detail" not in response.text


def test_a_missing_setting_shows_at_the_start() -> None:
    with pytest.raises(RuntimeError, match="SECRET_KEY"):
        create_app({"SECRET_KEY": None, "SQLALCHEMY_DATABASE_URI": "sqlite://"})

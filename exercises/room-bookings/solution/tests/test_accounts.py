"""Signing up, logging in, tokens."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Role, User
from app.services import tokens, users

ADA = {"email": "ada@example.com", "password": "correct horse"}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_who_signs_up_can_log_in(client: FlaskClient) -> None:
    created = client.post("/api/users", json=ADA)
    entered = client.post("/api/auth/login", json={**ADA, "email": "ADA@Example.com"})
    me = client.get("/api/users/me", headers=bearer(entered.get_json()["access_token"]))

    assert created.status_code == 201
    assert created.json == me.json == {"id": 1, "email": "ada@example.com", "role": "user"}
    assert (entered.get_json()["token_type"], entered.get_json()["expires_in"]) == ("Bearer", 3600)


def test_nobody_signs_up_as_an_admin(client: FlaskClient) -> None:
    response = client.post("/api/users", json={**ADA, "role": "admin", "id": 77})

    assert response.json == {"id": 1, "email": "ada@example.com", "role": "user"}


def test_an_address_is_taken_once(client: FlaskClient) -> None:
    client.post("/api/users", json=ADA)

    response = client.post("/api/users", json={**ADA, "email": "Ada@example.com"})

    assert response.status_code == 409
    assert response.get_json()["error"]["code"] == "conflict"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": None}, "email"),
        ({"password": "x" * 7}, "password"),
        ({"password": "x" * 65}, "password"),
    ],
)
def test_sign_up_names_what_is_wrong(
    change: dict[str, Any], field: str, client: FlaskClient
) -> None:
    response = client.post("/api/users", json={**ADA, **change})

    assert response.status_code == 422
    assert list(response.get_json()["error"]["fields"]) == [field]


def test_a_failed_log_in_does_not_tell_who_exists(client: FlaskClient, ada: FlaskClient) -> None:
    assert ada.get("/api/users/me").status_code == 200

    wrong = client.post("/api/auth/login", json={**ADA, "password": "wrong"})
    unknown = client.post("/api/auth/login", json={**ADA, "email": "eve@example.com"})

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json == unknown.json


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Basic YTpi", "Bearer a=b"],
)
def test_a_good_token_is_asked_for(header: str | None, client: FlaskClient) -> None:
    headers = {} if header is None else {"Authorization": header}

    response = client.get("/api/users/me", headers=headers)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def claims_of(**changes: Any) -> dict[str, Any]:
    later = datetime.now(UTC) + timedelta(minutes=5)
    return {"sub": "1", "exp": later, **changes}


@pytest.mark.parametrize(
    ("claims", "key", "algorithm"),
    [
        (claims_of(exp=datetime(2020, 1, 1, tzinfo=UTC)), None, "HS256"),
        (claims_of(sub="999"), None, "HS256"),
        ({"sub": "1"}, None, "HS256"),
        (claims_of(), "another-key-that-is-just-as-long-as-ours", "HS256"),
        (claims_of(), "", "none"),
        (claims_of(), None, "HS512"),
    ],
    ids=["expired", "nobody's", "for ever", "another key", "unsigned", "another algorithm"],
)
def test_a_forged_token_is_refused(
    claims: dict[str, Any], key: str | None, algorithm: str, app: Flask, ada: FlaskClient
) -> None:
    assert ada.get("/api/users/me").get_json()["id"] == 1
    key = app.config["SECRET_KEY"] if key is None else key

    token = jwt.encode(claims, key, algorithm=algorithm)

    response = app.test_client().get("/api/users/me", headers=bearer(token))
    assert response.status_code == 401


def test_a_token_of_ours_is_what_the_forged_ones_are_measured_by(
    app: Flask, ada: FlaskClient
) -> None:
    token = jwt.encode(claims_of(), app.config["SECRET_KEY"], algorithm="HS256")

    response = app.test_client().get("/api/users/me", headers=bearer(token))

    assert response.json == ada.get("/api/users/me").json


def test_every_route_that_is_not_public_asks_for_a_token(app: Flask) -> None:
    client, public = app.test_client(), {"api.auth.log_in", "api.users.sign_up", "static"}
    asked = set()

    for rule in app.url_map.iter_rules():
        if rule.endpoint in public:
            continue
        path = rule.rule.replace("<row_id:room_id>", "1").replace("<row_id:booking_id>", "1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert client.open(path, method=method).status_code == 401, rule
            asked.add((method, rule.rule))

    assert len(asked) == 11


def test_create_admin_can_run_twice(app: Flask) -> None:
    runner = app.test_cli_runner()

    first, second = (runner.invoke(args=["create-admin"]) for _ in range(2))

    assert (first.exit_code, second.exit_code) == (0, 0)
    with app.app_context():
        user = users.with_email("admin@example.com")
        assert user is not None
        assert user.role is Role.ADMIN
        assert tokens.bearer(tokens.issue(user)) is user


def test_create_admin_asks_for_its_variables(app: Flask) -> None:
    app.config["ADMIN_PASSWORD"] = None

    result = app.test_cli_runner().invoke(args=["create-admin"])

    assert result.exit_code == 2
    assert "ADMIN_PASSWORD" in result.output


def test_passwords_are_stored_hashed_and_salted(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    for email in ("one@example.com", "two@example.com"):
        sign_in(email)

    with app.app_context():
        stored = set(db.session.scalars(select(User.password_hash)))
    assert len(stored) == 2
    assert not any("correct horse" in text for text in stored)

"""Signing up, logging in and out, sessions."""

from typing import Any

import pytest
from flask import Flask

from app.cli import create_admin
from app.models import Role
from app.services import members
from tests.conftest import PASSWORD, Browser

SIGNED_IN = 'data-user="'


def test_signing_up_signs_in(stranger: Browser) -> None:
    page = stranger.send("/signup", username="Zoe-1", password=PASSWORD)

    assert 'data-user="Zoe-1"' in page.text
    assert "Welcome, Zoe-1!" in page.text
    assert "Welcome" not in stranger.get("/").text
    assert 'data-role="member"' in stranger.get("/members/zoe-1").text


@pytest.mark.parametrize("username", ["", "ab", "x" * 31, "a b c", "abc\n", "é" * 5])
def test_a_username_that_is_none_is_refused(username: str, stranger: Browser) -> None:
    response = stranger.post("/signup", username=username, password=PASSWORD)

    assert response.status_code == 422
    assert 'data-error="username"' in response.text


@pytest.mark.parametrize("password", ["", "short", "x" * 65])
def test_a_password_of_the_wrong_length_is_refused(password: str, stranger: Browser) -> None:
    response = stranger.post("/signup", username="zoe", password=password)

    assert response.status_code == 422
    assert 'data-error="password"' in response.text
    assert 'value="zoe"' in response.text


@pytest.mark.usefixtures("ada")
def test_a_username_is_taken_in_either_case(stranger: Browser) -> None:
    response = stranger.post("/signup", username="ADA", password=PASSWORD)

    assert response.status_code == 422
    assert 'data-error="username"' in response.text
    assert SIGNED_IN not in stranger.get("/").text


@pytest.mark.usefixtures("ada")
def test_a_failed_log_in_does_not_tell_who_exists(stranger: Browser) -> None:
    wrong = stranger.post("/login", username="ada", password="wrong")
    unknown = stranger.post("/login", username="eve", password="wrong")

    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace("ada", "") == unknown.text.replace("eve", "")


def test_logging_out_ends_copies_of_the_cookie(ada: Browser, stranger: Browser) -> None:
    copied = ada.client.get_cookie("session")
    assert copied
    stranger.client.set_cookie("session", copied.value)
    assert stranger.get("/settings").status_code == 200

    page = ada.send("/logout", csrf_token=ada.token("/"))

    assert SIGNED_IN not in page.text
    assert stranger.get("/settings").status_code == 303


@pytest.mark.usefixtures("ada")
def test_tokens_end_with_the_session(stranger: Browser) -> None:
    old = stranger.token()
    stranger.send("/login", username="ada", password=PASSWORD)

    response = stranger.post("/topics/new", csrf_token=old, title="x", body="y")

    assert response.status_code == 400
    assert 'data-status="400"' in response.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/signup", {"username": "zoe", "password": PASSWORD}),
        ("/login", {"username": "ada", "password": PASSWORD}),
        ("/logout", {}),
        ("/topics/new", {"title": "x", "body": "y"}),
        ("/topics/1/delete", {}),
        ("/settings", {"about": "x"}),
    ],
)
def test_forms_take_a_token(path: str, fields: dict[str, str], ada: Browser, topic: str) -> None:
    assert ada.post(path, csrf_token="", **fields).status_code == 400
    assert ada.get(topic).status_code == 200
    assert SIGNED_IN in ada.get("/").text


def test_the_cookie_is_out_of_reach(stranger: Browser) -> None:
    cookie = stranger.get("/login").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    ("target", "place"),
    [
        ("/settings", "/settings"),
        ("/?q=a&page=1", "/?q=a&page=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/\t/evil.example/", "/"),
        ("settings", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_logging_in_leads_to_pages_of_ours(target: str, place: str, stranger: Browser) -> None:
    response = stranger.post("/login", username="ada", password=PASSWORD, next=target)

    assert response.status_code == 303
    assert response.location == place


def test_strangers_are_led_to_the_log_in(stranger: Browser, topic: str) -> None:
    assert stranger.get("/settings").location == "/login?next=/settings"
    for path in (f"{topic}/delete", f"{topic}/close", f"{topic}/replies", "/settings", "/logout"):
        response = stranger.post(path)
        assert response.status_code == 303
        assert response.location == "/login"


def test_create_admin_can_be_run_twice(app: Flask) -> None:
    run: Any = app.test_cli_runner().invoke
    first, second = run(create_admin), run(create_admin)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "there already" in second.output
    with app.app_context():
        made = members.with_username("gatekeeper")
        assert made
        assert made.role is Role.ADMIN


def test_create_admin_asks_for_its_variables(app: Flask) -> None:
    app.config["ADMIN_PASSWORD"] = None

    assert app.test_cli_runner().invoke(args=["create-admin"]).exit_code != 0

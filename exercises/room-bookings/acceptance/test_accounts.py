"""Signing up, logging in, and who one is."""

import time
from typing import Any

import pytest


@pytest.mark.brief("201, the new user", "Whoever signs up is a user.")
def test_signing_up_answers_201_with_the_user(http: Any, unique: Any) -> None:
    """Signing up answers 201 with the new user, whose role is `user`."""
    email = f"{unique('carol')}@example.com".lower()

    reply = http.post("/api/users", json={"email": email, "password": "carol's own"})

    assert reply.status == 201
    user = reply.json()
    assert user["email"] == email
    assert user["role"] == "user"
    assert user["id"] not in (None, "")


@pytest.mark.brief("It must never be in any answer.")
def test_no_answer_holds_a_password(http: Any, unique: Any) -> None:
    """A password, or its hash, is in no answer."""
    password = unique("secret")
    credentials = {"email": f"{unique('dan')}@example.com", "password": password}

    created = http.post("/api/users", json=credentials)
    entered = http.post("/api/auth/login", json=credentials)
    assert (created.status, entered.status) == (201, 200)
    token = entered.json()["access_token"]
    me = http.get("/api/users/me", headers={"Authorization": f"Bearer {token}"})

    assert me.status == 200
    for reply in (created, entered, me):
        assert password not in reply.text
        assert not [key for key in reply.json() if "password" in key.lower()]


@pytest.mark.brief("200, the user whose token it is")
def test_me_is_the_user_of_the_token(alice: Any, bob: Any) -> None:
    """`/api/users/me` shows each caller the user whose token they sent."""
    mine, yours = alice.get("/api/users/me"), bob.get("/api/users/me")

    assert (mine.status, yours.status) == (200, 200)
    assert "alice" in mine.json()["email"]
    assert "bob" in yours.json()["email"]
    assert mine.json()["id"] != yours.json()["id"]


@pytest.mark.brief("Admins are made by a command")
def test_the_admin_of_the_environment_can_log_in(admin: Any) -> None:
    """The admin that `flask create-admin` makes can log in and has the role `admin`."""
    assert admin.user["role"] == "admin"


@pytest.mark.brief("can be taken once, upper or lower case alike: 409 if it is taken")
def test_an_email_address_can_be_taken_once(http: Any, alice: Any, error: Any) -> None:
    """An e-mail address that is taken is refused with 409, upper or lower case alike."""
    email = alice.user["email"]

    for taken in (email, email.upper()):
        body = {"email": taken, "password": "another password"}
        error(http.post("/api/users", json=body), 409)


@pytest.mark.brief("email looks like an e-mail address")
def test_a_malformed_email_address_is_named(http: Any, invalid: Any) -> None:
    """Signing up without a proper e-mail address answers 422 and names `email`."""
    for email in ("nobody", "@example.com", "", None, 7, ["a@example.com"]):
        body = {"email": email, "password": "long enough"}
        invalid(http.post("/api/users", json=body), "email")
    invalid(http.post("/api/users", json={"password": "long enough"}), "email")


@pytest.mark.brief("password is 8 to 64 characters")
def test_a_password_of_the_wrong_length_is_named(http: Any, unique: Any, invalid: Any) -> None:
    """A password of less than 8 or more than 64 characters answers 422, named."""
    email = f"{unique('erin')}@example.com"

    for password in ("", "seven77", "x" * 65, None, 12345678):
        body = {"email": email, "password": password}
        invalid(http.post("/api/users", json=body), "password")


@pytest.mark.brief("8 to 64 characters, all of which count")
def test_a_password_of_64_characters_counts_in_full(http: Any, unique: Any, error: Any) -> None:
    """All of a password of 64 characters counts, to the last one."""
    email = f"{unique('frank')}@example.com"
    long = {"email": email, "password": "x" * 64}

    created = http.post("/api/users", json=long)
    right = http.post("/api/auth/login", json=long)
    wrong = http.post("/api/auth/login", json={**long, "password": "x" * 63 + "y"})

    assert (created.status, right.status) == (201, 200)
    error(wrong, 401)


@pytest.mark.brief(
    "The token must be a JWT, signed with HS256", "It has an exp claim, at most one hour ahead"
)
def test_logging_in_answers_a_token_that_expires(alice: Any, read_token: Any) -> None:
    """The token is a JWT signed with HS256 that expires within an hour."""
    header, claims = read_token(alice.token)

    assert header["alg"] == "HS256"
    assert time.time() < claims["exp"] <= time.time() + 3601


@pytest.mark.brief("200, a token", "expires_in says in how many seconds")
def test_the_log_in_answer_describes_the_token(alice: Any) -> None:
    """Logging in answers `access_token`, `token_type` and `expires_in`."""
    assert isinstance(alice.answer["access_token"], str)
    assert alice.answer["token_type"] == "Bearer"
    assert 0 < alice.answer["expires_in"] <= 3600


@pytest.mark.brief(
    "A wrong password and an unknown e-mail address must get one and the same answer, a 401."
)
def test_a_failed_log_in_does_not_tell_who_exists(
    http: Any, alice: Any, unique: Any, error: Any
) -> None:
    """A wrong password and an unknown e-mail address get one and the same 401."""
    wrong = {"email": alice.user["email"], "password": "not her password"}
    unknown = {"email": f"{unique('nobody')}@example.com", "password": "whatever it is"}

    first = error(http.post("/api/auth/login", json=wrong), 401)
    second = error(http.post("/api/auth/login", json=unknown), 401)

    assert (first["code"], first["message"]) == (second["code"], second["message"])


@pytest.mark.brief("To log in, send email and password")
def test_log_in_names_what_is_missing(http: Any, alice: Any, invalid: Any) -> None:
    """Logging in without a password or an e-mail address answers 422 and names it."""
    email = alice.user["email"]

    invalid(http.post("/api/auth/login", json={"email": email}), "password")
    invalid(http.post("/api/auth/login", json={"password": "long enough"}), "email")


@pytest.mark.brief("Whoever signs up is a user.", "they must never take effect")
def test_signing_up_cannot_make_an_admin(http: Any, unique: Any, log_in: Any, error: Any) -> None:
    """Fields that raise one's role at sign-up are refused or have no effect."""
    mallory = {"email": f"{unique('mallory')}@example.com", "password": "let me in"}

    reply = http.post("/api/users", json={**mallory, "role": "admin", "is_admin": True, "id": 1})
    if reply.status != 201:
        error(reply, 422)
        assert http.post("/api/users", json=mallory).status == 201
    caller = log_in(mallory)

    assert caller.user["role"] == "user"
    body = {"name": unique("room"), "capacity": 4}
    error(caller.post("/api/rooms", json=body), 403)

"""Which tokens are good, and that every route asks for one."""

import time
from typing import Any

import pytest


@pytest.fixture
def refused(http: Any, alice: Any, error: Any) -> Any:
    """Check that a header is refused where the genuine one is not."""

    def check(authorization: str) -> None:
        assert alice.get("/api/users/me").status == 200
        headers = {"Authorization": authorization}
        error(http.get("/api/users/me", headers=headers), 401)

    return check


@pytest.mark.brief(
    "Without a good one (none, expired, unsigned, tampered with, another scheme)",
    "the answer must be 401",
)
def test_every_other_route_asks_for_a_token(
    http: Any, alice: Any, room: Any, noon: Any, book: Any, error: Any
) -> None:
    """Every route but sign-up and log-in answers 401 to a caller without a token."""
    booking = book(alice, room, noon)

    routes = [
        ("GET", "/api/users/me"),
        ("GET", "/api/rooms"),
        ("POST", "/api/rooms"),
        ("GET", f"/api/rooms/{room['id']}"),
        ("PATCH", f"/api/rooms/{room['id']}"),
        ("DELETE", f"/api/rooms/{room['id']}"),
        ("GET", "/api/bookings"),
        ("POST", "/api/bookings"),
        ("GET", f"/api/bookings/{booking['id']}"),
        ("PATCH", f"/api/bookings/{booking['id']}"),
        ("DELETE", f"/api/bookings/{booking['id']}"),
    ]
    for method, path in routes:
        body = {"json": {}} if method in ("POST", "PATCH") else {}
        error(http.request(method, path, **body), 401)


@pytest.mark.brief("with a WWW-Authenticate header that begins with Bearer")
def test_a_401_says_how_to_sign_in(http: Any, error: Any) -> None:
    """A 401 carries a WWW-Authenticate header that begins with Bearer."""
    reply = http.get("/api/rooms")

    error(reply, 401)
    assert (reply.header("WWW-Authenticate") or "").startswith("Bearer")


@pytest.mark.brief("Without a good one")
def test_what_is_no_token_is_refused(refused: Any) -> None:
    """A string that is no token is refused with 401."""
    for nonsense in ("x", "a.b.c", "null", "..", "eyJhbGciOiJIUzI1NiJ9.."):
        refused(f"Bearer {nonsense}")


@pytest.mark.brief("tampered with, another scheme")
def test_another_scheme_is_refused(alice: Any, refused: Any) -> None:
    """A good token under another scheme, or under none, is refused with 401."""
    for authorization in (f"Basic {alice.token}", alice.token, "Bearer", "Bearer "):
        refused(authorization)


@pytest.mark.brief("tampered with, another scheme")
def test_a_changed_token_is_refused(alice: Any, admin: Any, read_token: Any, refused: Any) -> None:
    """Another user's claims under one's own signature are refused with 401."""
    assert read_token(alice.token)[1] != read_token(admin.token)[1]
    mine, theirs = alice.token.split("."), admin.token.split(".")

    refused(f"Bearer {mine[0]}.{theirs[1]}.{mine[2]}")


@pytest.mark.brief("none, expired, unsigned")
def test_an_unsigned_token_is_refused(
    admin: Any, read_token: Any, forge: Any, refused: Any
) -> None:
    """A token that says `alg: none` is refused with 401, however it is spelled."""
    header, claims = read_token(admin.token)

    for algorithm in ("none", "None", "NONE"):
        refused(f"Bearer {forge({**header, 'alg': algorithm}, claims, None)}")


@pytest.mark.brief("signed with HS256 and the SECRET_KEY as it stands in the environment")
def test_a_token_of_another_key_is_refused(
    admin: Any, read_token: Any, forge: Any, refused: Any
) -> None:
    """A token signed with a key that is not ours is refused with 401."""
    header, claims = read_token(admin.token)

    for key in ("", "secret", "some-other-key-that-is-long-enough-for-hs256"):
        refused(f"Bearer {forge(header, claims, key)}")


@pytest.mark.brief("none, expired, unsigned")
def test_an_expired_token_is_refused(alice: Any, read_token: Any, forge: Any, refused: Any) -> None:
    """A token that was good until a while ago is refused with 401."""
    header, claims = read_token(alice.token)
    now = int(time.time())
    past = {"iat": now - 7200, "nbf": now - 7200, "exp": now - 3600}

    expired = claims | {name: past[name] for name in past if name in claims}

    refused(f"Bearer {forge(header, expired)}")

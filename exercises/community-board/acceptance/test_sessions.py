"""Sessions, their cookies, and what tokens of forms have to do with them."""

from typing import Any

import pytest


def cookies_set(*replies: Any) -> list[str]:
    """Return all Set-Cookie headers."""
    return [v for reply in replies for k, v in reply.headers if k.lower() == "set-cookie"]


@pytest.mark.brief(
    "Every cookie that you set must be `HttpOnly` and `SameSite` `Lax` or `Strict`.",
)
def test_cookies_are_out_of_reach(stranger: Any, unique: Any) -> None:
    """Every cookie is HttpOnly, and SameSite Lax or Strict."""
    first = stranger.request("GET", "/signup")
    form = stranger.get("/signup").form("/signup")
    second = stranger.post(form, username=unique("jan"), password="long enough")
    third = stranger.request("GET", "/settings")

    found = cookies_set(first, second, third)

    assert found, "no cookie is set, also not by signing up"
    for cookie in found:
        attributes = [part.strip().lower() for part in cookie.split(";")[1:]]
        assert "httponly" in attributes
        assert {"samesite=lax", "samesite=strict"} & set(attributes)


@pytest.mark.brief(
    "Logging in and logging out start a new session.",
)
def test_logging_in_changes_the_cookie(alice: Any, stranger: Any) -> None:
    """The cookie from before logging in is another one, and is not signed in after it."""
    stranger.get("/login")
    before = stranger.copy()

    stranger.fill("/login", username=alice.username, password=alice.password)

    assert stranger.cookies != before.cookies
    assert before.get("/").user is None


@pytest.mark.brief(
    "The tokens of forms that were shown before must no longer be accepted after it.",
)
def test_tokens_from_before_logging_in_are_refused(
    alice: Any, stranger: Any, unique: Any, refused: Any
) -> None:
    """A token that was given out before logging in is refused after it."""
    old = stranger.get("/login").form("/login").hidden
    stranger.fill("/login", username=alice.username, password=alice.password)
    form = stranger.get("/topics/new").form("/topics/new")
    title = unique("planted")

    reply = stranger.post(form, title=title, body="text", **old)

    refused(reply, 400, 403)
    assert not stranger.get(f"/?q={title}").topics


@pytest.mark.brief(
    "The tokens of forms that were shown before must no longer be accepted after it.",
)
def test_tokens_from_before_logging_out_are_refused(new_member: Any, refused: Any) -> None:
    """A token that was given out before logging out is refused after it."""
    kim = new_member("kim")
    old = kim.get("/topics/new").form("/topics/new").hidden
    kim.send(kim.get("/").form("/logout"))
    form = kim.get("/login").form("/login")

    reply = kim.post(form, username=kim.username, password=kim.password, **old)

    refused(reply, 400, 403)
    assert kim.get("/").user is None


@pytest.mark.brief(
    "A copy of the cookie that was made before logging out must not be signed in afterwards.",
)
def test_a_copy_of_the_cookie_ends_with_the_session(new_member: Any, led_to_login: Any) -> None:
    """A copy of the cookie is signed in until its session is logged out, and not after it."""
    lea = new_member("lea")
    thief = lea.copy()
    assert thief.get("/").user == lea.username

    lea.send(lea.get("/").form("/logout"))

    assert thief.get("/").user is None
    led_to_login(thief.request("GET", "/settings"))


@pytest.mark.brief(
    "A copy of the cookie that was made before logging out",
)
def test_one_can_log_in_again(new_member: Any) -> None:
    """Whoever has logged out can log in again."""
    max_ = new_member("max")
    max_.send(max_.get("/").form("/logout"))

    page = max_.fill("/login", username=max_.username, password=max_.password)

    assert page.user == max_.username


@pytest.mark.brief(
    "A change of role counts from the member's next request on.",
)
def test_a_new_role_counts_at_once(
    new_member: Any, alice: Any, set_role: Any, start_topic: Any, refused: Any
) -> None:
    """Somebody who is made a moderator is one at once, and is none at once."""
    nia = new_member("nia")
    topic = start_topic(alice)
    close = f"/topics/{topic}/close"

    set_role(nia, "moderator")
    form = nia.get(f"/topics/{topic}").form(close)
    set_role(nia, "member")

    refused(nia.post(form), 403)
    assert not nia.get(f"/topics/{topic}").find_form(close)


@pytest.mark.brief(
    "Logging in and logging out start a new session.",
)
def test_a_made_up_cookie_signs_nobody_in(alice: Any) -> None:
    """A cookie that was changed is not signed in, and does no harm."""
    for change in (
        lambda v: v[:-1],
        lambda v: f"{'y' if v[0] == 'x' else 'x'}{v[1:]}",
        lambda _: "x",
        lambda _: "." * 9,
    ):
        forger = alice.copy()
        forger.cookies = {name: change(value) for name, value in forger.cookies.items()}

        page = forger.get("/")

        assert page.status == 200
        assert page.user is None

"""Requests that another site makes a browser send."""

from typing import Any

import pytest


def foreign(form: Any, other: Any) -> dict[str, str]:
    """Return the hidden inputs of a form, with the values that somebody else's session has."""
    assert form.hidden, "the form has no hidden input, so no token"
    changed = {k: v for k, v in other.hidden.items() if form.hidden.get(k) != v}
    assert changed, "two sessions have the same token"
    return changed


@pytest.mark.brief(
    "Every form that is sent by `POST` must carry a token against forged requests",
    "signing up, logging in and logging out included",
)
def test_every_form_has_a_hidden_input(
    stranger: Any, moderator: Any, start_topic: Any, reply_to: Any
) -> None:
    """Every form that is sent by POST has a hidden input, which differs between sessions."""
    topic = start_topic(moderator)
    reply_to(moderator, topic)
    pages = [
        stranger.get("/signup"),
        stranger.get("/login"),
        *(moderator.get(path) for path in ("/", "/topics/new", "/settings")),
        moderator.get(f"/topics/{topic}"),
        moderator.get(f"/topics/{topic}/edit"),
    ]

    for page in pages:
        forms = list(page.forms())
        assert forms, f"{page.path} has no form by POST"
        for form in forms:
            assert any(len(value) >= 8 for value in form.hidden.values()), (
                f"the form on {page.path} that leads to {form.path} has no token"
            )


@pytest.mark.brief(
    "Every form that is sent by `POST` must carry a token against forged requests",
    "Without it, or with that of somebody else's session, the answer must be 400 or 403, "
    "and nothing happens.",
)
def test_nobody_is_made_to_start_a_topic(alice: Any, bob: Any, unique: Any, refused: Any) -> None:
    """A topic without a token, or with another member's, is refused and not there."""
    title = unique("forged")
    form = alice.get("/topics/new").form("/topics/new")
    token = foreign(form, bob.get("/topics/new").form("/topics/new"))

    refused(alice.post(form, _hidden=False, title=title, body="text"), 400, 403)
    refused(alice.post(form, title=title, body="text", **token), 400, 403)

    assert not alice.get(f"/?q={title}").topics


@pytest.mark.brief(
    "Without it, or with that of somebody else's session, the answer must be 400 or 403, "
    "and nothing happens.",
)
def test_nobody_is_made_to_reply(
    alice: Any, bob: Any, start_topic: Any, unique: Any, refused: Any
) -> None:
    """A reply without a token, or with another member's, is refused and not there."""
    topic = start_topic(alice)
    path, text = f"/topics/{topic}/replies", unique("forged")
    form = alice.get(f"/topics/{topic}").form(path)
    token = foreign(form, bob.get(f"/topics/{topic}").form(path))

    refused(alice.post(form, _hidden=False, body=text), 400, 403)
    refused(alice.post(form, body=text, **token), 400, 403)

    assert not alice.get(f"/topics/{topic}").replies


@pytest.mark.brief(
    "Without it, or with that of somebody else's session, the answer must be 400 or 403, "
    "and nothing happens.",
)
def test_nobody_is_made_to_delete_or_close(moderator: Any, start_topic: Any, refused: Any) -> None:
    """Buttons that are pressed without a token have no effect."""
    topic = start_topic(moderator)
    page = moderator.get(f"/topics/{topic}")

    for action in ("close", "delete"):
        form = page.form(f"/topics/{topic}/{action}")
        refused(moderator.post(form, _hidden=False), 400, 403)

    after = moderator.get(f"/topics/{topic}")
    assert after.status == 200
    assert not after.all(data_closed="")


@pytest.mark.brief(
    "signing up, logging in and logging out included",
)
def test_nobody_is_made_to_log_in_or_out(
    alice: Any, stranger: Any, new_member: Any, unique: Any, refused: Any
) -> None:
    """Signing up, logging in and logging out take a token, too."""
    name = unique("otto")
    signup = stranger.get("/signup").form("/signup")
    login = stranger.get("/login").form("/login")
    otto = new_member("otto")
    logout = otto.get("/").form("/logout")

    refused(stranger.post(signup, _hidden=False, username=name, password="long enough"), 400, 403)
    refused(
        stranger.post(login, _hidden=False, username=alice.username, password=alice.password),
        *(400, 403),
    )
    refused(otto.post(logout, _hidden=False), 400, 403)

    assert stranger.get("/").user is None
    assert stranger.get(f"/members/{name}").status == 404
    assert otto.get("/").user == otto.username


@pytest.mark.brief(
    "Without it, or with that of somebody else's session, the answer must be 400 or 403, "
    "and nothing happens.",
)
def test_nobody_is_made_to_change_settings(
    alice: Any, bob: Any, unique: Any, png: Any, refused: Any
) -> None:
    """Settings without a token, or with another member's, change nothing."""
    text = unique("forged")
    form = alice.get("/settings").form("/settings")
    token = foreign(form, bob.get("/settings").form("/settings"))

    refused(alice.post(form, _hidden=False, about=text, avatar=png()), 400, 403)
    refused(alice.post(form, about=text, avatar=png(), **token), 400, 403)

    assert text not in alice.get(f"/members/{alice.username}").text


@pytest.mark.brief(
    "Without it, or with that of somebody else's session, the answer must be 400 or 403, "
    "and nothing happens.",
)
def test_no_admin_is_made_to_promote(admin: Any, new_member: Any, refused: Any) -> None:
    """A change of role without a token has no effect."""
    pia = new_member("pia")
    path = f"/members/{pia.username}"
    form = admin.get(path).form(f"{path}/role")

    refused(admin.post(form, _hidden=False, role="admin"), 400, 403)

    assert admin.get(path).one(data_role="member")


@pytest.mark.brief(
    "A `GET` must not change anything, and must not log out.",
)
def test_a_get_changes_nothing(
    new_member: Any, set_role: Any, start_topic: Any, reply_to: Any
) -> None:
    """Addresses that are for POST do nothing when they are got."""
    olga = new_member("olga")
    set_role(olga, "moderator")
    topic = start_topic(olga)
    reply = reply_to(olga, topic).replies[0]

    for path in (
        *("/logout", f"/topics/{topic}/delete", f"/topics/{topic}/close"),
        *(f"/replies/{reply}/delete", f"/topics/{topic}/replies?body=text"),
    ):
        assert olga.request("GET", path).status < 500

    page = olga.get(f"/topics/{topic}")
    assert page.user == olga.username
    assert page.replies == [reply]
    assert not page.all(data_closed="")

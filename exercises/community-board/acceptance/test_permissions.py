"""Who may do what, and what happens to the others."""

from typing import Any

import pytest


@pytest.mark.brief(
    "they must be led to `/login` by a 302 or 303",
)
def test_strangers_are_led_to_the_log_in(
    stranger: Any, alice: Any, start_topic: Any, led_to_login: Any
) -> None:
    """Pages that take a member lead strangers to the log-in, and say where from."""
    topic = start_topic(alice)

    for path in ("/topics/new", "/settings", f"/topics/{topic}/edit"):
        assert "next=" in led_to_login(stranger.request("GET", path))


@pytest.mark.brief(
    "A stranger's `POST` to what takes a member is led to `/login`, too.",
)
def test_strangers_change_nothing(
    stranger: Any, new_member: Any, admin: Any, start_topic: Any, reply_to: Any, led_to_login: Any
) -> None:
    """A stranger who sends what takes a member is led to the log-in, and nothing happens."""
    ruth = new_member("ruth")
    topic = start_topic(ruth)
    reply = reply_to(ruth, topic).replies[0]
    token = stranger.get("/login").form("/login")
    fields = {"title": "mine", "body": "mine", "about": "mine", "role": "admin"}

    for path in (
        *("/topics/new", "/settings", "/logout", f"/members/{ruth.username}/role"),
        *(f"/topics/{topic}/{verb}" for verb in ("edit", "delete", "close", "open", "replies")),
        f"/replies/{reply}/delete",
    ):
        led_to_login(stranger.post(token, _to=path, **fields))

    page = ruth.get(f"/topics/{topic}")
    assert page.replies == [reply]
    assert "mine" not in page.one(data_topic=topic).text.split()
    assert not page.all(data_closed="")
    assert admin.get(f"/members/{ruth.username}").one(data_role="member")


@pytest.mark.brief(
    "Everybody may read.",
    "A form is shown to those who may send it, and to nobody else.",
)
def test_strangers_read_and_see_no_forms(
    stranger: Any, alice: Any, start_topic: Any, reply_to: Any
) -> None:
    """A stranger sees topics, replies and members, and no form that changes them."""
    topic = start_topic(alice)
    reply_to(alice, topic)

    for path in ("/", f"/topics/{topic}", f"/members/{alice.username}"):
        page = stranger.get(path)
        assert page.status == 200
        assert page.user is None
        leads = [form.path.partition("?")[0] for form in page.forms()]
        assert not [path for path in leads if path not in ("/login", "/signup")]


@pytest.mark.brief(
    "Whoever is signed in and may not do something gets 403.",
    "An author's rights are the author's",
)
def test_nobody_changes_what_another_wrote(
    alice: Any, bob: Any, moderator: Any, admin: Any, start_topic: Any, unique: Any, refused: Any
) -> None:
    """Another member, a moderator and an admin cannot change a topic, nor see its form."""
    title = unique("Hers")
    topic = start_topic(alice, title)
    path = f"/topics/{topic}/edit"

    for other in (bob, moderator, admin):
        token = other.get("/topics/new").form("/topics/new")
        refused(other.request("GET", path), 403)
        refused(other.post(token, _to=path, title="His", body="his"), 403)
        assert not other.get(f"/topics/{topic}").leads_to(path)

    assert title in alice.get(f"/topics/{topic}").one(data_topic=topic).text


@pytest.mark.brief(
    "Whoever is signed in and may not do something gets 403.",
    "A form is shown to those who may send it, and to nobody else.",
    "its author, moderator",
)
def test_nobody_deletes_what_another_wrote(
    alice: Any, bob: Any, start_topic: Any, reply_to: Any, refused: Any
) -> None:
    """Another member cannot delete a topic or a reply, and sees no form for it."""
    topic = start_topic(alice)
    reply = reply_to(alice, topic).replies[0]
    page = bob.get(f"/topics/{topic}")
    token = page.form(f"/topics/{topic}/replies")

    for path in (f"/topics/{topic}/delete", f"/replies/{reply}/delete"):
        assert not page.find_form(path)
        refused(bob.post(token, _to=path), 403)

    assert alice.get(f"/topics/{topic}").replies == [reply]


@pytest.mark.brief(
    "Whoever is signed in and may not do something gets 403.",
    "A form is shown to those who may send it, and to nobody else.",
)
def test_members_do_not_close_topics(
    alice: Any, moderator: Any, start_topic: Any, refused: Any
) -> None:
    """An author who is no moderator can neither close nor open a topic."""
    topic = start_topic(alice)
    path = f"/topics/{topic}"
    page = alice.get(path)
    token = page.form(f"{path}/replies")
    assert not page.find_form(f"{path}/close")

    refused(alice.post(token, _to=f"{path}/close"), 403)
    assert not alice.get(path).all(data_closed="")
    moderator.send(moderator.get(path).form(f"{path}/close"))
    refused(alice.post(token, _to=f"{path}/open"), 403)
    assert alice.get(path).all(data_closed="")


@pytest.mark.brief(
    "moderators delete and close, they do not change what others wrote",
)
def test_moderators_delete_what_others_wrote(
    alice: Any, moderator: Any, start_topic: Any, reply_to: Any, refused: Any
) -> None:
    """A moderator deletes anybody's reply and topic."""
    topic = start_topic(alice)
    path = f"/topics/{topic}"
    reply = reply_to(alice, topic).replies[0]

    moderator.send(moderator.get(path).form(f"/replies/{reply}/delete"))
    assert not alice.get(path).replies

    moderator.send(moderator.get(path).form(f"{path}/delete"))
    refused(alice.request("GET", path), 404)


@pytest.mark.brief(
    "Admins say who is a moderator, and may do all that moderators may.",
)
def test_admins_may_what_moderators_may(
    alice: Any, admin: Any, start_topic: Any, reply_to: Any
) -> None:
    """An admin closes a topic and deletes a reply."""
    topic = start_topic(alice)
    path = f"/topics/{topic}"
    reply = reply_to(alice, topic).replies[0]

    admin.send(admin.get(path).form(f"/replies/{reply}/delete"))
    admin.send(admin.get(path).form(f"{path}/close"))

    page = alice.get(path)
    assert page.replies == []
    assert page.all(data_closed="")


@pytest.mark.brief(
    "Whoever is signed in and may not do something gets 403.",
    "POST /members/<username>/role admin",
)
def test_only_admins_change_roles(new_member: Any, set_role: Any, refused: Any) -> None:
    """Neither a member nor a moderator can change anybody's role, their own included."""
    member, moderator = new_member("uma"), new_member("ugo")
    set_role(moderator, "moderator")

    for who in (member, moderator):
        token = who.get("/settings").form("/settings")
        for whom in (member, moderator):
            path = f"/members/{whom.username}"
            assert not who.get(path).find_form(f"{path}/role")
            refused(who.post(token, _to=f"{path}/role", role="admin"), 403)

    assert member.get(f"/members/{member.username}").one(data_role="member")
    assert member.get(f"/members/{moderator.username}").one(data_role="moderator")


@pytest.mark.brief(
    "change one's own page and picture",
    "A topic that is changed keeps its author",
)
def test_fields_that_nobody_asked_for_have_no_effect(
    new_member: Any, bob: Any, start_topic: Any, unique: Any
) -> None:
    """Fields that are sent along raise no role, and move nothing to somebody else."""
    walt = new_member("walt")
    text = unique("mine")
    topic = start_topic(walt)
    extra = {
        **{"id": "1", "user_id": "1", "author_id": "1", "member_id": "1", "author": bob.username},
        **{"username": bob.username, "role": "admin", "is_admin": "1", "closed": "1"},
    }

    settings = walt.get("/settings").form("/settings")
    walt.post(settings, about=text, **extra)
    edit = f"/topics/{topic}/edit"
    walt.post(walt.get(edit).form(edit), title=text, body=text, **extra)

    page = walt.get(f"/members/{walt.username}")
    assert page.one(data_member=walt.username).one(data_role="member")
    assert text not in bob.get(f"/members/{bob.username}").text
    shown = bob.get(f"/topics/{topic}").one(data_topic=topic)
    assert walt.username in shown.text
    assert "data-closed" not in shown.attributes

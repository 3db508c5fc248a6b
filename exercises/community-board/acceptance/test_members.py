"""Members' pages, and what admins do there."""

from typing import Any

import pytest


@pytest.mark.brief(
    "A member's page shows `username`, the role, and the text `about`",
)
def test_a_members_page_shows_what_they_wrote(alice: Any, stranger: Any, unique: Any) -> None:
    """The text that a member writes in the settings is on their page, for everybody."""
    text = unique("I grow")

    alice.fill("/settings", about=text)

    shown = stranger.get(f"/members/{alice.username}").one(data_member=alice.username)
    assert text in shown.text
    assert alice.username in shown.text
    assert shown.one(data_role="member")
    assert alice.get("/settings").form("/settings").values["about"] == text


@pytest.mark.brief(
    "0 to 500 characters",
)
def test_about_has_500_characters_at_most(alice: Any) -> None:
    """A text of 500 characters and none at all are fine, one of 501 is not."""
    page = alice.fail("/settings", about="y" * 501)
    assert "about" in page.wrong
    assert page.form("/settings").values["about"] == "y" * 501

    alice.fill("/settings", about="z" * 500)
    assert "z" * 500 in alice.get(f"/members/{alice.username}").text
    alice.fill("/settings", about="")
    assert "zzz" not in alice.get(f"/members/{alice.username}").text


@pytest.mark.brief(
    "GET /members/<username> anyone a member's page",
)
def test_an_unknown_member_is_404(stranger: Any, unique: Any, refused: Any) -> None:
    """A page of nobody is not found."""
    refused(stranger.request("GET", f"/members/{unique('ghost')}"), 404)


@pytest.mark.brief(
    "change what a member may do",
    "the role form on the member's page",
)
def test_an_admin_makes_moderators(new_member: Any, set_role: Any, stranger: Any) -> None:
    """An admin makes a member a moderator, an admin, and a member again."""
    rob = new_member("rob")

    for role in ("moderator", "admin", "member"):
        set_role(rob, role)
        page = stranger.get(f"/members/{rob.username}")
        assert page.one(data_member=rob.username).one(data_role=role)


@pytest.mark.brief(
    "To a role form belongs a field `role`: `member`, `moderator` or `admin`.",
)
def test_a_role_that_is_none_is_refused(admin: Any, new_member: Any, shown_again: Any) -> None:
    """A role that there is not is refused, and changes nothing."""
    sue = new_member("sue")
    path = f"/members/{sue.username}"
    form = admin.get(path).form(f"{path}/role")
    assert "role" in form.names

    for role in ("king", "", "ADMIN;"):
        shown_again(path, admin.post(form, role=role))

    assert admin.get(path).one(data_role="member")


@pytest.mark.brief(
    "Admins must not be able to change their own role: 403.",
)
def test_admins_keep_their_own_role(
    new_member: Any, set_role: Any, alice: Any, refused: Any
) -> None:
    """An admin has no form for their own role, and gets 403 for sending one."""
    vera = new_member("vera")
    set_role(vera, "admin")
    path = f"/members/{vera.username}"
    assert not vera.get(path).find_form(f"{path}/role")
    form = vera.get(f"/members/{alice.username}").form(f"/members/{alice.username}/role")

    for name in (vera.username, vera.username.upper()):
        refused(vera.post(form, _to=f"/members/{name}/role", role="member"), 403, 404)

    assert vera.get(path).one(data_role="admin")

"""Signing up, logging in and out."""

from typing import Any

import pytest


@pytest.mark.brief(
    "Signing up signs in as well.",
    "To sign up, a form sends username and password",
)
def test_signing_up_signs_in(new_member: Any) -> None:
    """Whoever signs up is signed in, on every page."""
    carol = new_member("carol")

    for path in ("/", "/settings", f"/members/{carol.username}"):
        assert carol.get(path).user == carol.username


@pytest.mark.brief(
    "Whoever signs up is a `member`, whatever else the form sends.",
)
def test_signing_up_makes_a_member(new_member: Any) -> None:
    """Whoever signs up has the role `member`."""
    dora = new_member("dora")

    page = dora.get(f"/members/{dora.username}")

    assert page.one(data_member=dora.username).one(data_role="member")


@pytest.mark.brief(
    "to log in, the same two.",
    "on an element of every page that somebody who is",
)
def test_logging_in_signs_in(alice: Any, stranger: Any) -> None:
    """A name and its password sign in, and the page says who is."""
    assert stranger.get("/").user is None

    page = stranger.fill("/login", username=alice.username, password=alice.password)

    assert page.status == 200
    assert page.user == alice.username
    assert stranger.get("/settings").status == 200


@pytest.mark.brief(
    "logs in in either case",
    "It can be taken once, upper and lower case alike",
)
def test_a_username_logs_in_in_either_case(alice: Any, stranger: Any) -> None:
    """A username in capitals logs in the same member."""
    page = stranger.fill("/login", username=alice.username.upper(), password=alice.password)

    assert page.user == alice.username


@pytest.mark.brief(
    "POST /logout signed in log out",
    "the form that logs out on every page",
)
def test_logging_out_signs_out(new_member: Any) -> None:
    """The form that logs out is on every page, and signs out."""
    erin = new_member("erin")
    for path in ("/", "/topics/new", "/settings"):
        assert erin.get(path).find_form("/logout")

    page = erin.send(erin.get("/").form("/logout"))

    assert page.status == 200
    assert page.user is None
    assert erin.get("/").user is None


@pytest.mark.brief(
    "Admins say who is a moderator",
)
def test_the_admin_of_the_environment_can_log_in(admin: Any) -> None:
    """The admin that `flask create-admin` makes can log in and has the role `admin`."""
    page = admin.get(f"/members/{admin.username}")

    assert page.one(data_member=admin.username).one(data_role="admin")


@pytest.mark.brief(
    "It can be taken once, upper and lower case alike",
)
def test_a_username_can_be_taken_once(alice: Any, stranger: Any) -> None:
    """A username that is taken is refused, upper and lower case alike."""
    for name in (alice.username, alice.username.upper()):
        page = stranger.fail("/signup", username=name, password="another password")
        assert "username" in page.wrong
        assert page.user is None


@pytest.mark.brief(
    "3 to 30 letters (a to z, A to Z), digits, `-` and `_`",
)
def test_a_username_that_is_none_is_refused(stranger: Any, unique: Any) -> None:
    """A username that is too short, too long or has other characters is refused."""
    tag = unique("x")
    for name in ("", "ab", f"{tag}-".ljust(31, "x"), f"{tag} x", f"{tag}/x", f"{tag}.x", f"{tag}é"):
        page = stranger.fail("/signup", username=name, password="long enough")
        assert "username" in page.wrong, f"{name!r} is not refused"
        assert page.user is None


@pytest.mark.brief(
    "3 to 30 letters (a to z, A to Z), digits, `-` and `_`",
)
def test_usernames_at_the_limits_are_fine(stranger: Any, unique: Any) -> None:
    """Usernames of 30 characters, with `-`, `_` and capitals, are fine."""
    name = f"{unique('Zed')}_".ljust(30, "x")

    page = stranger.fill("/signup", username=name, password="long enough")

    assert page.user == name


@pytest.mark.brief(
    "8 to 64 characters",
)
def test_a_password_of_the_wrong_length_is_refused(stranger: Any, unique: Any) -> None:
    """A password of less than 8 or more than 64 characters is refused."""
    for password in ("", "seven77", "x" * 65):
        page = stranger.fail("/signup", username=unique("fay"), password=password)
        assert "password" in page.wrong
        assert page.user is None


@pytest.mark.brief(
    "8 to 64 characters",
)
def test_a_password_of_64_characters_counts_in_full(stranger: Any, unique: Any) -> None:
    """All of a password of 64 characters counts, to the last one."""
    name = unique("gus")
    stranger.fill("/signup", username=name, password="x" * 64)
    stranger.cookies.clear()

    wrong = stranger.fail("/login", username=name, password="x" * 63 + "y")
    right = stranger.fill("/login", username=name, password="x" * 64)

    assert wrong.user is None
    assert right.user == name


@pytest.mark.brief(
    "If log-in fails, the form is shown again with a message about one of its fields.",
    "An unknown name and a wrong password must not be told apart by what the messages say.",
)
def test_a_failed_log_in_does_not_tell_who_exists(alice: Any, stranger: Any, unique: Any) -> None:
    """A wrong password and an unknown username get the same messages."""
    wrong = stranger.fail("/login", username=alice.username, password="not her password")
    unknown = stranger.fail("/login", username=unique("ghost"), password="not her password")

    assert wrong.wrong
    assert wrong.wrong == unknown.wrong
    assert wrong.flashes == unknown.flashes
    assert wrong.status == unknown.status
    assert wrong.user is None


@pytest.mark.brief(
    "It is in no page, also not in a form that is shown again.",
)
def test_no_page_holds_a_password(alice: Any, stranger: Any, unique: Any) -> None:
    """A password is not in a form that is shown again, nor on the pages behind it."""
    password = unique("secret")

    taken = stranger.fail("/signup", username=alice.username, password=password)
    failed = stranger.fail("/login", username=alice.username, password=password)
    entered = stranger.fill("/signup", username=unique("hal"), password=password)
    settings = stranger.get("/settings")

    for page in (taken, failed, entered, settings):
        assert password not in page.reply.text


@pytest.mark.brief(
    "whatever else the form sends",
)
def test_signing_up_cannot_make_an_admin(stranger: Any, unique: Any) -> None:
    """A role that is sent along at sign-up has no effect."""
    name = unique("mallory")
    form = stranger.get("/signup").form("/signup")

    extra = {"role": "admin", "is_admin": "1", "admin": "on", "moderator": "on", "id": "1"}
    reply = stranger.post(form, username=name, password="let me in", **extra)

    if reply.status not in (302, 303):
        stranger.fill("/signup", username=name, password="let me in")
    page = stranger.get(f"/members/{name}")
    assert page.one(data_member=name).one(data_role="member")


@pytest.mark.brief(
    "A form with mistakes is shown again, with all that was typed but passwords",
)
def test_a_username_that_was_typed_is_kept(stranger: Any, unique: Any) -> None:
    """A form that is shown again has the username that was typed."""
    name = unique("ivy")

    signup = stranger.fail("/signup", username=name, password="short")
    login = stranger.fail("/login", username=name, password="wrong one")

    assert signup.form("/signup").values["username"] == name
    assert login.form("/login").values["username"] == name

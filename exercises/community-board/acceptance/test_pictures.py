"""Pictures that members upload."""

import base64
from dataclasses import replace
from typing import Any

import pytest

JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////"
    "////////////////////////////2wBDAf//////////////////////////////////////////////////////////"
    "////////////////////////////wAARCAAEAAQDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAH/xAAUEAEA"
    "AAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAAAQL/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIR"
    "AxEAPwCABT//2Q=="
)
KINDS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def picture(browser: Any, username: str) -> bytes:
    """Get somebody's picture, and check how it is answered."""
    reply = browser.request("GET", f"/members/{username}/avatar")
    assert reply.status == 200, f"the picture answers {reply.status}"
    kind = (reply.header("Content-Type") or "").partition(";")[0].strip().lower()
    assert kind in KINDS, f"the picture is answered as {kind}"
    assert reply.body.startswith(KINDS[kind]), f"the picture is no {kind}"
    assert (reply.header("X-Content-Type-Options") or "").strip().lower() == "nosniff"
    body: bytes = reply.body
    return body


@pytest.mark.brief(
    "A PNG or JPEG of up to 256 KiB must be accepted.",
    "The picture must be answered as `image/png` or `image/jpeg`, as which it is",
    "an `<img>` of the picture, if there is one",
)
def test_a_picture_is_shown(new_member: Any, stranger: Any, png: Any, refused: Any) -> None:
    """A picture that is uploaded is on the member's page; before it, there is none."""
    tom = new_member("tom")
    path = f"/members/{tom.username}"
    refused(stranger.request("GET", f"{path}/avatar"), 404)
    assert not stranger.get(path).one(data_member=tom.username).all("img")

    tom.fill("/settings", about="", avatar=png())

    assert picture(stranger, tom.username)
    image = stranger.get(path).one(data_member=tom.username).one("img")
    assert image.attributes["src"].partition("?")[0].endswith(f"{path}/avatar")


@pytest.mark.brief(
    "In the settings a member may upload a picture, in the field `avatar`",
    "A PNG or JPEG of up to 256 KiB must be accepted.",
)
def test_a_new_picture_takes_the_place_of_the_old(alice: Any, png: Any) -> None:
    """A second picture, a JPEG, takes the place of the first."""
    alice.fill("/settings", avatar=png())
    first = picture(alice, alice.username)

    jpeg = replace(png(), name="me.jpg", media_type="image/jpeg", content=JPEG)
    alice.fill("/settings", avatar=jpeg)

    assert picture(alice, alice.username) != first


@pytest.mark.brief(
    "without one the old picture stays",
)
def test_without_a_new_picture_the_old_one_stays(alice: Any, png: Any, unique: Any) -> None:
    """Settings that are saved without a picture, or with an empty one, keep the old."""
    alice.fill("/settings", avatar=png())
    before = picture(alice, alice.username)

    alice.fill("/settings", about=unique("about"))
    untouched = replace(png(), name="", media_type="application/octet-stream", content=b"")
    alice.fill("/settings", about=unique("about"), avatar=untouched)

    assert picture(alice, alice.username) == before


@pytest.mark.brief(
    "A PNG or JPEG of up to 256 KiB must be accepted.",
)
def test_a_picture_of_256_kib_is_accepted(alice: Any, png: Any) -> None:
    """A picture of exactly 256 KiB is accepted."""
    large = png(padded=256 * 1024)
    assert len(large.content) == 256 * 1024

    page = alice.fill("/settings", avatar=large)

    assert page.status == 200
    assert picture(alice, alice.username)


@pytest.mark.brief(
    "a larger picture",
    "must be refused: with the form again, or for a larger one with 413",
)
def test_a_larger_picture_is_refused(alice: Any, png: Any, shown_again: Any, refused: Any) -> None:
    """A picture of more than 256 KiB is refused, and the old one stays."""
    alice.fill("/settings", avatar=png())
    before = picture(alice, alice.username)
    form = alice.get("/settings").form("/settings")

    reply = alice.post(form, avatar=png(padded=256 * 1024 + 1))

    if reply.status == 413:
        refused(reply, 413)
    else:
        assert "avatar" in shown_again("/settings", reply).wrong
    assert picture(alice, alice.username) == before


@pytest.mark.brief(
    "other content, whatever the file is called and says that it is",
    "must be refused: with the form again, or for a larger one with 413",
)
def test_what_is_no_picture_is_refused(alice: Any, png: Any) -> None:
    """HTML, SVG, a GIF and text are refused, however they are called."""
    alice.fill("/settings", avatar=png())
    before = picture(alice, alice.username)

    for content in (
        b"<!doctype html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"GIF89a" + bytes(40),
        b"just some text",
        b"x\x89PNG\r\n\x1a\n",
    ):
        for name, kind in (("me.png", "image/png"), ("me.jpg", "image/jpeg")):
            fake = replace(png(), name=name, media_type=kind, content=content)
            assert "avatar" in alice.fail("/settings", avatar=fake).wrong

    assert picture(alice, alice.username) == before


@pytest.mark.brief(
    "The picture must be answered as `image/png` or `image/jpeg`, as which it is",
    "other content, whatever the file is called and says that it is",
)
def test_what_a_picture_is_called_does_not_matter(
    alice: Any, stranger: Any, png: Any, unique: Any
) -> None:
    """A picture with a hostile name or type is kept as the picture that it is."""
    for name, kind in (
        ("me.html", "text/html"),
        (f"../../{unique('up')}.png", "image/png"),
        ("/etc/passwd", "image/png"),
        ("..\\..\\me.php", "application/x-php"),
        ("x" * 300 + ".png", "image/png"),
        ("ünïcode ☃.png", "image/png"),
    ):
        reply = alice.post(
            alice.get("/settings").form("/settings"), avatar=png(name=name, media_type=kind)
        )
        assert reply.status in (302, 303), f"a picture called {name[:20]!r}: {reply.status}"
        assert picture(stranger, alice.username)


@pytest.mark.brief(
    "without one the old picture stays",
    "must be refused: with the form again, or for a larger one with 413",
)
def test_a_wrong_picture_changes_nothing_else(alice: Any, png: Any, unique: Any) -> None:
    """Where the picture is refused, the text is not changed but kept in the form."""
    text = unique("about")
    fake = replace(png(), name="me.txt", media_type="text/plain", content=b"no picture")

    page = alice.fail("/settings", about=text, avatar=fake)

    assert "avatar" in page.wrong
    assert page.form("/settings").values["about"] == text
    assert text not in alice.get(f"/members/{alice.username}").text

"""Members' pages, pictures and roles."""

from io import BytesIO
from typing import Any

import pytest

from tests.conftest import Browser

PNG = b"\x89PNG\r\n\x1a\n and so on"
JPEG = b"\xff\xd8\xff and so on"


def picture(content: bytes, name: str = "me.png") -> Any:
    return BytesIO(content), name


def test_a_member_writes_about_themselves(ada: Browser, stranger: Browser) -> None:
    page = ada.send("/settings", about="<b>Beans</b>")

    assert "Your page is changed." in page.text
    assert "&lt;b&gt;Beans&lt;/b&gt;" in stranger.get("/members/ADA").text
    assert "&lt;b&gt;Beans&lt;/b&gt;" in ada.get("/settings").text


def test_a_member_has_a_picture(ada: Browser, stranger: Browser) -> None:
    assert stranger.get("/members/ada/avatar").status_code == 404
    assert "<img" not in stranger.get("/members/ada").text

    for content, kind in ((PNG, "image/png"), (JPEG, "image/jpeg")):
        page = ada.send("/settings", about="", avatar=picture(content, "../me.html"))
        assert "<img" in page.text
        response = stranger.get("/members/ada/avatar")
        assert response.data == content
        assert response.headers["Content-Type"] == kind
        assert response.headers["X-Content-Type-Options"] == "nosniff"

    ada.send("/settings", about="without a picture")
    assert stranger.get("/members/ada/avatar").data == JPEG


@pytest.mark.parametrize("content", [b"GIF89a", b"<svg/>", b"x" + PNG, PNG.ljust(256 * 1024 + 1)])
def test_what_is_no_picture_is_refused(content: bytes, ada: Browser) -> None:
    response = ada.post("/settings", about="brand new", avatar=picture(content))

    assert response.status_code == 422
    assert 'data-error="avatar"' in response.text
    assert "brand new" in response.text
    assert ada.get("/members/ada/avatar").status_code == 404
    assert "brand new" not in ada.get("/members/ada").text


def test_a_picture_may_have_256_kib(ada: Browser) -> None:
    ada.send("/settings", about="", avatar=picture(PNG.ljust(256 * 1024)))


def test_a_long_text_is_refused(ada: Browser) -> None:
    assert ada.post("/settings", about="x" * 501).status_code == 422
    assert ada.post("/settings", about="x" * 500).status_code == 303


def test_a_request_that_is_too_large_is_refused(ada: Browser) -> None:
    response = ada.client.post("/settings", data={"about": "x" * 1024 * 1024})

    assert response.status_code == 413
    assert 'data-status="413"' in response.text


def test_an_admin_changes_roles(admin: Browser, ada: Browser, topic: str) -> None:
    assert f"{topic}/close" not in ada.get(topic).text

    page = admin.send("/members/ada/role", role="moderator")

    assert "ada is a moderator now." in page.text
    assert 'data-role="moderator"' in page.text
    assert f"{topic}/close" in ada.get(topic).text
    assert admin.post("/members/ada/role", role="king").status_code == 422
    assert admin.post("/members/eve/role", role="admin").status_code == 404
    assert 'data-role="moderator"' in ada.get("/members/ada").text


def test_nobody_else_changes_roles(admin: Browser, ada: Browser, moderator: Browser) -> None:
    for who in (ada, moderator):
        assert who.post("/members/ada/role", role="admin").status_code == 403
        assert "/role" not in who.get("/members/ada").text
    assert admin.post("/members/CHAIR/role", role="member").status_code == 403
    assert "/role" not in admin.get("/members/chair").text
    assert 'data-role="admin"' in admin.get("/members/chair").text


def test_an_unknown_member_is_not_found(stranger: Browser) -> None:
    assert stranger.get("/members/eve").status_code == 404

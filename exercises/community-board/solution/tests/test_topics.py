"""Topics, replies, and lists of them."""

import re
from typing import Any

import pytest

from tests.conftest import Browser


def topics_in(text: str) -> list[int]:
    return [int(found) for found in re.findall(r'data-topic="(\d+)"', text)]


def test_a_topic_is_started_changed_and_deleted(ada: Browser, topic: str) -> None:
    page = ada.get(topic).text
    assert "Seedlings" in page
    assert "Who wants some?" in page
    assert 'data-user="ada"' in page
    assert topics_in(ada.get("/").text) == [1]
    assert 'value="Seedlings"' in ada.get(f"{topic}/edit").text

    page = ada.send(f"{topic}/edit", title="Beans", body="They are gone.").text
    assert "Beans" in page
    assert "They are gone." in page
    assert "Seedlings" not in page

    ada.send(f"{topic}/replies", body="All of them.")
    page = ada.send(f"{topic}/delete").text
    assert "The topic is deleted." in page
    assert topics_in(page) == []
    assert ada.get(topic).status_code == 404
    assert ada.post("/replies/1/delete").status_code == 404


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": "", "body": "x"}, ["title"]),
        ({"title": "  ", "body": "x"}, ["title"]),
        ({"title": "x" * 101, "body": "x"}, ["title"]),
        ({"title": "x", "body": ""}, ["body"]),
        ({"title": "x", "body": "x" * 10_001}, ["body"]),
        ({"title": "a\0b", "body": "a\0b"}, ["title", "body"]),
    ],
)
def test_what_is_wrong_is_named(
    fields: dict[str, str], wrong: list[str], ada: Browser, topic: str
) -> None:
    for path in ("/topics/new", f"{topic}/edit"):
        response = ada.post(path, **fields)
        assert response.status_code == 422
        assert re.findall(r'data-error="(\w+)"', response.text) == wrong
    assert topics_in(ada.get("/").text) == [1]
    assert "Seedlings" in ada.get(topic).text


def test_a_reply_that_is_none_is_refused(ada: Browser, topic: str) -> None:
    for body in ("", "x" * 10_001):
        response = ada.post(f"{topic}/replies", body=body)
        assert response.status_code == 422
        assert 'data-error="body"' in response.text
    assert "data-reply" not in ada.get(topic).text


def test_replying_leads_to_the_page_of_the_reply(bob: Browser, topic: str) -> None:
    for number in range(20):
        response = bob.post(f"{topic}/replies", body=f"reply {number}")
        assert response.location == f"{topic}?page=1#reply-{number + 1}"

    response = bob.post(f"{topic}/replies", body="reply 20")

    assert response.location == f"{topic}?page=2#reply-21"
    assert "reply 20" in bob.get(response.location).text
    assert "reply 20" not in bob.get(topic).text
    assert 'rel="next"' in bob.get(topic).text
    assert 'rel="prev"' in bob.get(f"{topic}?page=2").text


def test_an_author_deletes_a_reply(bob: Browser, topic: str) -> None:
    bob.send(f"{topic}/replies", body="Me!")

    page = bob.send("/replies/1/delete")

    assert "The reply is deleted." in page.text
    assert "data-reply" not in page.text


def test_a_moderator_closes_and_opens(ada: Browser, moderator: Browser, topic: str) -> None:
    assert "data-closed" in moderator.send(f"{topic}/close").text
    assert "data-closed" in ada.get("/").text
    assert f"{topic}/replies" not in ada.get(topic).text
    response = ada.post(f"{topic}/replies", body="But")
    assert response.status_code == 409
    assert 'data-status="409"' in response.text

    assert "data-closed" not in moderator.send(f"{topic}/open").text
    assert "But" in ada.send(f"{topic}/replies", body="But").text


def test_others_may_not(bob: Browser, moderator: Browser, ada: Browser, topic: str) -> None:
    ada.send(f"{topic}/replies", body="Me!")
    for path in (f"{topic}/delete", f"{topic}/close", f"{topic}/open", "/replies/1/delete"):
        assert bob.post(path).status_code == 403
        assert path not in bob.get(topic).text
    for other in (bob, moderator):
        assert other.get(f"{topic}/edit").status_code == 403
        assert other.post(f"{topic}/edit", title="x", body="y").status_code == 403
        assert f"{topic}/edit" not in other.get(topic).text
    assert "Me!" in ada.get(topic).text

    moderator.send("/replies/1/delete")
    moderator.send(f"{topic}/delete")
    assert ada.get(topic).status_code == 404


def test_lists_come_in_pages(ada: Browser) -> None:
    for number in range(21):
        ada.send("/topics/new", title=f"Bean {number}", body="x")
    ada.send("/topics/new", title="100%_pea", body="bean")

    first = ada.get("/?q=bEAN")
    second = ada.get("/?q=bEAN&page=2")

    assert topics_in(first.text) == list(range(21, 1, -1))
    assert topics_in(second.text) == [1]
    assert "q=bEAN" in first.text
    assert 'rel="next"' not in second.text
    assert topics_in(ada.get("/?q=%25_").text) == [22]
    assert topics_in(ada.get("/").text)[0] == 22
    for page in ("0", "-1", "two", "", "3", "9" * 30):
        assert ada.get(f"/?q=bean&page={page}").status_code == 404
    assert ada.get("/?q=nothing").status_code == 200


def test_what_people_write_is_text(ada: Browser) -> None:
    code = "<script>alert(1)</script>{{ 7 * 7 }}"
    page = ada.send("/topics/new", title=code, body=f"{code} https://example.com/x javascript:1")

    for text in (page.text, ada.get("/").text):
        assert "<script>" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in text
    assert '<a href="https://example.com/x" rel="nofollow noopener"' in page.text
    assert 'href="javascript' not in page.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/nothing", 404),
        ("get", "/topics/9", 404),
        ("get", "/topics/x", 404),
        ("get", f"/topics/{'9' * 30}", 404),
        ("get", "/logout", 405),
    ],
)
def test_errors_are_pages_of_ours(method: str, path: str, status: int, stranger: Browser) -> None:
    response: Any = getattr(stranger, method)(path)

    assert response.status_code == status
    assert f'data-status="{status}"' in response.text
    assert 'href="/"' in response.text


def test_a_wrong_method_is_told_the_right_one(stranger: Browser) -> None:
    assert "POST" in stranger.get("/logout").headers["Allow"]


def test_what_breaks_shows_nothing_of_the_inside(
    ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.topics.search", lambda *_: 1 / 0)

    response = ada.get("/")

    assert response.status_code == 500
    assert 'data-status="500"' in response.text
    assert "division" not in response.text

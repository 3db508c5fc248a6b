"""Where the log-in leads."""

from typing import Any
from urllib.parse import quote, urlencode

import pytest


@pytest.mark.brief(
    "after logging in to the page that they asked for",
    "The address of that page travels in a query parameter `next` of `/login`.",
)
def test_the_log_in_leads_to_the_page_that_was_asked_for(
    stranger: Any, alice: Any, start_topic: Any
) -> None:
    """After logging in one is where one wanted to go."""
    path = f"/topics/{start_topic(alice)}/edit"
    login = stranger.get(path)
    assert login.path.startswith("/login?")

    page = stranger.send(login.form("/login"), username=alice.username, password=alice.password)

    assert page.path.partition("?")[0] == path
    assert page.form(path)


@pytest.mark.brief(
    "after logging in to the page that they asked for",
)
def test_a_mistake_at_the_log_in_does_not_lose_the_way(
    stranger: Any, alice: Any, shown_again: Any
) -> None:
    """After a wrong password, the right one leads to the page that was asked for."""
    login = stranger.get("/settings")

    form = login.form("/login")
    again = shown_again(form.path, stranger.post(form, username=alice.username, password="wrong"))
    page = stranger.send(again.form("/login"), username=alice.username, password=alice.password)

    assert page.path.partition("?")[0] == "/settings"


@pytest.mark.brief(
    "The address of that page travels in a query parameter `next` of `/login`.",
)
def test_a_next_of_this_site_is_followed(stranger: Any, alice: Any, unique: Any) -> None:
    """A `next` with a query of its own leads there, query and all."""
    target = f"/?{urlencode({'q': unique('a b'), 'page': '1'})}"

    login = stranger.get(f"/login?next={quote(target, safe='')}")
    page = stranger.send(login.form("/login"), username=alice.username, password=alice.password)

    assert page.path.replace("%20", "+") == target


@pytest.mark.brief(
    "A `next` that leads to another site must be ignored.",
)
def test_a_next_of_another_site_is_ignored(alice: Any, stranger: Any) -> None:
    """Whatever `next` is, whoever logs in stays on this site."""
    for target in (
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/\t/evil.example/",
        " //evil.example/",
        "https:evil.example/",
        "javascript:alert(1)",
        "http://localhost@evil.example/",
    ):
        browser = stranger.copy()
        form = browser.get(f"/login?next={quote(target, safe='')}").form("/login")
        reply = browser.post(form, username=alice.username, password=alice.password)
        assert reply.status in (302, 303), f"logging in with next={target!r}: {reply.status}"
        browser.target("/login", reply)  # fails for another site


@pytest.mark.brief(
    "A `next` that leads to another site must be ignored.",
)
def test_a_next_that_is_sent_with_the_form_is_ignored(alice: Any, stranger: Any) -> None:
    """A `next` in the place of the form's own is no way out, either."""
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example/"):
        browser = stranger.copy()
        form = browser.get("/login").form("/login")
        reply = browser.post(
            form,
            _to=f"/login?next={quote(target, safe='')}",
            username=alice.username,
            password=alice.password,
            next=target,
        )
        if reply.status in (302, 303):
            browser.target("/login", reply)
        else:
            assert reply.status in (200, 400, 409, 422)

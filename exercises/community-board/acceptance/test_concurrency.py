"""Several people at one moment."""

from typing import Any

import pytest


@pytest.mark.brief(
    "When two people take the same username at one moment, one of them must get it, and "
    "the other sees the form again.",
)
def test_one_username_is_given_to_one_member(stranger: Any, unique: Any, shown_again: Any) -> None:
    """Of many who take a username at one moment one gets it, and the others see the form."""
    name = unique("Twin")
    browsers = [stranger.copy() for _ in range(6)]
    forms = [browser.get("/signup").form("/signup") for browser in browsers]
    names = [name, name.lower()] * 3

    replies = stranger.http.parallel(
        [
            lambda b=b, f=f, n=n: b.post(f, username=n, password="secret of a twin")
            for b, f, n in zip(browsers, forms, names, strict=True)
        ]
    )

    others = [reply for reply in replies if reply.status not in (302, 303)]
    assert len(others) == 5, f"{6 - len(others)} got the same username"
    for reply in others:
        assert "username" in shown_again("/signup", reply).wrong
    taken = next(n for n, reply in zip(names, replies, strict=True) if reply not in others)
    page = stranger.copy().fill("/login", username=taken, password="secret of a twin")
    assert page.user == taken


@pytest.mark.brief(
    "Whatever a browser sends, the answer must not be a 5xx",
)
def test_replies_at_one_moment_are_all_there(alice: Any, start_topic: Any, unique: Any) -> None:
    """Replies that are sent at one moment are all on the page."""
    topic = start_topic(alice)
    path = f"/topics/{topic}"
    browsers = [alice.copy() for _ in range(6)]
    forms = [browser.get(path).form(f"{path}/replies") for browser in browsers]
    texts = [unique("at-once") for _ in browsers]

    replies = alice.http.parallel(
        [
            lambda b=b, f=f, t=t: b.post(f, body=t)
            for b, f, t in zip(browsers, forms, texts, strict=True)
        ]
    )

    assert [reply.status for reply in replies if reply.status not in (302, 303)] == []
    page = alice.get(path)
    assert len(page.replies) == len(texts)
    assert all(text in page.text for text in texts)


@pytest.mark.brief(
    "POST /topics/<id>/delete its author, moderator",
    "the answer must not be a 5xx",
)
def test_a_topic_is_deleted_once(
    alice: Any, moderator: Any, start_topic: Any, reply_to: Any
) -> None:
    """Where a topic is deleted and replied to at one moment, nothing breaks and it is gone."""
    topic = start_topic(alice)
    path = f"/topics/{topic}"
    reply_to(alice, topic)
    delete = [(who, who.get(path).form(f"{path}/delete")) for who in (alice, moderator)]
    answer = alice.get(path).form(f"{path}/replies")

    replies = alice.http.parallel(
        [
            *(lambda w=w, f=f: w.copy().post(f) for w, f in delete),
            *(lambda: alice.copy().post(answer, body="wait") for _ in range(3)),
        ]
    )

    assert [reply.status for reply in replies if reply.status >= 500] == []
    assert alice.request("GET", path).status == 404

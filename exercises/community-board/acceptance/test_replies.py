"""Replies."""

from typing import Any

import pytest


@pytest.mark.brief(
    "the author's username and the body",
)
def test_a_reply_is_shown(
    alice: Any, bob: Any, stranger: Any, start_topic: Any, reply_to: Any, unique: Any
) -> None:
    """A reply is on the topic's page, with its author and text, for everybody."""
    topic, text = start_topic(alice), unique("reply")

    reply = reply_to(bob, topic, text).replies[0]

    shown = stranger.get(f"/topics/{topic}").one(data_reply=reply).text
    assert text in shown
    assert bob.username in shown


@pytest.mark.brief(
    "after a reply, to the page of the topic that shows the reply",
)
def test_replying_leads_to_the_reply(
    alice: Any, bob: Any, start_topic: Any, reply_to: Any, unique: Any
) -> None:
    """After a reply one sees it, also where it is the first on a new page."""
    topic = start_topic(alice)
    first = reply_to(bob, topic, unique("first"))
    assert len(first.replies) == 1
    for _ in range(19):
        page = reply_to(bob, topic, "text")
    assert len(page.replies) == 20

    text = unique("last")
    page = reply_to(alice, topic, text)

    assert text in page.text
    assert len(page.replies) == 1


@pytest.mark.brief(
    "`GET /topics/<id>` shows 20 replies a page, the oldest first",
    "on links to the next and to the previous page, where there is one",
)
def test_replies_come_in_pages_the_oldest_first(
    alice: Any, start_topic: Any, reply_to: Any, unique: Any
) -> None:
    """Replies come 20 a page in the order in which they were written, and pages are linked."""
    topic, tag = start_topic(alice), unique("n")
    for number in range(22):
        reply_to(alice, topic, f"{tag}-{number}")

    first = alice.get(f"/topics/{topic}")
    following = first.link("next")
    assert following
    second = alice.get(following)

    texts = [each.text for page in (first, second) for each in page.all(data_reply="")]
    assert (len(first.replies), len(second.replies)) == (20, 2)
    assert all(f"{tag}-{number}" in text for number, text in enumerate(texts))
    assert (first.link("prev"), second.link("next")) == (None, None)
    assert alice.get(second.link("prev") or "").replies == first.replies


@pytest.mark.brief(
    "The form of a reply sends `body`, the same.",
    "Text of blanks alone is none.",
)
def test_a_reply_that_is_none_is_refused(alice: Any, start_topic: Any, shown_again: Any) -> None:
    """A reply that is empty, blank or too long is refused, and its field is named."""
    topic = start_topic(alice)
    path = f"/topics/{topic}/replies"
    form = alice.get(f"/topics/{topic}").form(path)

    for wrong in ("", "  \r\n", "x" * 10_001):
        assert "body" in shown_again(path, alice.post(form, body=wrong)).wrong

    assert not alice.get(f"/topics/{topic}").replies


@pytest.mark.brief(
    "Where a reply was wrong, the topic's page may be shown for it",
)
def test_a_reply_that_was_typed_is_kept(alice: Any, start_topic: Any, shown_again: Any) -> None:
    """A reply that is too long can be shortened: it is in the form that is shown again."""
    topic = start_topic(alice)
    path = f"/topics/{topic}/replies"
    text = "x" * 10_001

    page = shown_again(path, alice.post(alice.get(f"/topics/{topic}").form(path), body=text))

    assert "body" in page.wrong
    assert page.form(path).values["body"] == text


@pytest.mark.brief(
    "delete a reply",
)
def test_an_author_deletes_a_reply(
    alice: Any, bob: Any, start_topic: Any, reply_to: Any, unique: Any
) -> None:
    """An author's own reply has a form that deletes it, and nothing else."""
    topic = start_topic(alice)
    kept, gone = (reply_to(bob, topic, unique("reply")).replies[-1] for _ in range(2))

    page = bob.send(bob.get(f"/topics/{topic}").form(f"/replies/{gone}/delete"))

    assert page.status == 200
    assert bob.get(f"/topics/{topic}").replies == [kept]


@pytest.mark.brief(
    "A closed topic takes no replies, from nobody",
)
def test_a_closed_topic_takes_no_replies(
    alice: Any, moderator: Any, start_topic: Any, refused: Any
) -> None:
    """A reply to a topic that was closed in the meantime is refused, a moderator's as well."""
    topic = start_topic(alice)
    path = f"/topics/{topic}"
    forms = [(who, who.get(path).form(f"{path}/replies")) for who in (alice, moderator)]
    moderator.send(moderator.get(path).form(f"{path}/close"))

    for who, form in forms:
        refused(who.post(form, body="but"), 403, 409)

    assert not alice.get(path).replies

"""Topics: starting, changing, closing and deleting them."""

from typing import Any

import pytest


@pytest.mark.brief(
    "start a topic",
    "on its own page the title, the author and the body",
)
def test_a_new_topic_has_its_page(alice: Any, stranger: Any, start_topic: Any, unique: Any) -> None:
    """A new topic's page shows title, body and author, to everybody."""
    title, body = unique("Courgettes"), unique("text")

    topic = start_topic(alice, title, body)

    for reader in (alice, stranger):
        shown = reader.get(f"/topics/{topic}").one(data_topic=topic).text
        assert title in shown
        assert body in shown
        assert alice.username in shown


@pytest.mark.brief(
    "In the list, it holds the title, the author's username and a link to the topic",
)
def test_a_new_topic_is_in_the_list(
    alice: Any, stranger: Any, start_topic: Any, unique: Any
) -> None:
    """The list shows a topic's title and author, and links to it."""
    title = unique("Rhubarb")
    topic = start_topic(alice, title)

    page = stranger.get(f"/?q={title}")

    shown = page.one(data_topic=topic)
    assert title in shown.text
    assert alice.username in shown.text
    assert any(
        link.attributes["href"].partition("#")[0].endswith(f"/topics/{topic}")
        for link in shown.all("a", href="")
    )


@pytest.mark.brief(
    "A `POST` that succeeds must answer 302 or 303",
    "after a topic is started or changed, to the topic",
)
def test_starting_and_changing_lead_to_the_topic(alice: Any, unique: Any) -> None:
    """After a topic is started or changed, a redirect leads to it."""
    form = alice.get("/topics/new").form("/topics/new")

    reply = alice.post(form, title=unique("Beans"), body="text")

    assert reply.status in (302, 303)
    place = alice.target("/topics/new", reply).partition("?")[0]
    topic = place.removeprefix("/topics/")
    assert alice.get(place).topics == [topic]

    edit = f"/topics/{topic}/edit"
    reply = alice.post(alice.get(edit).form(edit), title=unique("Peas"), body="text")

    assert reply.status in (302, 303)
    assert alice.target(edit, reply).partition("?")[0] == place


@pytest.mark.brief(
    "change a topic",
    "An author's page of a topic links to `/topics/<id>/edit`.",
)
def test_an_author_changes_a_topic(alice: Any, start_topic: Any, unique: Any) -> None:
    """An author finds the link to the form, which holds the topic, and changes it."""
    topic = start_topic(alice, unique("Before"), "the old text")
    path = f"/topics/{topic}/edit"
    assert alice.get(f"/topics/{topic}").leads_to(path)
    form = alice.get(path).form(path)
    assert form.values["body"] == "the old text"
    title = unique("After")

    alice.send(form, title=title, body="the new text")

    page = alice.get(f"/topics/{topic}")
    shown = page.one(data_topic=topic).text
    assert title in shown
    assert "the new text" in shown
    assert "the old text" not in page.text


@pytest.mark.brief(
    "A topic that is changed keeps its author and its replies.",
)
def test_a_changed_topic_keeps_the_rest(
    alice: Any, bob: Any, start_topic: Any, reply_to: Any, unique: Any
) -> None:
    """A topic that is changed keeps its author and its replies."""
    topic = start_topic(alice)
    replies = reply_to(bob, topic).replies

    alice.fill(f"/topics/{topic}/edit", title=unique("After"), body="text")

    page = bob.get(f"/topics/{topic}")
    assert page.replies == replies
    assert alice.username in page.one(data_topic=topic).text


@pytest.mark.brief(
    "The form of a topic sends `title`, 1 to 100 characters, and `body`, 1 to 10,000 characters.",
    "Text of blanks alone is none.",
)
def test_a_topic_that_is_none_is_refused(alice: Any, unique: Any) -> None:
    """Titles and texts that are empty, blank or too long are refused, each named."""
    title = unique("Leeks")
    for wrong in ("", "   ", title.ljust(101, "x")):
        page = alice.fail("/topics/new", title=wrong, body=title)
        assert "title" in page.wrong, f"a title of {len(wrong)} characters is not refused"
        assert "body" not in page.wrong
    for wrong in ("", " \r\n ", "x" * 10_001):
        page = alice.fail("/topics/new", title=title, body=wrong)
        assert "body" in page.wrong, f"a text of {len(wrong)} characters is not refused"
        assert "title" not in page.wrong

    assert not alice.get(f"/?q={title}").topics


@pytest.mark.brief(
    "The form of a topic sends `title`, 1 to 100 characters, and `body`, 1 to 10,000 characters.",
)
def test_topics_at_the_limits_are_fine(alice: Any, start_topic: Any, unique: Any) -> None:
    """A title of 100 characters and a text of 10,000 are fine."""
    title = unique("Long").ljust(100, "g")

    topic = start_topic(alice, title, "x" * 10_000)

    shown = alice.get(f"/topics/{topic}").one(data_topic=topic).text
    assert title in shown
    assert "x" * 10_000 in shown


@pytest.mark.brief(
    "with a `data-error` for every field that is wrong",
)
def test_all_fields_that_are_wrong_are_named(alice: Any) -> None:
    """Where two fields are wrong, both have a message that one can read."""
    page = alice.fail("/topics/new", title="", body="")

    assert {"title", "body"} <= set(page.wrong)
    assert all(page.wrong.values()), "a message is empty"


@pytest.mark.brief(
    "A form with mistakes is shown again, with all that was typed but passwords",
)
def test_what_was_typed_is_kept(alice: Any, start_topic: Any, unique: Any) -> None:
    """A form with mistakes has what was typed, also where a topic is changed."""
    topic = start_topic(alice)
    text = f'{unique("typed")} <b>"quoted"</b> & more'

    for path in ("/topics/new", f"/topics/{topic}/edit"):
        page = alice.fail(path, title="", body=text)
        assert page.form(path).values["body"] == text
        page = alice.fail(path, title=text, body="")
        assert page.form(path).values["title"] == text


@pytest.mark.brief(
    "The form of a topic sends `title`, 1 to 100 characters, and `body`, 1 to 10,000 characters.",
)
def test_a_change_is_checked_as_a_new_topic_is(alice: Any, start_topic: Any, unique: Any) -> None:
    """A change that is none is refused, and the topic stays as it is."""
    title = unique("Kept")
    topic = start_topic(alice, title)

    for wrong in ("", "x" * 101):
        page = alice.fail(f"/topics/{topic}/edit", title=wrong, body="text")
        assert "title" in page.wrong

    assert title in alice.get(f"/topics/{topic}").one(data_topic=topic).text


@pytest.mark.brief(
    "delete a topic and its replies",
)
def test_a_deleted_topic_is_gone(
    alice: Any, bob: Any, start_topic: Any, reply_to: Any, unique: Any, refused: Any
) -> None:
    """A topic that its author deletes is gone with its replies, from the list as well."""
    title = unique("Gone")
    topic = start_topic(alice, title)
    reply = reply_to(bob, topic).replies[0]
    button = bob.get(f"/topics/{topic}").form(f"/replies/{reply}/delete")

    page = alice.send(alice.get(f"/topics/{topic}").form(f"/topics/{topic}/delete"))

    assert page.status == 200
    refused(alice.request("GET", f"/topics/{topic}"), 404)
    refused(bob.post(button), 404)
    assert not alice.get(f"/?q={title}").topics


@pytest.mark.brief(
    "no more replies",
    "POST /topics/<id>/open moderator replies again",
    "on that same element, if the topic is closed",
)
def test_a_moderator_closes_and_opens_a_topic(
    alice: Any, moderator: Any, start_topic: Any, unique: Any
) -> None:
    """A closed topic is marked, has no form to reply, and opens again."""
    title = unique("Water")
    topic = start_topic(alice, title)
    path = f"/topics/{topic}"

    moderator.send(moderator.get(path).form(f"{path}/close"))

    closed = alice.get(path)
    assert "data-closed" in closed.one(data_topic=topic).attributes
    assert not closed.find_form(f"{path}/replies")
    assert "data-closed" in alice.get(f"/?q={title}").one(data_topic=topic).attributes

    moderator.send(moderator.get(path).form(f"{path}/open"))

    opened = alice.get(path)
    assert "data-closed" not in opened.one(data_topic=topic).attributes
    assert opened.find_form(f"{path}/replies")


@pytest.mark.brief(
    "the page after it must hold a flash message, which is shown once",
    "A `POST` that succeeds must answer 302 or 303",
)
def test_a_flash_message_is_shown_once(new_member: Any, start_topic: Any, unique: Any) -> None:
    """Whatever succeeds is told on the next page, and not on the one after it."""
    quin = new_member("quin")
    quin.get("/")
    topic = start_topic(quin)
    path = f"/topics/{topic}"
    quin.get(path)
    steps = [
        lambda: quin.fill("/topics/new", title=unique("Told"), body="text"),
        lambda: quin.fill(f"{path}/edit", title=unique("Told"), body="text"),
        lambda: quin.send(quin.get(path).form(f"{path}/replies"), body="text"),
        lambda: quin.fill("/settings", about="text"),
        lambda: quin.send(quin.get(path).form(f"{path}/delete")),
        lambda: quin.send(quin.get("/").form("/logout")),
        lambda: quin.fill("/login", username=quin.username, password=quin.password),
    ]

    for number, step in enumerate(steps):
        page = step()
        assert any(page.flashes), f"nothing is told on {page.path} (step {number})"
        assert quin.get("/").flashes == []

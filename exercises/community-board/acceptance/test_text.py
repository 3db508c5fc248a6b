"""What members write is text."""

from collections.abc import Callable
from typing import Any

import pytest

PAYLOADS = [
    pytest.param("<script>alert(1)</script>", id="script"),
    pytest.param("<img src=x onerror=alert(1)>", id="image"),
    pytest.param('"><svg onload=alert(1)>', id="quote"),
    pytest.param("' onmouseover='alert(1)", id="attribute"),
    pytest.param("</textarea><script>alert(1)</script>", id="textarea"),
    pytest.param("&lt;b&gt; &amp;amp;", id="entities"),
    pytest.param("{{ 7 * 7 }}{% raw %}${7*7}", id="template"),
    pytest.param("%s %(name)s {0} {title}", id="format"),
    pytest.param("Robert'); DROP TABLE topics;--", id="sql"),
]


def hostile(page: Any) -> list[str]:
    """Return what would run, of what a member wrote."""
    found = [
        each.raw for each in page.all("script") if "alert(" in "".join(map(str, each.children))
    ]
    for each in page.root.descend():
        found += [
            f"<{each.tag} {k}>"
            for k, v in each.attributes.items()
            if k.startswith("on") and "alert" in v
        ]
        found += [
            f"<{each.tag}>"
            for k in ("src", "href")
            if "javascript:" in each.attributes.get(k, "").lower()
        ]
    return found


@pytest.fixture
def safe() -> Callable[[Any, str], None]:
    """Check that a page shows a text as it is, and that none of it is markup."""

    def check(page: Any, text: str) -> None:
        assert page.status == 200
        assert " ".join(text.split()) in page.text, "the text is not shown as it was written"
        assert hostile(page) == []

    return check


@pytest.mark.brief(
    "Whatever members write must be shown as the text that it is",
    "markup, quotes, template syntax",
)
@pytest.mark.parametrize("text", PAYLOADS)
def test_code_in_a_topic_stays_text(
    text: str, alice: Any, stranger: Any, reply_to: Any, unique: Any, safe: Any
) -> None:
    """Code in a title, a text or a reply is shown as it was written, wherever it is shown."""
    tag = unique("code")
    told = alice.fill("/topics/new", title=f"{tag} {text}", body=f"{tag} {text}")
    topic = told.topics[0]
    page = reply_to(alice, topic, f"re {tag} {text}")

    safe(told, f"{tag} {text}")
    safe(page, f"re {tag} {text}")
    safe(stranger.get(f"/?q={tag}"), f"{tag} {text}")
    path = f"/topics/{topic}/edit"
    form = alice.get(path)
    assert hostile(form) == []
    assert form.form(path).values["title"] == f"{tag} {text}"
    assert form.form(path).values["body"] == f"{tag} {text}"


@pytest.mark.brief(
    "Whatever members write must be shown as the text that it is",
)
@pytest.mark.parametrize("text", PAYLOADS[:5])
def test_code_in_about_stays_text(
    text: str, bob: Any, stranger: Any, unique: Any, safe: Any
) -> None:
    """Code in what members write about themselves is shown as it was written."""
    about = f"{unique('about')} {text}"

    safe(bob.fill("/settings", about=about) and bob.get(f"/members/{bob.username}"), about)
    safe(stranger.get(f"/members/{bob.username}"), about)
    assert bob.get("/settings").form("/settings").values["about"] == about


@pytest.mark.brief(
    "Whatever members write must be shown as the text that it is",
)
def test_code_in_an_address_stays_text(stranger: Any) -> None:
    """Code in a search, in a path or in a form that is shown again does not run."""
    for code in ("<script>alert(1)</script>", '"><svg onload=alert(1)>'):
        sent = code.replace("<", "%3C").replace(">", "%3E").replace('"', "%22")
        for path in (f"/?q={sent}", f"/{sent}", f"/login?next={sent}", f"/members/{sent}"):
            assert hostile(stranger.get(path)) == []
        assert hostile(stranger.fail("/login", username=code, password="wrong one")) == []


@pytest.mark.brief(
    "must become a link with `nofollow` in its `rel`",
)
def test_addresses_become_links(
    alice: Any, stranger: Any, start_topic: Any, reply_to: Any, unique: Any
) -> None:
    """An http or https address in a topic's or reply's text is a link that is not followed."""
    urls = [f"{scheme}://example.com/{unique('x')}" for scheme in ("http", "https", "https")]
    topic = start_topic(alice, body=f"See {urls[0]} and\n{urls[1]} please")
    reply_to(alice, topic, f"or {urls[2]} instead")

    page = stranger.get(f"/topics/{topic}")

    for url in urls:
        link = page.one("a", href=url)
        assert "nofollow" in link.attributes.get("rel", "").split()
        assert url in link.text


@pytest.mark.brief(
    "A link must never lead to `javascript:` or the like.",
)
def test_other_addresses_do_not_become_links(
    alice: Any, stranger: Any, start_topic: Any, reply_to: Any
) -> None:
    """Addresses that run code are no links, nor does an address end its own attribute."""
    texts = (
        "javascript:alert(1) JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "javascript:alert('http://example.com/')",
        "[click](javascript:alert(1))",
        '<a href="javascript:alert(1)">click</a>',
        'http://example.com/"onmouseover="alert(1)',
        "http://example.com/'onmouseover='alert(1)",
        "http://example.com/<script>alert(1)</script>",
    )
    topic = start_topic(alice)
    for text in texts:
        reply_to(alice, topic, text)

    page = stranger.get(f"/topics/{topic}")

    assert len(page.replies) == len(texts)
    assert hostile(page) == []
    links = [link.attributes["href"] for link in page.all("a", href="")]
    assert not [href for href in links if href.lower().startswith("data:")]


@pytest.mark.brief(
    "shows nothing of the application's inside",
)
def test_sql_in_a_search_finds_nothing(
    alice: Any, stranger: Any, start_topic: Any, unique: Any
) -> None:
    """SQL in a search is text that is searched for, and is found in no title."""
    title = unique("Safe")
    topic = start_topic(alice, title)

    for sql in ("%27 OR %271%27=%271", "%27) OR 1=1 --", "x%27; DROP TABLE topics; --"):
        page = stranger.get(f"/?q={title}{sql}".replace(" ", "+"))
        assert page.status == 200
        assert page.topics == []

    assert stranger.get(f"/?q={title}").topics == [topic]


@pytest.mark.brief(
    "An unknown name and a wrong password must not be told apart",
)
def test_sql_does_not_log_anybody_in(admin: Any, stranger: Any) -> None:
    """SQL in the fields of the log-in opens nothing."""
    for username, password in (
        (f"{admin.username}' --", "wrong password"),
        (f"{admin.username}' OR '1'='1", "wrong password"),
        (admin.username, "' OR '1'='1"),
    ):
        assert stranger.fail("/login", username=username, password=password).user is None

"""The list of topics: its order, its pages, the search."""

from typing import Any

import pytest


@pytest.mark.brief(
    "`GET /` shows 20 topics a page, the newest first",
)
def test_the_newest_topic_comes_first(
    alice: Any, stranger: Any, start_topic: Any, unique: Any
) -> None:
    """Topics come the newest first."""
    tag = unique("order")
    topics = [start_topic(alice, f"{tag} {name}") for name in ("b", "c", "a")]

    assert stranger.get("/").topics[:3] == topics[::-1]
    assert stranger.get(f"/?q={tag}").topics == topics[::-1]


@pytest.mark.brief(
    "`GET /` shows 20 topics a page, the newest first",
    "The links to further pages keep the search.",
    "on links to the next and to the previous page, where there is one",
)
def test_topics_come_in_pages_that_are_linked(
    alice: Any, stranger: Any, start_topic: Any, unique: Any
) -> None:
    """A search is paged by 20, and its links lead through all of it and back."""
    tag = unique("many")
    topics = [start_topic(alice, f"{tag} & {n}", "text") for n in range(21)][::-1]

    first = stranger.get(f"/?q={tag}")
    following = first.link("next")
    assert following, "there is no link to the next page"
    second = stranger.get(following)

    assert first.topics == topics[:20]
    assert second.topics == topics[20:]
    assert (first.link("prev"), second.link("next")) == (None, None)
    assert stranger.get(second.link("prev") or "").topics == first.topics
    assert len(stranger.get("/").topics) == 20
    assert stranger.get("/").link("next")


@pytest.mark.brief(
    "`page` is the query parameter, counted from 1.",
)
def test_pages_are_counted_from_one(
    alice: Any, stranger: Any, start_topic: Any, unique: Any
) -> None:
    """`page=1` is the first page."""
    tag = unique("one")
    topic = start_topic(alice, tag)

    assert stranger.get(f"/?q={tag}&page=1").topics == [topic]
    assert stranger.get("/?page=1").topics == stranger.get("/").topics


@pytest.mark.brief(
    "A page that is not there (`page=0`, `page=two`, one after the last) must answer 404.",
)
def test_a_page_that_is_not_there_is_404(
    alice: Any, stranger: Any, start_topic: Any, unique: Any, refused: Any
) -> None:
    """Page 0, a word, a negative number and a page after the last are not found."""
    tag = unique("few")
    topic = start_topic(alice, tag)

    for page in ("0", "-1", "two", "1.5", "2", "999"):
        refused(stranger.request("GET", f"/topics/{topic}?page={page}"), 404)
        refused(stranger.request("GET", f"/?q={tag}&page={page}"), 404)


@pytest.mark.brief(
    "The first page is always there.",
)
def test_the_first_page_is_always_there(stranger: Any, unique: Any) -> None:
    """A search that finds nothing shows a page without topics."""
    page = stranger.get(f"/?q={unique('nothing')}")

    assert page.status == 200
    assert page.topics == []
    assert page.link("next") is None


@pytest.mark.brief(
    "shows the topics whose title holds that text, upper and lower case alike",
)
def test_a_part_of_the_title_finds_a_topic(
    alice: Any, stranger: Any, start_topic: Any, unique: Any
) -> None:
    """A part of the title is found, upper and lower case alike; a part of the text is not."""
    tag = unique("Pumpkin")
    topic = start_topic(alice, f"Giant {tag} for sale", "text")
    start_topic(alice, unique("Other"), f"about {tag}")

    for text in (tag, tag.upper(), tag.lower(), tag[3:]):
        assert stranger.get(f"/?q={text}").topics == [topic]


@pytest.mark.brief(
    "`%` and `_` are ordinary characters",
)
def test_wildcards_in_a_search_are_ordinary(
    alice: Any, stranger: Any, start_topic: Any, unique: Any
) -> None:
    """`%` and `_` in a search find themselves, and nothing else."""
    tag = unique("wild")
    percent = start_topic(alice, f"{tag}100%off")
    underscore = start_topic(alice, f"{tag}100_off")
    start_topic(alice, f"{tag}100 off")

    assert stranger.get(f"/?q={tag}100%25").topics == [percent]
    assert stranger.get(f"/?q={tag}100_o").topics == [underscore]

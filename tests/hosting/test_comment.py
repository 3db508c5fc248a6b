"""One comment is kept on a pull request, on GitHub and on GitLab."""
# A test's name is its sentence.
# ruff: noqa: D103

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flaskgrade.errors import StageError, UsageError
from flaskgrade.hosting.api import Api
from flaskgrade.hosting.base import Host, Pull
from flaskgrade.hosting.comment import LENGTH_LIMIT, fitted, keep_comment
from flaskgrade.hosting.github import GitHub
from flaskgrade.hosting.gitlab import GitLab
from tests.hosting.hosts import Conversation, Server, serving

MARKER = "<!-- ours -->"
PULL = Pull(repository="company/take-home-ada", number=7)
KEYS = st.sampled_from(
    [
        *("data", "errors", "message", "repository", "pullRequest", "comments", "nodes", "id"),
        *("pageInfo", "hasNextPage", "endCursor", "body", "viewerDidAuthor", "author", "system"),
    ]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
SHAPED = st.builds(  # as GitHub's but for what is deep inside
    lambda nodes, info: {
        "data": {"repository": {"pullRequest": {"comments": {"nodes": nodes, "pageInfo": info}}}}
    },
    ANYTHING,
    ANYTHING,
)


@pytest.fixture
def server() -> Iterator[Server]:
    """Give a server of both kinds with one conversation."""
    with serving(Conversation()) as found:
        yield found


@pytest.fixture
def talk(server: Server) -> Conversation:
    """Give its conversation."""
    return server.conversation


def host_at(kind: str, server: Server, token: str = "s3cret") -> Host:
    if kind == "gitlab":
        return GitLab.at(api=f"{server.url}/api/v4", token=token)
    return GitHub.at(rest=server.url, graphql=f"{server.url}/graphql", token=token)


@pytest.fixture(params=["github", "gitlab"])
def kind(request: pytest.FixtureRequest) -> str:
    """Give each kind of host in turn."""
    return str(request.param)


@pytest.fixture
def host(kind: str, server: Server) -> Host:
    """Give the host as the grader sees it."""
    return host_at(kind, server)


def test_a_letter_is_posted_once_and_updated_after_that(host: Host, talk: Conversation) -> None:
    talk.says("ada", "Here it is.")

    first = keep_comment(host, PULL, f"{MARKER}\none", marker=MARKER)
    second = keep_comment(host, PULL, f"{MARKER}\ntwo", marker=MARKER)

    assert (first, second) == (False, True)
    assert [(one.author, one.body) for one in talk.notes] == [
        ("ada", "Here it is."),
        ("grader", f"{MARKER}\ntwo"),
    ]


def test_our_comment_is_found_on_any_page(host: Host, talk: Conversation) -> None:
    for number in range(250):
        talk.says("ada", f"word {number}")
    keep_comment(host, PULL, f"{MARKER}\none", marker=MARKER)
    for number in range(150):
        talk.says("ada", f"more {number}")

    assert keep_comment(host, PULL, f"{MARKER}\ntwo", marker=MARKER)

    assert [one.body for one in talk.notes if one.author == "grader"] == [f"{MARKER}\ntwo"]


def test_among_too_many_comments_none_is_added(host: Host, talk: Conversation) -> None:
    for _ in range(5_001):
        talk.says("ada", "word")

    with pytest.raises(UsageError, match="more than 5,000 comments"):
        keep_comment(host, PULL, MARKER, marker=MARKER)

    assert len(talk.notes) == 5_001


def test_a_candidates_comment_with_our_marker_is_left_alone(host: Host, talk: Conversation) -> None:
    forged = talk.says("ada", f"{MARKER}\n# 100 of 100, hire her")

    there = keep_comment(host, PULL, f"{MARKER}\none", marker=MARKER)

    assert not there
    assert forged.body == f"{MARKER}\n# 100 of 100, hire her"
    assert talk.notes[-1].body == f"{MARKER}\none"


def test_other_comments_of_ours_are_left_alone(host: Host, talk: Conversation) -> None:
    word = talk.says("grader", f"About {MARKER}: see below")

    keep_comment(host, PULL, f"{MARKER}\none", marker=MARKER)

    assert word.body == f"About {MARKER}: see below"
    assert len(talk.notes) == 2


def test_a_wrong_token_is_said(kind: str, server: Server, talk: Conversation) -> None:
    with pytest.raises(UsageError, match=r"refused \(401: Bad credentials\)") as caught:
        keep_comment(host_at(kind, server, "other"), PULL, MARKER, marker=MARKER)

    assert "run out" in caught.value.hint
    assert not talk.notes


def test_a_pull_request_that_is_not_there_is_said(host: Host) -> None:
    with pytest.raises(UsageError, match="refused"):
        keep_comment(host, Pull(repository="company/other", number=7), MARKER, marker=MARKER)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_host_in_trouble_is_no_fault_of_the_user(
    host: Host, talk: Conversation, status: int
) -> None:
    talk.failing = status

    with pytest.raises(StageError, match=f"refused \\({status}"):
        keep_comment(host, PULL, MARKER, marker=MARKER)


def test_a_token_follows_no_redirect(host: Host, talk: Conversation) -> None:
    talk.failing = 307

    with pytest.raises(UsageError, match="307"):
        keep_comment(host, PULL, MARKER, marker=MARKER)

    assert not [path for path in talk.heard if "stolen" in path]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(answers=st.lists(st.one_of(ANYTHING, SHAPED), max_size=3))
def test_no_answer_of_a_host_is_a_bug_of_ours(
    host: Host, talk: Conversation, answers: list[object]
) -> None:
    talk.saying[:] = answers
    talk.notes.clear()

    with suppress(StageError, UsageError):
        keep_comment(host, PULL, MARKER, marker=MARKER)

    assert len(talk.notes) <= 1


def test_no_answer_is_no_fault_of_the_user(kind: str) -> None:
    with serving(Conversation()) as gone:
        host = host_at(kind, gone)

    with pytest.raises(StageError, match="gave no answer"):
        keep_comment(host, PULL, MARKER, marker=MARKER)


def test_a_token_goes_over_https_alone() -> None:
    with pytest.raises(UsageError, match="https alone"):
        Api(name="GitHub", base="http://git.company.example", headers={})


def test_no_token_is_shown_with_its_api(server: Server) -> None:
    assert "s3cret" not in repr(host_at("github", server))


def test_a_letter_is_cut_after_a_line_to_fit(host: Host, talk: Conversation) -> None:
    body = MARKER + "\n" + "- a line of sixteen\n" * 10_000

    keep_comment(host, PULL, body, marker=MARKER)

    kept = talk.notes[0].body
    assert len(kept) <= LENGTH_LIMIT
    assert kept.endswith("- a line of sixteen\n\n_Cut here to fit a comment._\n")
    assert fitted("short") == "short"

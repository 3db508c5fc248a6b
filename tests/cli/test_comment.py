"""`flaskgrade comment`, as a workflow types it, against servers that answer as the hosts do."""
# A test's name is its sentence.
# ruff: noqa: D103

from collections.abc import Iterator
from pathlib import Path

import pytest

from flaskgrade.report.feedback_markdown import MARKER
from tests.cli.commands import Line
from tests.cli.conftest import MakeLine
from tests.hosting.hosts import Conversation, Server, serving

PULLS = {
    "github": "/company/take-home-ada/pull/7",
    "gitlab": "/company/take-home-ada/-/merge_requests/7",
}


@pytest.fixture
def server() -> Iterator[Server]:
    """Give a server of both kinds."""
    with serving(Conversation()) as found:
        yield found


@pytest.fixture
def here(tmp_path: Path, cache: Path, make_line: MakeLine, server: Server) -> Line:
    """Give a command line as a runner of either host sets it up, with a letter."""
    (tmp_path / "feedback.md").write_text(f"{MARKER}\n# Feedback\n", encoding="utf-8")
    return make_line(
        tmp_path,
        cache,
        GITHUB_SERVER_URL=server.url,
        GITHUB_API_URL=server.url,
        GITHUB_GRAPHQL_URL=f"{server.url}/graphql",
        GITHUB_TOKEN="s3cret",
        CI_SERVER_URL=server.url,
        CI_API_V4_URL=f"{server.url}/api/v4",
        GITLAB_TOKEN="s3cret",
    )


@pytest.mark.parametrize("kind", PULLS)
def test_a_letter_is_posted_and_then_updated(here: Line, server: Server, kind: str) -> None:
    first = here.run("comment", server.url + PULLS[kind], "feedback.md")
    second = here.run("comment", server.url + PULLS[kind], "feedback.md")

    assert (first.code, first.out) == (0, "the comment is posted\n"), first.err
    assert (second.code, second.out) == (0, "the comment is up to date\n"), second.err
    assert [one.body for one in server.conversation.notes] == [f"{MARKER}\n# Feedback\n"]


def test_a_full_report_is_never_posted(here: Line, server: Server) -> None:
    (here.folder / "report.md").write_text("## 92 of 100\n", encoding="utf-8")

    done = here.run("comment", server.url + PULLS["github"], "report.md")

    assert done.code == 2
    assert "is no candidate's letter" in done.err
    assert not server.conversation.heard


@pytest.mark.parametrize("kind", PULLS)
def test_a_token_goes_to_its_own_host_alone(here: Line, server: Server, kind: str) -> None:
    with serving(Conversation()) as other:
        done = here.run("comment", other.url + PULLS[kind], "feedback.md")

        assert done.code == 2
        assert "goes nowhere else" in done.err
        assert not other.conversation.heard
    assert not server.conversation.heard


def test_what_is_no_pull_request_is_said(here: Line, server: Server) -> None:
    done = here.run("comment", f"{server.url}/company/take-home-ada", "feedback.md")

    assert done.code == 2
    assert "no pull request" in done.err


@pytest.mark.parametrize("token", ["", "two words", "a\tb"])
def test_a_missing_or_odd_token_is_said_and_not_shown(
    tmp_path: Path, cache: Path, make_line: MakeLine, token: str
) -> None:
    (tmp_path / "feedback.md").write_text(MARKER, encoding="utf-8")
    line = make_line(tmp_path, cache, GITHUB_TOKEN=token)

    done = line.run("comment", "https://github.com/company/take-home-ada/pull/7", "feedback.md")

    assert done.code == 2
    assert "GITHUB_TOKEN" in done.err
    assert not token or token not in done.err

"""Error pages, limits, and nothing of the application's inside."""

from typing import Any

import pytest


@pytest.mark.brief(
    "must be HTML pages of your application: with `data-status` and a link to `/`",
)
def test_not_found_is_a_page(stranger: Any, error_page: Any) -> None:
    """A 404 is a page of the application: of a path, a topic and a member that are not there."""
    for path in ("/no-such-page", f"/topics/{'9' * 9}", "/members/nobody-at-all"):
        error_page(stranger.request("GET", path), 404)


@pytest.mark.brief(
    "must be HTML pages of your application: with `data-status` and a link to `/`",
)
def test_forbidden_is_a_page(alice: Any, bob: Any, error_page: Any) -> None:
    """A 403 is a page of the application, on which one is still signed in."""
    token = bob.get("/topics/new").form("/topics/new")

    page = error_page(bob.post(token, _to=f"/members/{alice.username}/role", role="member"), 403)

    assert page.user == bob.username


@pytest.mark.brief(
    "must be HTML pages of your application: with `data-status` and a link to `/`",
)
def test_a_wrong_method_is_a_page(alice: Any, start_topic: Any, error_page: Any) -> None:
    """A 405 is a page of the application."""
    topic = start_topic(alice)
    token = alice.get("/topics/new").form("/topics/new")

    error_page(alice.request("GET", f"/topics/{topic}/close"), 405)
    error_page(alice.post(token, _to=f"/members/{alice.username}"), 405)


@pytest.mark.brief(
    "must be HTML pages of your application: with `data-status` and a link to `/`",
)
def test_a_request_that_is_too_large_is_a_page(alice: Any, error_page: Any) -> None:
    """A 413 is a page of the application."""
    form = alice.get("/topics/new").form("/topics/new")

    error_page(alice.post(form, title="x", body="x" * (1024 * 1024 + 1)), 413)


@pytest.mark.brief(
    "must be HTML pages of your application: with `data-status` and a link to `/`",
)
def test_a_refused_token_is_a_page(alice: Any, error_page: Any) -> None:
    """A form without its token is answered by a page of the application."""
    form = alice.get("/topics/new").form("/topics/new")

    error_page(alice.post(form, _hidden=False, title="x", body="x"), 400, 403)


@pytest.mark.brief("A path or id that cannot be one is just one that does not exist.")
def test_an_unknown_path_is_404(stranger: Any, refused: Any) -> None:
    """A path that does not exist is not found."""
    for path in ("/no-such-page", "/topics", "/members/", "/topics/1/nothing", "/%00", "/a/b/c"):
        refused(stranger.request("GET", path), 404)


@pytest.mark.brief("A path or id that cannot be one is just one that does not exist.")
def test_an_id_that_cannot_be_one_is_404(alice: Any, start_topic: Any, refused: Any) -> None:
    """An id of the wrong kind or a monstrous size, or one that is gone, is not found."""
    gone = start_topic(alice)
    alice.send(alice.get(f"/topics/{gone}").form(f"/topics/{gone}/delete"))
    token = alice.get("/topics/new").form("/topics/new")

    refused(alice.request("GET", f"/topics/{gone}"), 404)
    for wrong in ("nope", "-1", "1.5", "9" * 9, "9" * 40, "%00", "1;drop"):
        refused(alice.request("GET", f"/topics/{wrong}"), 404)
        refused(alice.post(token, _to=f"/topics/{wrong}/delete"), 404)
        refused(alice.post(token, _to=f"/replies/{wrong}/delete"), 404)


@pytest.mark.brief("A 405 has an `Allow` header.")
def test_a_wrong_method_is_405(alice: Any, start_topic: Any, refused: Any) -> None:
    """A method that a path does not have answers 405; Allow lists those that it has."""
    topic = start_topic(alice)
    token = alice.get("/topics/new").form("/topics/new")

    for method, path, allowed in (
        ("GET", f"/topics/{topic}/close", "POST"),
        ("GET", f"/topics/{topic}/delete", "POST"),
        ("POST", f"/topics/{topic}", "GET"),
        ("POST", f"/members/{alice.username}", "GET"),
    ):
        reply = alice.post(token, _to=path) if method == "POST" else alice.request(method, path)
        refused(reply, 405)
        assert allowed in (reply.header("Allow") or "").replace(" ", "").split(",")


@pytest.mark.brief("A request of more than 1 MiB must answer 413, whatever it holds.")
def test_a_request_that_is_too_large_is_413(
    alice: Any, stranger: Any, png: Any, refused: Any
) -> None:
    """A request of more than 1 MiB answers 413: a file, a text, and of a stranger, too."""
    size = 1024 * 1024 + 1
    settings = alice.get("/settings").form("/settings")
    topic = alice.get("/topics/new").form("/topics/new")
    login = stranger.get("/login").form("/login")

    refused(alice.post(settings, about="", avatar=png(padded=size)), 413)
    refused(alice.post(topic, title="x", body="x" * size), 413)
    refused(stranger.post(login, username="x" * size, password="x"), 413)


@pytest.mark.brief("The form of a topic sends `title`, 1 to 100 characters")
def test_a_text_that_is_too_long_is_a_mistake(alice: Any) -> None:
    """A text that is much too long, in a request below 1 MiB, has a message at its field."""
    page = alice.fail("/topics/new", title="x", body="y" * 300_000)

    assert "body" in page.wrong


@pytest.mark.brief("shows nothing of the application's inside")
def test_there_is_no_debugger(stranger: Any, refused: Any) -> None:
    """The debugger of a development server is not reachable."""
    for path in ("/console", "/nothing?__debugger__=yes&cmd=resource&f=debugger.js"):
        page = refused(stranger.request("GET", path), 404)
        assert "debugger" not in page.text.lower()


def odd_requests(alice: Any, stranger: Any, topic: str) -> list[Any]:
    """Send what no form of the application sends."""
    token = alice.get("/topics/new").form("/topics/new")
    login = stranger.get("/login").form("/login")
    huge = "9" * 30
    return [
        stranger.request("GET", f"/?page={huge}"),
        stranger.request("GET", "/?q=%00"),
        stranger.request("GET", "/?q=%ff%fe"),
        stranger.request("GET", f"/?q={'x' * 3000}"),
        stranger.request("GET", f"/members/{huge}"),
        stranger.request("GET", "/members/%00"),
        stranger.request("GET", "/members/..%2f..%2fetc/avatar"),
        stranger.request("GET", "/login?next=%00"),
        stranger.request("GET", "/login?next=http://["),
        stranger.post(login, username="\0", password="\0"),
        stranger.post(
            login,
            _to="/login?next=http://[",
            username=alice.username,
            password=alice.password,
            next="http://[",
        ),
        alice.post(token, title="\0", body="\0"),
        alice.post(
            token, title="\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), body=""
        ),
        alice.post(token, _to=f"/topics/{huge}/replies", body="text"),
        alice.post(token, _to=f"/topics/{topic}/replies", title="no body"),
        alice.post(token, _to="/settings", nothing="known"),
        alice.request("POST", "/topics/new", data=b"%", Content_Type="text/plain"),
        alice.request("POST", "/topics/new", data=b"{", Content_Type="application/json"),
        alice.request("POST", "/settings", data=b"--x", Content_Type="multipart/form-data"),
        alice.request(
            "POST",
            "/settings",
            data=b"--x\r\n\r\n",
            Content_Type="multipart/form-data; boundary=x",
        ),
    ]


@pytest.mark.brief(
    "Whatever a browser sends, the answer must not be a 5xx",
)
def test_odd_requests_do_not_break_it(alice: Any, stranger: Any, start_topic: Any) -> None:
    """Whatever is sent, the answer is no 5xx."""
    replies = odd_requests(alice, stranger, start_topic(alice))

    assert [reply.status for reply in replies if reply.status >= 500] == []


@pytest.mark.brief(
    "shows nothing of the application's inside",
)
def test_no_answer_shows_the_inside(alice: Any, stranger: Any, start_topic: Any) -> None:
    """No answer holds a traceback, a file name, a statement or a library's name."""
    replies = odd_requests(alice, stranger, start_topic(alice))
    replies += [stranger.request("GET", path) for path in ("/nothing", "/?q='", "/?page='")]

    for reply in replies:
        for trace in ("Traceback", 'File "', ".py", "SELECT ", "sqlalchemy", "sqlite3", "werkzeug"):
            assert trace not in reply.text

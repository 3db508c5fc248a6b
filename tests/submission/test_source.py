"""SOURCE, as typed, becomes a value or is refused; no git and no disk is involved."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flaskgrade.errors import UsageError
from flaskgrade.submission.quoting import fit
from flaskgrade.submission.source import (
    Archive,
    GitUrl,
    LocalPath,
    PullRequest,
    check_ref,
    check_subdir,
    parse,
)


@pytest.mark.parametrize(
    ("source", "url", "protocol"),
    [
        ("https://github.com/o/r", "https://github.com/o/r", "https"),
        ("https://github.com/o/r.git", "https://github.com/o/r.git", "https"),
        ("HTTPS://GitHub.com/o/R", "https://github.com/o/R", "https"),
        ("https://git.example:8443/a/b/c", "https://git.example:8443/a/b/c", "https"),
        ("https://host/o/my%20repo", "https://host/o/my%20repo", "https"),
        ("ssh://git@host/o/r.git", "ssh://git@host/o/r.git", "ssh"),
        ("ssh://git@host:2222/~/r", "ssh://git@host:2222/~/r", "ssh"),
        ("git@github.com:o/r.git", "git@github.com:o/r.git", "ssh"),
        ("git@[::1]:o/r.git", "git@[::1]:o/r.git", "ssh"),
        ("file:///srv/a%20b", "file:///srv/a%20b", "file"),
        ("file://localhost/srv/a%20b", "file:///srv/a%20b", "file"),
        ("http://localhost:8000/r", "http://localhost:8000/r", "http"),
        ("http://127.0.0.1/r", "http://127.0.0.1/r", "http"),
        ("http://[::1]:80/r", "http://[::1]:80/r", "http"),
    ],
)
def test_an_address_becomes_a_git_url(source: str, url: str, protocol: str) -> None:
    """An address becomes a git URL that names its one protocol."""
    assert parse(source) == GitUrl(url=url, protocol=protocol)


@pytest.mark.parametrize(
    ("source", "repository", "ref"),
    [
        ("https://github.com/o/r/pull/7", "https://github.com/o/r", "refs/pull/7/head"),
        ("https://github.com/o/r/pull/7/files", "https://github.com/o/r", "refs/pull/7/head"),
        ("https://github.com/o/r/pull/7#issue-1", "https://github.com/o/r", "refs/pull/7/head"),
        ("https://ghe.corp/o/r/pull/12?w=1", "https://ghe.corp/o/r", "refs/pull/12/head"),
        ("https://codeberg.org/o/r/pulls/3", "https://codeberg.org/o/r", "refs/pull/3/head"),
        (
            "https://gitlab.com/g/sub/p/-/merge_requests/42/diffs",
            "https://gitlab.com/g/sub/p.git",
            "refs/merge-requests/42/head",
        ),
    ],
)  # fmt: skip
def test_a_request_becomes_a_repository_and_a_ref(source: str, repository: str, ref: str) -> None:
    """A pull or merge request becomes its repository and the ref that the host keeps for it."""
    found = parse(source)

    assert isinstance(found, PullRequest)
    assert (found.repository.url, found.ref) == (repository, ref)
    assert "?" not in found.shown
    assert "#" not in found.shown


@pytest.mark.parametrize(
    "name", ["a.zip", "a.tar", "b.tar.gz", "C.TGZ", "x/y.tar.xz", "a b.tar.bz2"]
)
def test_a_name_tells_an_archive(name: str) -> None:
    """A name tells an archive."""
    assert isinstance(parse(name), Archive)


@pytest.mark.parametrize("path", [".", "submission", "/srv/sub/alice", "../x y", "C/d:e", "a.zip/"])
def test_anything_else_is_a_path(path: str) -> None:
    """Anything else that is plain is a path."""
    assert isinstance(parse(path), LocalPath)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "-",
        "--upload-pack=touch /tmp/fg-canary-K01;",
        "-c core.sshCommand=touch${IFS}/tmp/fg-canary-K01",
        " --template=/tmp/x https://host/repo",
        "ext::sh -c touch% /tmp/fg-canary-K02",
        "fd::17",
        "ssh://-oProxyCommand=touch${IFS}/tmp/fg-canary-K02/x",
        "ssh://-oProxyCommand=x@host/r",
        "ssh://git@-oProxyCommand=x/r",
        "ssh://host/-x",
        "git@-oProxyCommand=x:r",
        "-l@host:r",
        "git@host:-x",
        "git@host:",
        "https://h/x\n--upload-pack=x",
        "https://h/x%0a--upload-pack=x",
        "https://h/x%00",
        "https://-h/x",
        "https://h",
        "https://h/",
        "https://h:99999/x",
        "https://h:x/y",
        "https://h /x",
        "https://user:pa%0ass@h/x",
        "https:///x",
        "https://[::1/x",
        "http://example.org/o/r",
        "http://127.0.0.1.evil.example/r",
        "http://localhost@evil.example/r",
        "git://host/o/r",
        "ftp://host/r",
        "javascript://x/y",
        "file://host/srv/x",
        "file://srv",
        "file:///srv/x%0ay",
        "https://github.com/o/r?token=x",
        "https://github.com/o/r#main",
        "https://github.com/o/r/tree/main/sub",
        "repo\x1b]0;x\x07",
        "repo\u202e",
        "path\x00x",
        "x" * 5000,
    ],
)
def test_what_git_could_misread_is_refused(source: str) -> None:
    """What git or ssh could take for something else is refused, in words fit to be shown."""
    with pytest.raises(UsageError) as caught:
        parse(source)

    assert fit(caught.value.message)
    assert fit(caught.value.hint)
    assert len(caught.value.message) < 300


def test_credentials_are_set_apart() -> None:
    """Credentials are in neither the URL nor what is shown of the value."""
    found = parse("https://ada:s3cret@host/o/r")

    assert isinstance(found, GitUrl)
    assert found.url == "https://host/o/r"
    assert found.login == "ada:s3cret"
    assert "s3cret" not in repr(found)


def test_a_request_keeps_credentials_apart_too() -> None:
    """A pull request's address shows no credentials either."""
    found = parse("https://T0KEN@github.com/o/r/pull/1")

    assert isinstance(found, PullRequest)
    assert found.repository.login == "T0KEN"
    assert "T0KEN" not in repr(found)


def test_an_ssh_password_is_dropped() -> None:
    """A password in an ssh address, which ssh never uses, is dropped."""
    assert parse("ssh://git:s3cret@host/r") == GitUrl(url="ssh://git@host/r", protocol="ssh")


@pytest.mark.parametrize(
    "source",
    [
        "https://ada:s3cret@host",
        "https://ada:s3cret@-x/o/r",
        "http://ada:s3cret@example.org/r",
        "ftp://ada:s3cret@host/r",
        "https://ada:s3cret@host/r?x",
        " https://ada:s3cret@host/r",
        "-https://ada:s3cret@host/r",
        "https://ada:s3cret@host/o/r/tree/main",
        "https://ada:s3cret@host:port/r",
        "https://ada:s3cret%01@host/r",
        "ext::https://ada:s3cret@host/r",
        "ssh://ada%01:s3cret@host/r",
    ],
)
def test_a_refusal_shows_no_credentials(source: str) -> None:
    """A refusal shows no credentials."""
    with pytest.raises(UsageError) as caught:
        parse(source)

    assert "s3cret" not in caught.value.message + caught.value.hint


TRICKY = st.text(alphabet=string.printable + "\u202e\x1b\x00é\udcff", max_size=60)
SCHEMES = st.sampled_from(["https", "ssh", "http", "file"])


def parsed(source: str) -> GitUrl | PullRequest | LocalPath | Archive | None:
    """Return what is accepted, None for what is refused in words fit to be shown."""
    try:
        return parse(source)
    except UsageError as error:
        shown = error.message + error.hint
    assert fit(shown)
    return None


@given(
    source=TRICKY
    | st.builds("{}://{}/{}".format, SCHEMES, TRICKY, TRICKY)
    | st.builds("{}@{}:{}".format, TRICKY, TRICKY, TRICKY)
    | st.builds("https://{}:{}@h.example/{}".format, TRICKY, TRICKY, TRICKY)
)
@example("https://h/\\x")
@example("https://@h/x")
@example("git@h:x\\y")
def test_nothing_that_is_accepted_can_be_an_option(source: str) -> None:
    """Whatever is typed is refused with UsageError, or is one plain argument for git."""
    found = parsed(source)

    if isinstance(found, PullRequest):
        found = found.repository
    if isinstance(found, GitUrl):
        host = (found.url.partition("://")[2] or found.url).rpartition("@")[2]
        assert fit(found.url)
        assert not any(character.isspace() for character in found.url)
        assert found.url.startswith(f"{found.protocol}://") or found.protocol == "ssh"
        assert not found.url.startswith("-")
        assert not host.startswith("-")
        assert found.protocol not in {"https", "http"} or "@" not in found.url.split("/")[2]
    elif found is not None:
        assert not str(found.path).startswith("-")


@given(
    user=st.text(string.ascii_lowercase, min_size=1, max_size=12),
    password=st.text(string.ascii_uppercase, min_size=4, max_size=20),
)
def test_credentials_never_reach_the_url(user: str, password: str) -> None:
    """Credentials never reach the URL, whatever they are."""
    found = parse(f"https://{user}:{password}@host.example/o/r")

    assert isinstance(found, GitUrl)
    assert password not in found.url
    assert found.login == f"{user}:{password}"


@pytest.mark.parametrize(
    "ref", ["main", "feature/x", "v1.0", "refs/pull/7/head", "0123abc", "a-b_c", "ünï"]
)
def test_a_ref_is_taken_as_it_is(ref: str) -> None:
    """A branch, tag, commit or full ref is taken as it is."""
    assert check_ref(ref) == ref


@pytest.mark.parametrize(
    "ref",
    ["", "-x", "--upload-pack=x", "+main", "a:b", "a b", "a..b", "HEAD~1", "HEAD^", "a*", "a?",
     "a[", "a\\b", "x@{1}", "/a", "a/", "a//b", "a.lock", "a\n", "a\x1b", "\u202ea", "x" * 300],
)  # fmt: skip
def test_what_can_be_no_ref_is_refused(ref: str) -> None:
    """What can be no ref, or more than one, is refused."""
    with pytest.raises(UsageError):
        check_ref(ref)


@pytest.mark.parametrize(
    ("subdir", "normal"),
    [(None, None), (".", None), ("", None), ("api", "api"), ("./a//b/", "a/b"), ("a b", "a b")],
)
def test_a_subdir_is_normalised(subdir: str | None, normal: str | None) -> None:
    """A sub-directory is normalised; the root is none."""
    assert check_subdir(subdir) == normal


@pytest.mark.parametrize("subdir", ["/etc", "..", "a/../b", "a\\b", "a\n", ".git", "x/.GIT/y"])
def test_a_subdir_outside_is_refused(subdir: str) -> None:
    """A sub-directory that leads outside is refused."""
    with pytest.raises(UsageError):
        check_subdir(subdir)

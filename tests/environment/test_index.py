"""The index client, and how trouble with an index is told from trouble with a requirement."""
# A test's name is its sentence.
# ruff: noqa: D103

import base64
import hashlib
from pathlib import Path

import pytest

from flaskgrade.environment.index import Index
from flaskgrade.environment.provide import provide
from flaskgrade.errors import IndexUnavailable
from flaskgrade.model.environment import Declaration, Requirement
from flaskgrade.model.evidence import Location
from tests.environment.fakes import PlainSandbox
from tests.environment.packages import LocalIndex, serving

JSON = (
    '{"files": [{"filename": "a-1.tar.gz", "url": "/files/a-1.tar.gz", "yanked": "bad",'
    ' "hashes": {"sha256": "' + "0" * 64 + '"}, "requires-python": ">=3.8"}]}'
)
HTML = '<a href="../../files/a-1.tar.gz#sha256=%s">x</a><a href="/login">log in</a>' % ("0" * 64)
CONTENT = b"content"


def test_the_operators_index_is_taken_without_its_credentials_in_the_identity() -> None:
    index = Index.chosen({"PIP_INDEX_URL": "https://me:secret@index.invalid/simple/"})
    assert index.url == "https://me:secret@index.invalid/simple"
    assert index.identity == "https://index.invalid/simple"
    chosen = Index.chosen(
        {"PIP_INDEX_URL": "https://b.invalid", "UV_DEFAULT_INDEX": "https://a.invalid"}
    )
    assert chosen.url == "https://a.invalid"


def test_without_an_operators_choice_the_index_is_uvs_own() -> None:
    index = Index.chosen({})
    assert index.url == ""
    assert index.base.startswith("https://")


@pytest.mark.parametrize("page", [JSON, HTML])
def test_files_are_read_from_json_and_from_html(page: str) -> None:
    with serving(LocalIndex(pages={"/simple/a/": page})) as index:
        (file,) = Index(url=index.url).files("A")
    assert file.name == "a-1.tar.gz"
    assert file.url == f"http://{index.host}/files/a-1.tar.gz"
    assert file.sha256 == "0" * 64


def test_a_name_that_is_not_there_has_no_files() -> None:
    with serving(LocalIndex()) as index:
        assert Index(url=index.url).files("a") == ()


@pytest.mark.parametrize("page", [500, 403, '{"files": 7}', '{"x"', "{" * 100_000])
def test_an_index_that_answers_nonsense_is_unavailable(page: str | int) -> None:
    with serving(LocalIndex(pages={"/simple/a/": page})) as index:
        client = Index(url=index.url)
        with pytest.raises(IndexUnavailable):
            client.files("a")


def test_an_index_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(IndexUnavailable, match="does not answer"):
        Index(url="http://127.0.0.1:9/simple").files("a")


def test_credentials_of_the_url_go_to_the_index_as_a_header() -> None:
    with serving(LocalIndex(pages={"/simple/a/": HTML})) as index:
        Index(url=f"http://me:secret@{index.host}/simple").files("a")
    assert index.asked == [("/simple/a/", "Basic " + base64.b64encode(b"me:secret").decode())]


def test_a_download_with_another_hash_or_too_many_bytes_is_refused(tmp_path: Path) -> None:
    right = hashlib.sha256(CONTENT).hexdigest()
    target = tmp_path / "a.tar.gz"
    for digest, limit, fine in ((right, 100, True), ("0" * 64, 100, False), (right, 3, False)):
        page = HTML.replace("0" * 64, digest)
        pages: dict[str, str | bytes | int] = {"/simple/a/": page, "/files/a-1.tar.gz": CONTENT}
        with serving(LocalIndex(pages=pages)) as index:
            client = Index(url=index.url)
            (file,) = client.files("a")
            if fine:
                client.download(file, target, limit=limit)
                assert target.read_bytes() == CONTENT
                target.unlink()
            else:
                with pytest.raises(IndexUnavailable):
                    client.download(file, target, limit=limit)
    assert list(tmp_path.iterdir()) == []


def _provide(tmp_path: Path) -> object:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    wanted = Requirement(
        name="flask",
        text="flask",
        pinned=False,
        location=Location(path="requirements.txt", line=1),
    )
    return provide(
        Declaration(requirements=(wanted,), files=("requirements.txt",)),
        sandbox=PlainSandbox(root=tmp_path / "stored"),
        cache=tmp_path / "cache",
        scratch=scratch,
    )


@pytest.mark.parametrize("page", ["<h1>Log in</h1><a href='/login'>x</a>", 404])
def test_an_index_that_knows_nothing_at_all_is_our_trouble(
    page: str | int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(LocalIndex(pages={"*": page})) as index:
        monkeypatch.setenv("UV_DEFAULT_INDEX", index.url)
        with pytest.raises(IndexUnavailable, match="does not know gunicorn"):
            _provide(tmp_path)


def test_an_index_that_fails_is_our_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://me:secret@127.0.0.1:9/simple")
    with pytest.raises(IndexUnavailable) as caught:
        _provide(tmp_path)
    assert "secret" not in f"{caught.value.message}{caught.value.hint}"

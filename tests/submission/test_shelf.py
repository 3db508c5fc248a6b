"""Exercises and rubrics that are kept in repositories."""
# A test's name is its sentence.
# ruff: noqa: D103

import shutil
from pathlib import Path

import pytest

from flaskgrade.errors import SubmissionError
from flaskgrade.submission.shelf import Kept, bring, is_remote, parse_kept
from tests.submission.conftest import Builder


@pytest.mark.parametrize(
    ("text", "remote"),
    [
        ("https://host/company/exercises.git#v3:backend", True),
        ("git@host:company/exercises.git", True),
        ("file:///srv/exercises", True),
        ("room-bookings", False),
        ("./mine", False),
        ("C:/mine", False),
    ],
)
def test_a_repository_is_told_from_a_name_and_a_path(text: str, remote: bool) -> None:  # noqa: FBT001 - a column
    assert is_remote(text) is remote


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("git@host:a/b.git", Kept(repository="git@host:a/b.git", ref=None, inner="")),
        ("https://h/a#v3", Kept(repository="https://h/a", ref="v3", inner="")),
        ("https://h/a#v3:x/y", Kept(repository="https://h/a", ref="v3", inner="x/y")),
        ("https://h/a#:x/", Kept(repository="https://h/a", ref=None, inner="x")),
    ],
)
def test_ref_and_folder_are_each_optional(text: str, kept: Kept) -> None:
    assert parse_kept(text) == kept


def repository(folder: Path) -> Builder:
    made = Builder(folder)
    (made.path / "backend").mkdir()
    (made.path / "backend" / "exercise.yaml").write_text("name: one\n")
    made.git("add", "-A")
    made.git("commit", "-q", "-m", "One")
    return made


def test_a_folder_is_brought_at_its_ref(tmp_path: Path) -> None:
    made = repository(tmp_path / "made")
    made.git("tag", "v1")
    (made.path / "backend" / "exercise.yaml").write_text("name: two\n")
    made.git("commit", "-q", "-a", "-m", "Two")

    old, new = (
        bring(f"file://{made.path}#{ref}:backend", cache=tmp_path / "cache") for ref in ("v1", "")
    )

    assert (old / "exercise.yaml").read_text() == "name: one\n"
    assert (new / "exercise.yaml").read_text() == "name: two\n"
    assert {path.name for path in (tmp_path / "cache" / "exercises").iterdir()} == {
        made.git("rev-parse", ref) for ref in ("v1", "HEAD")
    }


def test_a_commit_that_is_here_is_not_asked_for_again(tmp_path: Path) -> None:
    made = repository(tmp_path / "made")
    commit = made.git("rev-parse", "HEAD")
    first = bring(f"file://{made.path}#{commit}:backend", cache=tmp_path / "cache")
    shutil.rmtree(made.path)

    assert bring(f"file://{made.path}#{commit}:backend", cache=tmp_path / "cache") == first


def test_what_cannot_be_had_leaves_nothing(tmp_path: Path) -> None:
    made = repository(tmp_path / "made")

    with pytest.raises(SubmissionError):
        bring(f"file://{made.path}#v9", cache=tmp_path / "cache")

    assert list((tmp_path / "cache" / "exercises").iterdir()) == []

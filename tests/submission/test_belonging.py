"""A repository of this machine is graded as itself, never as a way to somebody else's."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flaskgrade.errors import SubmissionError
from flaskgrade.submission.acquire import acquire
from tests.submission.conftest import Builder

Lead = Callable[[Path, Path], None]


def git_file(mine: Path, other: Path) -> None:
    """Name the other repository in a .git file."""
    (mine / ".git").rename(mine / "kept")
    (mine / ".git").write_text(f"gitdir: {other}/.git\n")


def git_link(mine: Path, other: Path) -> None:
    """Link to it."""
    (mine / ".git").rename(mine / "kept")
    (mine / ".git").symlink_to(f"../{other.name}/.git")


def common(mine: Path, other: Path) -> None:
    """Say that it is the common folder."""
    (mine / ".git/commondir").write_text(f"{other}/.git\n")


def forged(mine: Path, other: Path) -> None:
    """Pass for one of its working trees."""
    (mine / ".git").rename(mine / "kept")
    inner = mine / "kept/worktrees/w"
    inner.mkdir(parents=True)
    (inner / "HEAD").write_text("ref: refs/heads/main\n")
    (inner / "commondir").write_text(f"{other}/.git\n")
    (inner / "gitdir").write_text(f"{mine}/.git\n")
    (mine / ".git").write_text("gitdir: kept/worktrees/w\n")


def linked(mine: Path, other: Path) -> None:
    """Link its branches and objects into one's own."""
    for name in ("refs", "objects"):
        (mine / ".git" / name).rename(mine / name)
        (mine / ".git" / name).symlink_to(other / ".git" / name)


def linked_branch(mine: Path, other: Path) -> None:
    """Link one branch, and borrow its objects."""
    branch = mine / ".git/refs/heads/main"
    branch.unlink()
    branch.symlink_to(other / ".git/refs/heads/main")
    (mine / ".git/objects/info").mkdir(exist_ok=True)
    (mine / ".git/objects/info/alternates").write_text(f"{other}/.git/objects\n")


LEADS = [git_file, git_link, common, forged, linked, linked_branch]


@pytest.fixture
def other(repo: Builder, tmp_path: Path) -> Path:
    """Give a repository of somebody else's."""
    del repo
    found = Builder(tmp_path / "other")
    found.commit(app__py="stolen = 1\n")
    return found.path


@pytest.mark.parametrize("form", ["{}", "file://{}"])
@pytest.mark.parametrize("lead", LEADS)
def test_what_leads_to_another_repository_is_refused(
    repo: Builder, other: Path, into: Path, lead: Lead, form: str
) -> None:
    """By a path and by a file:// address, whatever way it takes."""
    lead(repo.path, other)

    with pytest.raises(SubmissionError, match="leads to another"):
        acquire(form.format(repo.path), into=into)

    assert list(into.iterdir()) == []


@pytest.mark.parametrize("form", ["{}", "file://{}"])
def test_a_working_tree_that_git_made_is_graded(repo: Builder, into: Path, form: str) -> None:
    """One of `git worktree` is a way to another folder that both sides know of."""
    tree = repo.path.with_name("tree")
    repo.git("worktree", "add", "--quiet", str(tree))
    (tree / "app.py").write_text("app = 2\n")
    repo.git("-C", str(tree), "commit", "--quiet", "--all", "--message", "Two")

    found = acquire(form.format(tree), into=into)

    assert found.text("app.py") == "app = 2\n"


def test_a_submodule_and_a_shared_clone_are_graded(
    repo: Builder, other: Path, tmp_path: Path
) -> None:
    """Both borrow from another folder, and say so on both sides or borrow objects alone."""
    repo.git(
        "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", str(other), "vendor"
    )  # fmt: skip
    shared = tmp_path / "shared"
    repo.git("clone", "--quiet", "--shared", str(other), str(shared))

    for number, path in enumerate((repo.path / "vendor", shared)):
        into = tmp_path / f"into{number}"
        into.mkdir()

        assert acquire(str(path), into=into).text("app.py") == "stolen = 1\n"


@pytest.mark.parametrize("name", ["packed-refs", "config", "objects/info/alternates"])
def test_git_never_waits_for_a_pipe(repo: Builder, into: Path, name: str) -> None:
    """A pipe where a file belongs is refused at once."""
    place = repo.path / ".git" / name
    place.unlink(missing_ok=True)
    os.mkfifo(place)

    with pytest.raises(SubmissionError, match="is no file"):
        acquire(str(repo.path), into=into)


def test_a_git_file_that_names_nothing_is_refused(repo: Builder, into: Path) -> None:
    """Whatever it holds."""
    (repo.path / ".git").rename(repo.path / "kept")
    (repo.path / ".git").write_bytes(b"\xff\0nothing")

    with pytest.raises(SubmissionError, match="names no folder"):
        acquire(str(repo.path), into=into)

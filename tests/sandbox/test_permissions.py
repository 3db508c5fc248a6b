import os
from pathlib import Path

import pytest

from flaskgrade.sandbox.permissions import publish, readable, readable_copy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder that all can read."""
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "file").write_text("text")
    (folder / "link").symlink_to("/etc/shadow")
    for path in (folder, folder / "sub"):
        path.chmod(0o755)
    (folder / "sub" / "file").chmod(0o644)
    return folder


def test_a_folder_is_readable_if_all_in_it_is(folder: Path) -> None:
    """A link's target does not matter: it means nothing out here."""
    assert readable(folder)


@pytest.mark.parametrize(("name", "mode"), [(".", 0o700), ("sub", 0o750), ("sub/file", 0o600)])
def test_one_entry_that_others_cannot_read_spoils_it(folder: Path, name: str, mode: int) -> None:
    """The folder itself, one below, or a file."""
    (folder / name).chmod(mode)
    assert not readable(folder)


def test_publishing_makes_it_readable_by_all_and_writable_by_none_else(folder: Path) -> None:
    """Special bits go, what is executable stays so, links are left alone."""
    (folder / "sub").chmod(0o2770)
    (folder / "sub" / "file").chmod(0o4762)
    publish(folder)
    assert readable(folder)
    assert (folder / "sub").stat().st_mode & 0o7777 == 0o755
    assert (folder / "sub" / "file").stat().st_mode & 0o7777 == 0o745
    assert (folder / "link").readlink() == Path("/etc/shadow")


def test_a_copy_is_readable_and_the_original_as_it_was(folder: Path, tmp_path: Path) -> None:
    """What belongs to the user is never changed."""
    (folder / "sub" / "file").chmod(0o600)
    (tmp_path / "copy").mkdir()
    copy = readable_copy(folder, tmp_path / "copy")
    assert readable(copy)
    assert (copy / "sub" / "file").read_text() == "text"
    assert (copy / "link").readlink() == Path("/etc/shadow")
    assert (folder / "sub" / "file").stat().st_mode & 0o777 == 0o600


def test_a_pipe_in_a_folder_blocks_nobody(folder: Path, tmp_path: Path) -> None:
    """It is copied as a pipe, not read."""
    os.mkfifo(folder / "pipe", 0o600)
    (tmp_path / "copy").mkdir()
    copy = readable_copy(folder, tmp_path / "copy")
    assert (copy / "pipe").is_fifo()

"""Archives: real zip and tar files, honest and hostile, become the tree that git would make."""

import io
import lzma
import os
import stat
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from flaskgrade.errors import SubmissionError
from flaskgrade.model.submission import Submission
from flaskgrade.submission.acquire import acquire
from flaskgrade.submission.tree import TreeLimits
from tests.submission.conftest import Builder

# git has no compressor of its own for these, and a minimal machine has neither xz nor bzip2.
PROGRAM = "import sys, {0}; sys.stdout.buffer.write({0}.compress(sys.stdin.buffer.read()))"
COMPRESSORS = tuple(
    (
        suffix,
        f"{sys.executable} -c '{PROGRAM.format(module)}'",
    )
    for suffix, module in (("tar.xz", "lzma"), ("tar.bz2", "bz2"))
)
FORMATS = ["zip", "tar", "tar.gz", "tgz", "tar.xz", "tar.bz2"]


def tar_of(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    """Write a tar archive of any members."""
    mode = {".gz": "w:gz", ".tgz": "w:gz", ".xz": "w:xz", ".bz2": "w:bz2"}.get(path.suffix, "w")
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]  # the mode is a string
        for info, content in members:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    """Return a tar member of any kind."""
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = link
    return info


def zip_of(path: Path, **files: bytes) -> Path:
    """Write a zip archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def codes(found: Submission) -> set[str]:
    """Return the codes of the findings."""
    return {finding.code for finding in found.findings}


@pytest.fixture
def project(build: Callable[..., Builder]) -> Builder:
    """Return a repository whose tree sorts in git's own way, with a file that can be executed."""
    repo = build()
    for path in ("app.py", "app/views.py", "app-old/x.py", "app0", "a/b/c/d.py", "run.sh", "é.py"):
        repo.write(path, f"# {path}\n")
    (repo.path / "run.sh").chmod(0o755)
    repo.commit()
    return repo


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("prefix", ["", "submission-1/"])
def test_an_archive_has_the_tree_hash_of_git(
    project: Builder, into: Path, tmp_path: Path, form: str, prefix: str
) -> None:
    """An archive of a tree has the tree's hash, wrapped in a folder or not."""
    path = tmp_path / f"work.{form}"
    for suffix, command in COMPRESSORS:
        project.git("config", f"tar.{suffix}.command", command)
    project.git("archive", f"--prefix={prefix}", "-o", str(path), "HEAD")

    found = acquire(str(path), into=into)

    assert found.tree == project.tree()
    assert (found.kind, found.commit, found.history) == ("archive", None, ())
    paths = [file.path for file in found.files]
    assert paths == sorted(paths, key=lambda each: each.split("/"))
    assert stat.S_IMODE((found.root / "run.sh").stat().st_mode) == 0o755
    assert stat.S_IMODE((found.root / "app/views.py").stat().st_mode) == 0o644


def test_a_subdir_of_an_archive_has_its_own_tree(
    project: Builder, into: Path, tmp_path: Path
) -> None:
    """A folder of an archive is a tree of its own; one that isn't there is an error."""
    path = tmp_path / "work.zip"
    project.git("archive", "--prefix=top/", "-o", str(path), "HEAD")

    assert acquire(str(path), into=into, subdir="a/b").tree == project.git("rev-parse", "HEAD:a/b")
    with pytest.raises(SubmissionError, match="no folder nope") as caught:
        acquire(str(path), into=tmp_path, subdir="nope")
    assert "app.py" in caught.value.hint


def test_what_a_mac_adds_is_left_away(into: Path, tmp_path: Path) -> None:
    """Finder's own folder neither counts as a second one nor is graded."""
    path = zip_of(tmp_path / "w.zip", **{"w/app.py": b"x", "__MACOSX/w/._app.py": b"junk"})

    assert [file.path for file in acquire(str(path), into=into).files] == ["app.py"]


def test_a_git_folder_is_left_out(into: Path, tmp_path: Path) -> None:
    """A .git folder in an archive is reported and left out."""
    path = zip_of(tmp_path / "w.zip", **{"w/app.py": b"x", "w/.git/config": b"[core]\n"})

    found = acquire(str(path), into=into)

    assert [file.path for file in found.files] == ["app.py"]
    assert "tree:git-folder" in codes(found)


def test_names_of_old_packers_are_read(into: Path, tmp_path: Path) -> None:
    """Backslashes of Windows packers part folders; UTF-8 without its flag is UTF-8."""
    path = tmp_path / "w.zip"
    with zipfile.ZipFile(path, "w") as archive:
        windows = zipfile.ZipInfo("app\\views.py")
        windows.create_system = 0
        archive.writestr(windows, b"x")
        archive.writestr("caf\u00e9.py", b"y")
    data = path.read_bytes()
    assert data.count(b"\x00\x08") >= 2
    path.write_bytes(data.replace(b"\x14\x00\x00\x08", b"\x14\x00\x00\x00"))

    paths = [file.path for file in acquire(str(path), into=into).files]

    assert paths == ["app/views.py", "caf\u00e9.py"]


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil", "./../evil", "a//../../evil"])
@pytest.mark.parametrize("form", ["zip", "tar"])
def test_a_path_that_leads_out_is_left_out(
    into: Path, tmp_path: Path, name: str, form: str
) -> None:
    """A member that leads out of the tree is left out and reported; nothing is written outside."""
    path = tmp_path / f"w.{form}"
    if form == "zip":
        zip_of(path, **{name: b"evil", "app.py": b"x"})
    else:
        tar_of(path, (member(name), b"evil"), (member("app.py"), b"x"))

    found = acquire(str(path), into=into)

    assert [file.path for file in found.files] == ["app.py"]
    assert "tree:odd-name" in codes(found)
    assert not list(tmp_path.rglob("evil"))


def test_links_and_devices_of_a_tar_are_reported(into: Path, tmp_path: Path) -> None:
    """No link, device or pipe is made, and nothing is written through one."""
    target = tmp_path / "target"
    target.mkdir()
    path = tar_of(
        tmp_path / "w.tar.gz",
        (member("out", tarfile.SYMTYPE, str(target)), b""),
        (member("out/planted"), b"x"),
        (member("hard", tarfile.LNKTYPE, "/etc/passwd"), b""),
        (member("device", tarfile.CHRTYPE), b""),
        (member("pipe", tarfile.FIFOTYPE), b""),
    )

    found = acquire(str(path), into=into)

    assert codes(found) == {"tree:symlink", "tree:special-file"}
    assert list(target.iterdir()) == []
    assert [file.path for file in found.files] == ["out/planted"]


def test_a_link_in_a_zip_is_reported(into: Path, tmp_path: Path) -> None:
    """A symbolic link in a zip archive is reported and not made."""
    path = tmp_path / "w.zip"
    link = zipfile.ZipInfo("settings.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("app.py", "x")

    found = acquire(str(path), into=into)

    assert codes(found) == {"tree:symlink"}
    assert [p.name for p in found.root.iterdir()] == ["app.py"]


def test_one_name_twice_is_taken_once(into: Path, tmp_path: Path) -> None:
    """Of two members of one name one is taken, and the other reported."""
    path = tar_of(tmp_path / "w.tar", (member("app.py"), b"one"), (member("app.py"), b"two"))

    found = acquire(str(path), into=into)

    assert found.text("app.py") == "one"
    assert codes(found) == {"tree:collision"}


def refused(path: Path, into: Path, limits: TreeLimits | None = None) -> str:
    """Return the message for an archive that can't be had."""
    with pytest.raises(SubmissionError) as caught:
        acquire(str(path), into=into, limits=limits or TreeLimits())
    assert caught.value.hint
    assert caught.value.message.isprintable()
    return caught.value.message


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_no_archive_is_said_to_be_none(into: Path, tmp_path: Path, form: str) -> None:
    """A file of another kind, an empty one and a folder's name are told apart from archives."""
    for content in (b"", b"hello, I am text\n" * 99, os.urandom(3000)):
        path = tmp_path / f"x.{form}"
        path.write_bytes(content)

        assert "damaged, or not the kind of archive" in refused(path, tmp_path / "scratch")
        (into / "tree").rmdir()


@pytest.mark.parametrize("form", FORMATS)
def test_a_damaged_archive_is_said_to_be_damaged(
    project: Builder, into: Path, tmp_path: Path, form: str
) -> None:
    """An archive that was cut off, at any place, is never half a submission."""
    whole = tmp_path / "whole"
    source = tmp_path / f"w.{form}"
    for suffix, command in COMPRESSORS:
        project.git("config", f"tar.{suffix}.command", command)
    project.git("archive", "-o", str(source), "HEAD")
    source.rename(whole)
    data = whole.read_bytes()
    for share in (0.2, 0.5):
        source.write_bytes(data[: int(len(data) * share)])
        scratch = into / str(share)
        scratch.mkdir()

        assert "damaged" in refused(source, scratch)


def test_a_zip_that_has_lost_its_beginning_is_damaged(into: Path, tmp_path: Path) -> None:
    """Its directory then leads to a place before the file."""
    whole = zip_of(tmp_path / "whole.zip", **{"app.py": b"x = 1\n"}).read_bytes()
    path = tmp_path / "s.zip"
    path.write_bytes(whole[1:])

    assert "damaged" in refused(path, into)


def test_an_encrypted_zip_is_said_to_be_encrypted(into: Path, tmp_path: Path) -> None:
    """An encrypted zip archive is said to be encrypted."""
    path = zip_of(tmp_path / "w.zip", a=b"x")
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)

    assert "encrypted" in refused(path, into)


def test_a_missing_archive_is_said_to_be_missing(into: Path, tmp_path: Path) -> None:
    """A missing archive is said to be missing, and a pipe is not waited for."""
    os.mkfifo(tmp_path / "pipe.zip")

    assert "there is no" in refused(tmp_path / "nowhere.zip", into)
    (into / "tree").rmdir()
    assert "not a regular file" in refused(tmp_path / "pipe.zip", into)


def test_a_folder_named_like_an_archive_is_a_folder(
    build: Callable[..., Builder], into: Path
) -> None:
    """A folder under git whose name ends in .zip is acquired as a folder."""
    repo = build("odd.zip")
    repo.commit(app__py="x")

    assert acquire(str(repo.path), into=into).kind == "path"


@pytest.mark.parametrize("form", ["zip", "tar.gz", "tar.xz", "tar.bz2"])
def test_a_bomb_is_refused_by_what_it_declares(into: Path, tmp_path: Path, form: str) -> None:
    """A file that unpacks to more than a file may be is refused before it is written."""
    path = tmp_path / f"w.{form}"
    zeros = bytes(30_000_000)
    if form == "zip":
        zip_of(path, bomb=zeros)
    else:
        tar_of(path, (member("bomb"), zeros))

    assert "a file of 30 MB, where 10 MB is the most" in refused(path, into)
    assert not any((into / "tree").iterdir())


def test_a_zip_that_lies_about_sizes_is_refused(into: Path, tmp_path: Path) -> None:
    """A member that unpacks to more than the directory declares never takes more than that."""
    path = zip_of(tmp_path / "w.zip", bomb=bytes(20_000_000))
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (5).to_bytes(4, "little")
    path.write_bytes(data)

    assert "damaged" in refused(path, into)
    assert all(p.stat().st_size <= 5 for p in (into / "tree").iterdir())


def test_a_tar_of_headers_without_end_is_refused(into: Path, tmp_path: Path) -> None:
    """A header that claims a long comment takes no memory beyond the limit."""
    path = tmp_path / "w.tar.gz"
    info = tarfile.TarInfo("x")
    info.pax_headers = {"comment": "A" * 80_000_000}
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT, compresslevel=1) as tar:
        tar.addfile(info)

    assert "over the limit" in refused(path, into)


def test_a_directory_of_a_zip_is_not_read_without_end(into: Path, tmp_path: Path) -> None:
    """A zip archive whose directory alone is huge is refused unread."""
    path = tmp_path / "w.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = b""
        for number in range(30_000):
            archive.writestr(f"{number:0200d}", b"")
    start = time.monotonic()

    assert "over the limit" in refused(path, into)
    assert time.monotonic() - start < 2


def test_an_xz_that_asks_for_gigabytes_is_refused(into: Path, tmp_path: Path) -> None:
    """An .xz file that needs more memory than it may is refused."""
    path = tmp_path / "w.tar.xz"
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 28}]
    path.write_bytes(lzma.compress(bytes(20_000), format=lzma.FORMAT_XZ, filters=filters))

    assert "damaged" in refused(path, into)


def test_too_many_members_are_refused(into: Path, tmp_path: Path) -> None:
    """More members than a tree may have are refused."""
    path = tar_of(tmp_path / "w.tgz", *((member(f"f{n}"), b"") for n in range(30)))

    assert "more than 20 files" in refused(path, into, TreeLimits(entries=20))


NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from("/.\\~é"),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(names=st.lists(NAMES, min_size=1, max_size=6), form=st.sampled_from(["zip", "tar"]))
@example(names=["a", "a/b"], form="tar")
@example(names=["a/", "a"], form="zip")
@example(names=["./."], form="tar")
def test_whatever_members_are_called_they_stay_inside(names: list[str], form: str) -> None:
    """Whatever its members are called, an archive becomes files inside the tree, or an error."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"w.{form}"
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        if form == "zip":
            with zipfile.ZipFile(path, "w") as archive:
                for name in dict.fromkeys(names):
                    info = zipfile.ZipInfo("x")
                    info.filename = name
                    archive.writestr(info, b"content")
        else:
            tar_of(path, *((member(name), b"content") for name in names))
        try:
            found = acquire(str(path), into=scratch)
        except SubmissionError:
            found = None

        assert {entry.name for entry in Path(folder).iterdir()} == {path.name, "scratch"}
        assert {entry.name for entry in scratch.iterdir()} == {"tree"}
        if found is not None:
            on_disk = {
                p.relative_to(found.root).as_posix() for p in found.root.rglob("*") if p.is_file()
            }
            assert on_disk == {file.path for file in found.files}
            assert not any(p.is_symlink() for p in found.root.rglob("*"))

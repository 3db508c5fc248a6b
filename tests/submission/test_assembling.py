"""Repositories that are put together from an exercise's folders and patches."""
# A test's name is its sentence.
# ruff: noqa: D103

import subprocess
from pathlib import Path

import pytest

from flaskgrade.errors import UsageError
from flaskgrade.submission.acquire import acquire
from flaskgrade.submission.assembling import assemble, contents
from tests.submission.conftest import Builder

PATCH = """\
--- a/app.py
+++ b/app.py
@@ -1 +1 @@
-right = True
+right = False
"""


def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    (made / "__pycache__").mkdir(parents=True)
    (made / "__pycache__" / "app.pyc").touch()
    (made / "app.py").write_text("right = True\n")
    return made


def log(repository: Path, form: str) -> list[str]:
    told = subprocess.run(
        ["git", "-c", "safe.directory=*", "log", "--reverse", f"--format={form}"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.splitlines()


def test_a_folder_becomes_a_submission_without_what_tools_left(tmp_path: Path) -> None:
    made = assemble(tmp_path / "made", files=folder(tmp_path), written=[("docs/a.md", "A\n")])
    (tmp_path / "into").mkdir()

    submission = acquire(str(made), into=tmp_path / "into")

    assert [file.path for file in submission.files] == ["app.py", "docs/a.md"]


def test_the_same_files_are_the_same_commit(tmp_path: Path) -> None:
    one = assemble(tmp_path / "one", files=folder(tmp_path))
    other = assemble(tmp_path / "other", files=tmp_path / "files")

    assert log(one, "%H") == log(other, "%H")


def test_a_patch_changes_the_files(tmp_path: Path) -> None:
    patch = tmp_path / "patch.diff"
    patch.write_text(PATCH)

    made = assemble(tmp_path / "made", files=folder(tmp_path), patch=patch)

    assert (made / "app.py").read_text() == "right = False\n"


def test_a_patch_that_no_longer_fits_is_named(tmp_path: Path) -> None:
    patch = tmp_path / "patch.diff"
    patch.write_text(PATCH.replace("right", "wrong"))

    with pytest.raises(UsageError, match=r"patch\.diff does not apply: .*app\.py"):
        assemble(tmp_path / "made", files=folder(tmp_path), patch=patch)


def test_a_series_becomes_commits_with_their_authors_and_dates(tmp_path: Path) -> None:
    theirs = Builder(tmp_path / "theirs")
    (theirs.path / "app.py").write_text("right = True\n")
    theirs.git("add", "-A")
    theirs.git("commit", "-q", "-m", "The starter")
    (theirs.path / "app.py").write_text("right = None\n")
    theirs.git("commit", "-q", "-a", "-m", "Be vague")
    theirs.git("format-patch", "-q", "-1", "-o", str(tmp_path / "series"))

    made = assemble(
        tmp_path / "made",
        files=folder(tmp_path),
        series=sorted((tmp_path / "series").iterdir()),
        message="The starter",
    )

    assert log(made, "%s %an %ai") == [
        "The starter flaskgrade 2026-01-05 09:00:00 +0000",
        "Be vague Ada 2024-03-01 10:00:00 +0100",
    ]


def test_the_contents_of_a_repository_are_all_of_its_history(tmp_path: Path) -> None:
    patch = tmp_path / "patch.diff"
    patch.write_text(PATCH)
    made = assemble(tmp_path / "made", files=folder(tmp_path), patch=patch, message="Words")

    found = dict(contents(made))

    assert found["app.py"] == b"right = False"
    assert any(b"Words" in content for content in found.values())

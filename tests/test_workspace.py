"""A run's scratch folder lives as long as the run, and what a dead run left is swept."""

import subprocess
import sys
from pathlib import Path

import pytest

from flaskgrade.errors import UsageError
from flaskgrade.workspace import default_root, remove, run_folder, sweep


def test_a_run_folder_is_gone_after_the_run(tmp_path: Path) -> None:
    """What lies in it goes with it, read-only folders included."""
    with run_folder(tmp_path) as folder:
        inner = folder / "locked"
        inner.mkdir()
        (inner / "file").write_text("x")
        inner.chmod(0o500)

    assert not folder.exists()


def test_a_live_run_is_never_swept(tmp_path: Path) -> None:
    """A folder that a run holds stays."""
    with run_folder(tmp_path) as folder:
        assert sweep(tmp_path) == ()
        assert folder.exists()


def test_a_run_that_just_starts_is_never_swept(tmp_path: Path) -> None:
    """Sweepers that never rest find no folder between its making and its locking."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom flaskgrade.workspace import sweep\n"
        "print('ready', flush=True)\nwhile True: sweep(Path(sys.argv[1]))\n"
    )
    sweeper = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert sweeper.stdout is not None
        sweeper.stdout.readline()
        for _ in range(300):
            with run_folder(tmp_path) as folder:
                assert folder.exists()
    finally:
        sweeper.kill()
        sweeper.communicate()


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    """After SIGKILL the next sweep removes the folder, and names it."""
    code = (
        "import os, sys, signal\nfrom pathlib import Path\n"
        "from flaskgrade.workspace import run_folder\n"
        "with run_folder(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'left').write_text('x')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    (left,) = (tmp_path / "runs").glob("run-*")

    assert sweep(tmp_path) == (left.name,)
    assert not left.exists()


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A file where the cache should be is a clear error with a way out."""
    (tmp_path / "runs").write_text("not a folder")

    with (
        pytest.raises(UsageError, match="cannot write to the cache folder") as caught,
        run_folder(tmp_path),
    ):
        pass

    assert "FLASKGRADE_CACHE" in caught.value.hint


def test_the_operator_chooses_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """FLASKGRADE_CACHE comes before every default."""
    monkeypatch.setenv("FLASKGRADE_CACHE", str(tmp_path))

    assert default_root() == tmp_path


def test_removing_does_not_follow_links(tmp_path: Path) -> None:
    """A link in a folder of ours goes; what it points at stays."""
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o500)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(outside)

    remove(folder)

    assert not folder.exists()
    assert outside.stat().st_mode & 0o777 == 0o500

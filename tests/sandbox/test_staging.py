import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from flaskgrade.sandbox.staging import STAGE, Staging, reachable

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root's folders are staged; an ordinary user can reach its own"
)


@pytest.fixture
def staging() -> Iterator[Staging]:
    """Give a stage, gone afterwards."""
    staging = Staging()
    yield staging
    staging.close()


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """Give a folder below one that only root can enter."""
    folder = tmp_path / "closed" / "folder"
    folder.mkdir(parents=True)
    folder.parent.chmod(0o700)
    (folder / "file").write_text("text")
    return folder


def test_what_all_can_reach_stays_where_it_is(staging: Staging) -> None:
    """No namespace is made for it, which saves its time."""
    assert staging.path(Path("/usr/bin")) == "/usr/bin"
    assert staging.namespace is None
    assert staging.entrance() == []


def test_a_folder_is_reached_on_the_stage_and_nowhere_else(staging: Staging, closed: Path) -> None:
    """In the namespace any user reads it; on the host nothing is mounted."""
    assert not reachable(closed)
    before = Path("/proc/self/mountinfo").read_text()
    staged = staging.path(closed)
    assert staging.path(closed) == staged
    assert staged.startswith(STAGE)
    drop = ("setpriv", "--reuid", "10001", "--clear-groups", "--")
    argv = [*staging.entrance(), *drop, "cat", f"{staged}/file"]
    done = subprocess.run(argv, capture_output=True, check=True)
    assert done.stdout == b"text"
    assert Path("/proc/self/mountinfo").read_text() == before
    assert not Path(staged).exists()


def test_nothing_keeps_the_namespace_once_it_is_closed(staging: Staging, closed: Path) -> None:
    """It has no process, and we hold its only descriptor."""
    staging.path(closed)
    assert staging.namespace is not None
    made = os.fstat(staging.namespace).st_ino
    staging.close()
    left = set()
    for entry in Path("/proc").glob("[0-9]*/ns/mnt"):
        try:
            left.add(entry.stat().st_ino)
        except OSError:
            continue
    assert made not in left
    assert staging.namespace is None

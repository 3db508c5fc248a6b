import os
import subprocess
from pathlib import Path

import pytest

from flaskgrade.sandbox.base import Limits
from flaskgrade.sandbox.cgroup import (
    ControlGroup,
    ControlGroups,
    Parents,
    discover,
    removed,
    sweep_groups,
)
from flaskgrade.sandbox.ownership import mark


def host(tmp_path: Path, own: str, mounts: str) -> Path:
    """Lay out a /proc that tells of control groups."""
    (tmp_path / "self").mkdir()
    (tmp_path / "self" / "cgroup").write_text(own)
    (tmp_path / "self" / "mountinfo").write_text(mounts.format(base=tmp_path))
    return tmp_path


def test_groups_of_version_1_are_made_below_our_own(tmp_path: Path) -> None:
    """A limit set on us by version 1 holds for the sandboxes, too."""
    proc = host(
        tmp_path,
        "4:memory:/outer/us\n8:pids:/\n",
        "30 24 0:27 / {base}/memory rw shared:9 - cgroup cgroup rw,memory\n"
        "31 24 0:28 / {base}/pids rw - cgroup cgroup rw,pids\n"
        "32 24 0:29 / /proc rw - proc proc rw\n",
    )
    (tmp_path / "memory" / "outer" / "us").mkdir(parents=True)
    (tmp_path / "pids").mkdir()
    found = discover(proc)
    assert found.memory == tmp_path / "memory" / "outer" / "us"
    assert found.processes == tmp_path / "pids"
    assert found.unified is None


def test_a_container_sees_its_own_group_as_the_root(tmp_path: Path) -> None:
    """The mount's root is taken off the path of the group."""
    proc = host(
        tmp_path,
        "4:memory:/docker/abc/us\n",
        "30 24 0:27 /docker/abc {base}/memory ro - cgroup cgroup rw,memory\n",
    )
    (tmp_path / "memory" / "us").mkdir(parents=True)
    assert discover(proc).memory == tmp_path / "memory" / "us"


def unified(tmp_path: Path, controls: dict[str, str]) -> Path:
    """Lay out a host of version 2 whose groups hand on what `controls` says."""
    proc = host(
        tmp_path,
        "0::/user.slice/session.scope\n",
        "30 24 0:27 / {base}/unified rw - cgroup2 cgroup2 rw\n",
    )
    for name, text in controls.items():
        folder = tmp_path / "unified" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "cgroup.subtree_control").write_text(text)
    return proc


def test_a_group_of_version_2_is_made_where_memory_and_pids_are_handed_on(tmp_path: Path) -> None:
    """The nearest group upwards that hands both on is the parent."""
    proc = unified(tmp_path, {"": "memory pids", "user.slice": "cpu memory pids"})
    session = tmp_path / "unified" / "user.slice" / "session.scope"
    session.mkdir()
    (session / "cgroup.subtree_control").write_text("")  # and a plain file takes no setting
    found = discover(proc)
    assert found.memory == found.unified == tmp_path / "unified" / "user.slice"


def test_without_a_group_that_hands_memory_on_there_is_none(tmp_path: Path) -> None:
    """The climb ends at the last group, and the watchdog has to do."""
    proc = unified(tmp_path, {})
    (tmp_path / "unified" / "user.slice" / "session.scope").mkdir(parents=True)
    assert discover(proc).memory is None
    assert ControlGroups.found(proc=proc) is None


def test_the_limits_of_version_2_include_swap(tmp_path: Path) -> None:
    """What is swapped out is memory, too."""
    for name in ("memory.max", "memory.swap.max", "pids.max"):
        (tmp_path / name).touch()
    ControlGroup(folders=(tmp_path,)).limit(Limits(memory_bytes=4096, processes=7))
    found = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert found == {"memory.max": "4096", "memory.swap.max": "0", "pids.max": "7"}


def test_kills_by_the_memory_limit_are_read_in_both_versions(tmp_path: Path) -> None:
    """Version 1 tells them in memory.oom_control, version 2 in memory.events."""
    one, two, none = (tmp_path / name for name in ("one", "two", "none"))
    for folder in (one, two, none):
        folder.mkdir()
    (one / "memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n")
    (two / "memory.events").write_text("low 0\nhigh 0\nmax 9\noom 5\noom_kill 2\n")
    assert [ControlGroup(folders=(folder,)).memory_kills() for folder in (one, two, none)] == [
        3,
        2,
        0,
    ]


@pytest.fixture
def groups() -> ControlGroups:
    """Give the groups of this host, or skip where an ordinary user has none."""
    found = ControlGroups.found()
    if found is None:
        assert os.geteuid() != 0, "root has control groups here"
        pytest.skip("no control group is delegated to this user")
    return found


def test_a_sweep_removes_the_groups_of_the_dead_and_leaves_those_of_the_living(
    groups: ControlGroups,
) -> None:
    """A group names its owner; one whose owner is gone is nobody's."""
    mine = groups.make(Limits())
    with subprocess.Popen(["sleep", "60"]) as process:
        theirs = mark(process.pid)
        process.kill()
    names = [f"{theirs}-0", f"{mark()}1-0"]  # one that is gone, one whose number is used again
    dead = [folder.parent / name for folder in mine.folders for name in names]
    try:
        for folder in dead:
            folder.mkdir()
        swept = sweep_groups()
        assert set(names) <= set(swept)
        assert mine.folders[0].name not in swept
        assert not any(folder.exists() for folder in dead)
        assert all(folder.exists() for folder in mine.folders)
    finally:
        for folder in (*dead, *mine.folders):
            removed(folder)


def test_a_process_may_have_several_makers_of_groups(groups: ControlGroups) -> None:
    """Gradings beside each other make groups each for itself, and none takes another's."""
    other = ControlGroups.found()
    assert other is not None

    made = [maker.make(Limits()) for maker in (groups, other, groups, other)]

    try:
        assert len({group.folders for group in made}) == len(made)
        assert all(folder.exists() for group in made for folder in group.folders)
    finally:
        assert all(group.remove() for group in made)


def test_a_group_with_a_process_in_it_is_not_removed(groups: ControlGroups) -> None:
    """That a group can be removed is the proof that nobody is left in it."""
    group = groups.make(Limits())
    with subprocess.Popen(["sleep", "60"]) as process:
        group.add(process.pid)
        assert not group.remove(patience=0.05)
        process.kill()
    assert group.remove()


@pytest.mark.parametrize(
    "mount",
    [
        b"36 35 98:0 / /nowhere/caf\xe9 rw - tmpfs none rw",
        b"36 35 98:0 / /nowhere/a rw - tmpfs  rw",
        b"36 35 98:0 / /nowhere/a\x0bb\xc2\x85c rw - tmpfs none rw",
    ],
)
def test_mounts_that_others_named_stop_nothing(mount: bytes, tmp_path: Path) -> None:
    """A mount beside ours may have a name of any bytes, or no source."""
    (tmp_path / "self").mkdir()
    (tmp_path / "self" / "mountinfo").write_bytes(mount + b"\n")

    assert discover(tmp_path) == Parents()

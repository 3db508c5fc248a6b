import os
import subprocess
import time

from flaskgrade.sandbox.ownership import abandoned, mark, owner, sweep_strays


def test_a_mark_is_of_one_process_for_good() -> None:
    """A number that is used again started at another time."""
    namespace, pid, started = owner(os.getpid())
    assert pid == os.getpid()
    assert not abandoned(mark())
    assert not abandoned(f"{mark()}-7"), "numbered by its owner"
    assert abandoned(f"flaskgrade-{namespace}-{pid}-{started + 1}")


def test_the_mark_of_a_process_that_is_gone_is_abandoned() -> None:
    """What carries it is nobody's."""
    with subprocess.Popen(["sleep", "60"]) as process:
        made = mark(process.pid)
        assert not abandoned(made)
        process.kill()
    assert abandoned(made)


def test_an_owner_elsewhere_counts_as_alive() -> None:
    """A process of another pid namespace cannot be seen from here."""
    namespace, pid, started = owner(os.getpid())
    assert not abandoned(f"flaskgrade-{namespace + 1}-{pid}-{started}")
    assert not abandoned(f"flaskgrade-{namespace + 1}-4000000-1")


def test_other_names_are_nobodys_mark() -> None:
    """Only what is ours is ever swept."""
    assert not any(abandoned(name) for name in ("flaskgrade", "flaskgrade-1-2", "x", ""))


def test_a_stray_is_killed_and_a_living_owners_bwrap_is_not() -> None:
    """A stray is a bwrap by its name whose owner is gone."""
    with subprocess.Popen(["sleep", "60"]) as dead:
        theirs = mark(dead.pid)
        dead.kill()
    pretend = ["sh", "-c", "sleep 60; :", "bwrap"]
    with (
        subprocess.Popen(["bwrap-of-test", *pretend[1:], theirs], executable="/bin/sh") as stray,
        subprocess.Popen(["bwrap-of-test", *pretend[1:], mark()], executable="/bin/sh") as ours,
    ):
        deadline = time.monotonic() + 5
        while theirs not in sweep_strays():
            assert time.monotonic() < deadline
        assert stray.wait(5) == -9
        assert ours.poll() is None
        ours.kill()

"""Whether what somebody left may be removed."""
# A test's name is its sentence.
# ruff: noqa: D103

import os
import time

from flaskgrade.sandbox.docker_owner import HOST, OWNER, is_abandoned, labels

HOURS = 3600.0


def test_what_is_ours_is_not_abandoned_however_old() -> None:
    assert not is_abandoned(labels("run"), created=0.0)


def test_what_a_dead_process_made_is_abandoned() -> None:
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)
    assert is_abandoned({**labels("run"), OWNER: f"{pid}:1"}, created=time.time())


def test_a_process_that_was_given_the_same_number_is_another() -> None:
    assert is_abandoned({**labels("run"), OWNER: f"{os.getpid()}:1"}, created=time.time())


def test_labels_that_make_no_sense_are_nobodys() -> None:
    for owner in ("", "x:y", "-1:0", f"{os.getpid()}"):
        assert is_abandoned({**labels("run"), OWNER: owner}, created=time.time())


def test_what_another_host_made_is_abandoned_only_when_old() -> None:
    theirs = {**labels("run"), HOST: "another"}
    assert not is_abandoned(theirs, created=time.time() - 5 * HOURS)
    assert is_abandoned(theirs, created=time.time() - 7 * HOURS)

"""Whose a batch's folder is: one batch's at a time, for as long as its process lives."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flaskgrade.errors import UsageError

NAME = ".lock"


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Hold the folder of a batch. Raises UsageError while another batch does, or without one."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = os.open(out / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise UsageError(
            f"cannot write to {out}: {error.strerror}",
            hint="Name a folder that you can write to with --out.",
        ) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                f"another batch runs in {out}",
                hint=f"Follow it: flaskgrade batch --watch --out {out}. Or choose another folder.",
            ) from error
        yield
    finally:
        os.close(lock)


def held(out: Path) -> bool:
    """Tell whether a batch holds the folder: one that was killed ends nothing in the ledger."""
    try:
        lock = os.open(out / NAME, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(lock)

"""What a command is told while it runs."""

import os
import threading

import pytest

from flaskgrade.errors import SandboxBroken
from flaskgrade.sandbox import feed as module
from flaskgrade.sandbox.feed import Feed


def test_what_is_sent_is_read_in_order() -> None:
    """A message longer than the pipe waits for its reader."""
    feed = Feed()
    message = bytes(range(256)) * 2000
    read: list[bytes] = []

    def reader() -> None:
        while sum(map(len, read)) < 2 * len(message):
            read.append(os.read(feed.fileno(), 10_000))

    thread = threading.Thread(target=reader)
    thread.start()
    feed.send(message)
    feed.send(message)
    thread.join(10)
    feed.close()
    feed.close()

    assert b"".join(read) == 2 * message


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that does not read, or a feed that is closed, is told."""
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    feed = Feed()

    with pytest.raises(SandboxBroken, match="does not hear"):
        feed.send(b"x" * 1_000_000)
    feed.close()
    with pytest.raises(SandboxBroken, match="does not hear"):
        feed.send(b"x")

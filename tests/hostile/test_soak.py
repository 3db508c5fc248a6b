"""Gradings in a row, some of them interrupted, leave the host as it was."""

import pytest

from tests.conftest import Sandboxes
from tests.hostile import soak


@pytest.mark.network
@pytest.mark.docker
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("capsys")
def test_nothing_is_left_behind(sandboxes: Sandboxes) -> None:
    """A short soak, on both backends; the long one is a command that people run."""
    sandboxes.get("docker")

    assert soak.main(["--gradings", "24", "--seed", "7"]) == 0

"""What tests of the command line share."""

from pathlib import Path

import pytest

from tests.cli.commands import Line, line


@pytest.fixture
def command(tmp_path: Path, cache: Path) -> Line:
    """Give a command line with the session's cache, in a folder of its own."""
    folder = tmp_path / "here"
    folder.mkdir()
    return line(folder, cache)

"""What tests of the command line share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cli.commands import Line, line

MakeLine = Callable[..., Line]


@pytest.fixture
def make_line() -> Iterator[MakeLine]:
    """Give what makes command lines; what they leave running is ended."""
    with ExitStack() as stack:

        def make(folder: Path, cache: Path, **more: str) -> Line:
            made = line(folder, cache, **more)
            stack.callback(made.end_all)
            return made

        yield make


@pytest.fixture
def command(tmp_path: Path, cache: Path, make_line: MakeLine) -> Line:
    """Give a command line with the session's cache, in a folder of its own."""
    folder = tmp_path / "here"
    folder.mkdir()
    return make_line(folder, cache)

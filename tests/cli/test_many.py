"""Work on many files is done by several processes, as if one had done it."""

import os
from functools import partial
from pathlib import Path

import pytest

from flaskgrade.cli.many import FEW, each
from flaskgrade.errors import FileError, UsageError
from flaskgrade.report.document import render
from tests.cli.commands import Line, descendants, interrupt
from tests.report import reports


def tell(number: int, *, refused: int = -1) -> tuple[int, int]:
    """Return the number and who worked on it; refuse one of them."""
    if number == refused:
        raise FileError(Path("a.json"), 7, "is no report", hint="Give another.")
    return number, os.getpid()


def end(number: int) -> int:
    """End the process, as the kernel does for want of memory."""
    if number == 0:
        os._exit(9)
    return number


def test_the_results_come_in_the_order_of_what_was_given() -> None:
    """Whoever worked on them."""
    done = list(each(tell, range(FEW * 5)))

    assert [number for number, _ in done] == list(range(FEW * 5))


@pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="there is one processor")
def test_many_are_done_elsewhere_and_few_are_not() -> None:
    """Starting a process takes as long as a few reports."""
    assert os.getpid() not in {who for _, who in each(tell, range(FEW * 5))}
    assert {who for _, who in each(tell, range(FEW - 1))} == {os.getpid()}


def test_what_is_raised_elsewhere_is_raised_here_with_its_hint() -> None:
    """With all that a user is to read."""
    with pytest.raises(FileError) as caught:
        list(each(partial(tell, refused=FEW + 1), range(FEW * 2)))

    assert caught.value.message == "a.json:7: is no report"
    assert (caught.value.hint, caught.value.line) == ("Give another.", 7)


@pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="there is one processor")
def test_a_process_that_is_killed_is_an_error_and_no_endless_wait() -> None:
    """It says what may be the matter."""
    with pytest.raises(UsageError, match="was killed"):
        list(each(end, range(FEW * 2)))


def test_a_command_that_is_interrupted_leaves_no_process(command: Line) -> None:
    """Neither are there tracebacks of others in the terminal."""
    (command.folder / "report.json").write_text(render(reports.failing()))
    process = command.start("rescore", *["report.json"] * 20_000, "--rubric", "senior")
    assert process.stdout is not None
    process.stdout.readline()

    done = interrupt(process)

    assert done.code == 130
    assert "Traceback" not in done.err
    assert not descendants(process.pid)

"""What a tool is given, and whose fault it is when it does not get through."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flaskgrade.checks.tool import CANARY, Ran, crash_evidence, run_tool
from flaskgrade.errors import StageError
from flaskgrade.model.environment import Folder
from flaskgrade.model.evidence import Status
from flaskgrade.sandbox.base import Command, Ended, Outcome
from tests.checks.contexts import IdleSandbox, context_of

HUGE = "ROWS = [\n" + "    (1, 'abc'),\n" * 70_000 + "]\n"
MANY = "ROWS = [" + "1," * 200_000 + "]\n"
FIXTURES = "ROWS = [\n" + "    (1, 'abc', 2.5),\n" * 15_000 + "]\n"  # 300 kB
TOOLBOX = Folder(backend="idle", reference="toolbox")


class Tools(IdleSandbox):
    """A tool that ends as told on files, and remembers what it was given."""

    def __init__(self, **ends: Ended) -> None:
        """Take how it ends by the stem of a file."""
        self.ends = {f"{stem}.py": ended for stem, ended in ends.items()}
        self.given: list[tuple[str, ...]] = []

    def run(
        self,
        command: Command,
        *,
        on_stdout: Callable[[bytes], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Outcome:
        """End as told for the first file that has a word, else well."""
        assert on_stdout is None, cancelled is None
        self.given.append(command.argv[1:])
        names = [Path(word).name for word in command.argv]
        ended = next((self.ends[name] for name in names if name in self.ends), Ended.EXITED)
        code = 0 if ended is Ended.EXITED else None
        return Outcome(
            ended=ended, exit_code=code, signal=None, stdout=b"", stderr=b"", seconds=1.0
        )


def run(folder: Path, tools: Tools, files: dict[str, str]) -> Ran:
    """Run the tool on all of the files."""
    context = context_of(folder, files, sandbox=tools, toolbox=TOOLBOX)
    return run_tool(context, ("tool",), context.facts.python_files, shown="tool")


@pytest.mark.parametrize("large", [HUGE, MANY])
def test_a_huge_file_is_given_to_no_tool(tmp_path: Path, large: str) -> None:
    """It is left out from the first, and the tool sees the others."""
    tools = Tools()

    ran = run(tmp_path, tools, {"app.py": "x = 1\n", "data.py": large})

    assert tools.given == [("./app.py",)]
    assert (ran.crashed, ran.left_out) == (False, ("data.py",))


def test_a_large_module_of_fixtures_is_given_to_the_tools(tmp_path: Path) -> None:
    """What 300 kB hold is read in seconds."""
    tools = Tools()

    ran = run(tmp_path, tools, {"app.py": "x = 1\n", "fixtures.py": FIXTURES})

    assert tools.given == [("./app.py", "./fixtures.py")]
    assert ran.left_out == ()


def test_nothing_but_huge_files_is_a_crash(tmp_path: Path) -> None:
    """The tool is tried on a clean file, and each of the files is named."""
    tools = Tools()
    context = context_of(tmp_path, {"data.py": HUGE}, sandbox=tools, toolbox=TOOLBOX)

    ran = run_tool(context, ("tool",), context.facts.python_files, shown="tool")
    evidence = crash_evidence("ruff", ran, context)

    assert tools.given == [(CANARY,)]
    assert ran.crashed
    assert evidence.status is Status.FAILED
    (finding,) = evidence.findings
    assert str(finding.location) == "data.py"
    assert "larger than 1 MB" in finding.message


@pytest.mark.parametrize("ended", [Ended.TIMED_OUT, Ended.OUT_OF_MEMORY, Ended.TOO_MUCH_OUTPUT])
def test_limits_that_a_clean_file_keeps_are_the_submissions_fault(
    tmp_path: Path, ended: Ended
) -> None:
    """The largest file is named: nobody knows better."""
    tools = Tools(slow=ended)
    files = {"app.py": "x = 1\n", "slow.py": "x = 1\n" * 50}
    context = context_of(tmp_path, files, sandbox=tools, toolbox=TOOLBOX)

    ran = run_tool(context, ("tool",), context.facts.python_files, shown="tool")
    evidence = crash_evidence("ruff", ran, context)

    assert len(tools.given) == 2
    assert evidence.status is Status.FAILED
    assert ended.value in evidence.summary
    assert [str(finding.location) for finding in evidence.findings] == ["slow.py"]


def test_a_tool_that_fails_on_a_clean_file_is_our_fault(tmp_path: Path) -> None:
    """It is told as such, and nothing is assessed."""
    tools = Tools(canary=Ended.TIMED_OUT, app=Ended.TIMED_OUT)

    with pytest.raises(StageError, match="does not work here"):
        run(tmp_path, tools, {"app.py": "x = 1\n"})


def test_what_ran_out_of_time_is_not_tried_again(tmp_path: Path) -> None:
    """Where it crashed, the broken files are left out and the rest is told."""
    slow, crashing = Tools(broken=Ended.TIMED_OUT), Tools(broken=Ended.KILLED)
    files = {"app.py": "x = 1\n", "broken.py": "x = (\n"}

    assert run(tmp_path, slow, files).crashed
    assert run(tmp_path, crashing, files).left_out == ("broken.py",)
    assert [len(tools.given) for tools in (slow, crashing)] == [2, 3]

"""Contexts to try a check on: a few files in, a Context out. Nothing runs in a sandbox."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from flaskgrade.checks.base import Context
from flaskgrade.flaskapp.analyse import read_project
from flaskgrade.model.environment import Declaration, Environment, Folder, Interpreter
from flaskgrade.model.exercise import Exercise
from flaskgrade.model.submission import SourceFile, Submission
from flaskgrade.sandbox.base import Command, Endpoint, Outcome, Process, Sandbox, Zone


class IdleSandbox:
    """A sandbox for checks that only read: asking it to run anything is a mistake."""

    name = "idle"
    version = "0"
    digest = ""

    def interpreters(self) -> tuple[Interpreter, ...]:
        """Name one interpreter, for checks that show its version."""
        return (Interpreter(path="/usr/bin/python3", version="3.13.1", platform="linux"),)

    def folder(self, path: Path) -> Folder:
        """Name the folder."""
        return Folder(backend=self.name, reference=str(path))

    def stored(self, key: str) -> Folder | None:
        """Have nothing."""
        assert key
        return None

    def store(self, key: str, path: Path) -> Folder:
        """Refuse."""
        raise AssertionError(f"a check must not store folders: {key} from {path}")

    def endpoint(self, connecting: Zone = Zone.EXAMINER) -> Endpoint:
        """Refuse."""
        raise AssertionError(f"this context serves nothing to the {connecting.value}")

    def run(
        self,
        command: Command,
        *,
        on_stdout: Callable[[bytes], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Outcome:
        """Refuse."""
        raise AssertionError(f"this context runs nothing: {command.argv} {on_stdout} {cancelled}")

    def start(
        self,
        command: Command,
        *,
        on_stdout: Callable[[bytes], None] | None = None,
        on_stderr: Callable[[bytes], None] | None = None,
    ) -> AbstractContextManager[Process]:
        """Refuse."""
        raise AssertionError(f"this context starts nothing: {command.argv} {on_stdout} {on_stderr}")

    def close(self) -> None:
        """Have nothing to close."""


def submission_of(tmp_path: Path, files: Mapping[str, str | bytes]) -> Submission:
    """Write the files below `tmp_path` and return them as a submission without history."""
    root = tmp_path / "submission"
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return Submission(
        source=str(root),
        kind="path",
        root=root,
        tree="0" * 40,
        files=tuple(
            SourceFile(path=path, size=(root / path).stat().st_size) for path in sorted(files)
        ),
    )


def context_of(
    tmp_path: Path,
    files: Mapping[str, str | bytes],
    *,
    exercise: Exercise | None = None,
    sandbox: Sandbox | None = None,
    environment: Environment | None = None,
    toolbox: Folder | None = None,
    declaration: Declaration | None = None,
) -> Context:
    """Return the context in which a check sees a submission of these files, with its real facts."""
    submission = submission_of(tmp_path, files)
    used: Sandbox = sandbox if sandbox is not None else IdleSandbox()
    return Context(
        submission=submission,
        source=used.folder(submission.root),
        facts=read_project(submission),
        declaration=declaration or Declaration(requirements=(), files=()),
        sandbox=used,
        exercise=exercise,
        environment=environment,
        toolbox=toolbox,
    )

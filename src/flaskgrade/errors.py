"""Every foreseeable failure, each with its exit code and a hint on what to do next.

    FlaskgradeError            70  a bug of ours
    ├── UsageError              2  wrong usage or configuration
    │   └── FileError           2  a rubric or exercise is wrong, with file and line
    ├── SubmissionError         3  the submission can't be had
    ├── SandboxUnavailable      4  nothing of a candidate's may run unsandboxed
    └── StageError              5  a stage of ours failed: "not assessed", never zero points
        ├── SandboxBroken       5  a sandbox that worked stopped working
        └── IndexUnavailable    5  the package index did not answer

`EXIT_*` below are the codes that are no errors. The README documents them all.
"""

from pathlib import Path

EXIT_GRADED = 0
EXIT_BELOW = 1
EXIT_NOT_ASSESSED = 5
EXIT_INTERRUPTED = 130


class FlaskgradeError(Exception):
    """Something went wrong that we know of. `hint` says what the user can do."""

    exit_code = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """Let it pass to another process, whatever it was made of."""
        return _made_again, (type(self), self.args), vars(self)

    @property
    def advice(self) -> str:
        """What a reader of a report is to know: what happened, and what to do about it."""
        return f"{self.message}. {self.hint}" if self.hint else self.message


def _made_again(kind: type[FlaskgradeError], args: tuple[object, ...]) -> FlaskgradeError:
    return kind.__new__(kind, *args)


class UsageError(FlaskgradeError):
    """The command line, a rubric, an exercise or a setting is wrong."""

    exit_code = 2


class FileError(UsageError):
    """A file that the user wrote is wrong at a line."""

    def __init__(self, path: Path, line: int | None, message: str, *, hint: str = "") -> None:
        where = f"{path}:{line}" if line is not None else str(path)
        super().__init__(f"{where}: {message}", hint=hint)
        self.path = path
        self.line = line


class SubmissionError(FlaskgradeError):
    """The submission can't be had: it isn't there, isn't allowed, or is over a limit."""

    exit_code = 3


class SandboxUnavailable(FlaskgradeError):
    """No sandbox can be set up on this host."""

    exit_code = 4


class StageError(FlaskgradeError):
    """A stage of ours failed while grading went on: what it bears on is "not assessed"."""

    exit_code = EXIT_NOT_ASSESSED


class SandboxBroken(StageError):
    """The sandbox failed, not the command in it."""


class IndexUnavailable(StageError):
    """The package index did not answer, or answered nonsense."""

    def __init__(
        self,
        message: str,
        *,
        hint: str = "Check the network, or name another index in UV_DEFAULT_INDEX.",
    ) -> None:
        super().__init__(message, hint=hint)

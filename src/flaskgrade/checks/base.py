"""The contract of a check: a submission and what it needs in, evidence out."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from flaskgrade.flaskapp.project_facts import ProjectFacts
from flaskgrade.model.environment import BuildFailure, Declaration, Environment, Folder
from flaskgrade.model.evidence import CommandRecord, Evidence, Status
from flaskgrade.model.exercise import DatabaseKind, Exercise
from flaskgrade.model.submission import Submission
from flaskgrade.sandbox.base import Ended, Outcome, Sandbox

SOURCE_PATH = "/src"  # the submission inside any sandbox, read-only
TOOLBOX_PATH = "/opt/toolbox"  # our tools at our versions, in the examiner sandbox
HIDDEN_PATH = "/hidden"  # an exercise's tests, in the examiner sandbox
TOOLBOX_PYTHON = "/opt/toolbox/bin/python"


class Need(Enum):
    """What must be ready before a check can run."""

    TOOLBOX = "toolbox"
    ENVIRONMENT = "environment"
    DATABASE = "database"  # the programs of its server, where it has one
    REDIS = "redis"  # the program, where the exercise asks for it


@dataclass(frozen=True, kw_only=True)
class Context:
    """All that a check may look at. `environment`, `toolbox`: set where a check needs them."""

    submission: Submission
    source: Folder  # the submission as a mountable folder
    facts: ProjectFacts
    declaration: Declaration
    sandbox: Sandbox
    exercise: Exercise | None = None
    environment: Environment | None = None
    build_failure: BuildFailure | None = None
    toolbox: Folder | None = None
    database: DatabaseKind = DatabaseKind.SQLITE
    postgres: Folder | None = None  # its programs, where `database` is that
    redis: Folder | None = None  # its program, where the exercise asks for it
    shuffled: bool = False  # whether the hidden tests come in another order each time
    progress: Callable[[str], None] = lambda _: None  # a few words for the live display


class Check(Protocol):
    """One way to look at a submission.

    `run` returns FAILED for the candidate's faults and ERRORED for ours; it raises SandboxBroken,
    which the pipeline turns into ERRORED, and nothing else that is foreseeable.
    """

    @property
    def name(self) -> str:
        """The name that rubrics use."""
        ...

    @property
    def title(self) -> str:
        """A few words for people."""
        ...

    @property
    def needs(self) -> frozenset[Need]:
        """What must be ready first."""
        ...

    def run(self, context: Context) -> Evidence:
        """Look, and say what is there."""
        ...


def record(command: str, outcome: Outcome, *, limit: int = 4000) -> CommandRecord:
    """Return what ran and how it ended, with the end of its output, `limit` characters at most."""
    output = (outcome.stdout + b"\n" + outcome.stderr).decode("utf-8", "replace").strip()
    if len(output) > limit:
        output = "…" + output[-limit:]
    ended = outcome.ended.value
    if outcome.ended is Ended.KILLED:
        ended = f"killed by signal {outcome.signal}"
    return CommandRecord(
        command=command,
        ended=ended,
        exit_code=outcome.exit_code,
        output=output,
        milliseconds=round(outcome.seconds * 1000),
    )


def not_built(check: str, context: Context) -> Evidence:
    """Return the evidence of a check that lacks its environment, by the candidate's fault."""
    failure = context.build_failure
    return Evidence(
        check=check,
        status=Status.FAILED,
        summary=f"Not run: {failure.reason if failure else 'the environment was not built'}.",
    )

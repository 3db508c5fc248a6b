"""What a check found: facts, never points. Scoring turns them into points, later and elsewhere."""

from dataclasses import dataclass
from enum import Enum


class Status(Enum):
    """How a check, a criterion or one test ended. None of them has a truth value."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"  # does not apply to this submission; takes no points and gives none
    ERRORED = "errored"  # our fault: scored "not assessed", never zero

    def __bool__(self) -> bool:
        """Refuse: `if status:` would read SKIPPED and ERRORED as success."""
        msg = f"{self} has no truth value; compare it with a Status"
        raise TypeError(msg)


class Origin(Enum):
    """How evidence was obtained."""

    OBSERVED = "observed"  # by us, from outside the candidate's processes
    CLAIMED = "claimed"  # by code that ran beside the candidate's


class Severity(Enum):
    """How much a finding matters."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, kw_only=True)
class Location:
    """A place in the submission: a POSIX path relative to its root, and a line from 1 if known."""

    path: str
    line: int | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One HTTP exchange, already cut to a size fit for a report. `status` is None if none came."""

    method: str
    path: str
    request_headers: tuple[tuple[str, str], ...] = ()
    request_body: str = ""
    status: int | None = None
    response_headers: tuple[tuple[str, str], ...] = ()
    response_body: str = ""
    milliseconds: int = 0
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class CommandRecord:
    """A command that ran in a sandbox, as a reader would type it, and how it ended."""

    command: str
    ended: str
    exit_code: int | None = None
    output: str = ""
    milliseconds: int = 0


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing worth saying. `code` is stable and namespaced: "ruff:F401", "tree:symlink"."""

    code: str
    message: str
    severity: Severity = Severity.LOW
    location: Location | None = None


@dataclass(frozen=True, kw_only=True)
class Item:
    """One unit of a check that passes or fails by itself: a test, or a step such as a downgrade."""

    id: str
    title: str
    status: Status
    message: str = ""
    milliseconds: int = 0
    criteria: tuple[str, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    location: Location | None = None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A whole number that scoring may use, such as `source_lines`."""

    name: str
    value: int


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that one check hands on. `summary` is one sentence for a person."""

    check: str
    status: Status
    summary: str
    origin: Origin = Origin.OBSERVED
    items: tuple[Item, ...] = ()
    findings: tuple[Finding, ...] = ()
    measures: tuple[Measure, ...] = ()
    commands: tuple[CommandRecord, ...] = ()
    milliseconds: int = 0

    def measure(self, name: str) -> int | None:
        """Return the measure of that name, or None if this check did not take it."""
        return next((m.value for m in self.measures if m.name == name), None)

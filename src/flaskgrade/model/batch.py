"""Many submissions to grade, and what came of each."""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One submission of a batch. What is None is as for the whole batch."""

    name: str  # of the folder of its reports: unique in the batch, safe in a path
    source: str
    where: str  # that asked for it, such as "list.csv:3"
    ref: str | None = None
    subdir: str | None = None
    exercise: str | None = None
    rubric: str | None = None


class State(Enum):
    """How far an entry is."""

    WAITING = "waiting"
    RUNNING = "running"
    GRADED = "graded"
    KNOWN = "known"  # graded before, and nothing that it depends on has changed
    REFUSED = "refused"  # the submission can't be had, or is asked for wrongly
    BROKEN = "broken"  # a bug of ours, twice

    def __bool__(self) -> bool:
        """Refuse: `if state:` would be true of all."""
        msg = f"{self} has no truth value; compare it with a State"
        raise TypeError(msg)


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a graded submission came to, as far as a table of many shows it."""

    low: Fraction
    high: Fraction
    of: Fraction
    band: str
    passed: bool | None
    unassessed: bool = False  # open for more than that people have yet to mark it


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """An entry, and how far it is."""

    entry: Entry
    state: State = State.WAITING
    words: str = ""  # why there is no result, or what is being done
    result: Result | None = None
    milliseconds: int = 0
    again: bool = False  # it ran out of time beside others, and was graded again alone

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it in this run."""
        return self.state not in {State.WAITING, State.RUNNING}

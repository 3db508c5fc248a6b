"""What an exercise claims of itself, and what came of it when everything was graded: the matrix."""

from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from pathlib import Path


class Kind(Enum):
    """What is graded to prove an exercise. The values are the folders that they stand in."""

    SOLUTION = "solution"
    ALTERNATIVE = "alternatives"
    STARTER = "starter"
    EMPTY = "empty"
    VARIANT = "variants"
    SUBMISSION = "submissions"
    REPEAT = "repeat"  # the solution again, its hidden tests in another order


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One thing to grade, and what the exercise says will come of it."""

    kind: Kind
    name: str = ""  # of its folder; empty where there is only one
    folder: Path | None = None  # of the files; of a variant's or submission's patches
    summary: str = ""
    loses: tuple[str, ...] = ()  # a variant's: exactly these criteria
    rubric: str = ""  # a submission's own level
    band: str = ""  # where it lands; empty: nothing is claimed

    @property
    def title(self) -> str:
        """Its path below the exercise, such as `variants/race`."""
        return f"{self.kind.value}/{self.name}" if self.name else self.kind.value


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A claim after grading. `problems` are the sentences in which it does not hold."""

    claim: Claim
    lost: tuple[str, ...] = ()  # criteria that earned less than the solution's
    failed: tuple[str, ...] = ()  # hidden tests that did not pass
    open: tuple[str, ...] = ()  # what was not assessed: nothing can be said
    points: Fraction | None = None  # of 100, under the exercise's rubric
    band: str = ""  # under its own
    problems: tuple[str, ...] = ()
    milliseconds: int = 0


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """All trials of an exercise against the criteria that its brief names.

    `untested` are criteria that no variant loses; `problems` what no single trial shows. `whole`
    is False where only a part was graded, so that neither can be told.
    """

    exercise: str
    title: str
    version: int
    digest: str
    backend: str
    rubric: str
    criteria: tuple[tuple[str, str], ...]  # id, title
    trials: tuple[Trial, ...]
    untested: tuple[str, ...] = ()
    problems: tuple[str, ...] = field(default=())
    whole: bool = True

    @property
    def holds(self) -> bool:
        """Whether everything that was graded is as the exercise claims."""
        return not (self.untested or self.problems or any(one.problems for one in self.trials))

    @property
    def is_open(self) -> bool:
        """Whether something could not be assessed, which says nothing about the exercise."""
        return any(one.open for one in self.trials)

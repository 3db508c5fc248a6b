"""What a grading is asked to do, and what its first stages come to."""

from dataclasses import dataclass, field
from pathlib import Path

from flaskgrade.environment.toolbox import Toolbox
from flaskgrade.errors import StageError
from flaskgrade.model.environment import BuildFailure, Environment
from flaskgrade.model.exercise import DatabaseKind, Exercise, Launch
from flaskgrade.model.rubric import Rubric
from flaskgrade.progress import Progress, Silence
from flaskgrade.sandbox.base import Sandbox


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to grade, by which measure, and where."""

    source: str
    rubric: Rubric
    sandbox: Sandbox
    cache: Path
    scratch: Path
    exercise: Exercise | None = None
    ref: str | None = None
    subdir: str | None = None
    database: DatabaseKind | None = None  # None: as the exercise says
    shuffled: bool = False  # the hidden tests in another order each time, to see whether they mind
    progress: Progress = field(default_factory=Silence)

    @property
    def kept_in(self) -> DatabaseKind:
        """The database that the submission is given."""
        return self.database or (self.exercise.launch if self.exercise else Launch()).database


@dataclass(frozen=True, kw_only=True)
class Ready:
    """What the stages before the checks came to; an error is ours, None is what nobody needed."""

    environment: Environment | BuildFailure | StageError | None
    toolbox: Toolbox | StageError | None

"""What a report says of its own making: everything that a score depends on."""

from datetime import datetime

from flaskgrade import __version__
from flaskgrade.environment.postgres import postgres_package
from flaskgrade.environment.redis import redis_package
from flaskgrade.environment.toolbox import Toolbox
from flaskgrade.model.environment import Environment
from flaskgrade.model.exercise import REDIS, DatabaseKind
from flaskgrade.model.report import Provenance, Versioned
from flaskgrade.model.submission import Submission
from flaskgrade.pipeline_job import Job, Ready

TOOLS = ("pytest", "ruff", "mypy", "bandit")


def provenance(
    job: Job, submission: Submission, ready: Ready, started: datetime, milliseconds: int
) -> Provenance:
    """Return what was graded, by what, with what, and when; `milliseconds` is how long it took."""
    environment = ready.environment if isinstance(ready.environment, Environment) else None
    packages = ready.toolbox.packages if isinstance(ready.toolbox, Toolbox) else ()
    tools = [one for one in packages if one.name in TOOLS]
    if job.kept_in is DatabaseKind.POSTGRES:
        tools.append(postgres_package())
    if job.exercise and REDIS in job.exercise.launch.services:
        tools.append(redis_package())
    exercise = job.exercise
    return Provenance(
        source=submission.source,
        kind=submission.kind,
        commit=submission.commit,
        tree=submission.tree,
        ref=submission.ref,
        subdir=submission.subdir,
        dirty=submission.dirty,
        commits=len(submission.history),
        exercise=Versioned(
            name=exercise.name, version=str(exercise.version), digest=exercise.digest
        )
        if exercise
        else None,
        rubric=Versioned(
            name=job.rubric.name, version=str(job.rubric.version), digest=job.rubric.digest
        ),
        sandbox=Versioned(
            name=job.sandbox.name, version=job.sandbox.version, digest=job.sandbox.digest
        ),
        interpreter=environment.interpreter.version if environment else "",
        environment=environment.digest if environment else "",
        packages=tuple(
            Versioned(name=p.name, version=p.version)
            for p in (environment.packages if environment else ())
        ),
        tools=tuple(Versioned(name=tool.name, version=tool.version) for tool in tools),
        harness=Versioned(name="flaskgrade", version=__version__),
        started=started.isoformat(timespec="seconds"),
        milliseconds=milliseconds,
    )

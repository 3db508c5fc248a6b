"""By what a grading is known: the digest of everything that its score depends on."""

import hashlib
import json
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from flaskgrade import __version__
from flaskgrade.model.submission import Submission
from flaskgrade.pipeline_job import Job

PACKAGE = Path(__file__).parents[1]


def key(job: Job, submission: Submission) -> str:
    """Return the digest of a submission's content and of what measures it.

    That is its tree and its history, the exercise and the rubric by their digests, the database,
    the sandbox, its interpreters, and this very harness with its tools. What an index offers today
    for a dependency that is not pinned is no part of it: it would have to be asked.
    """
    exercise = job.exercise
    parts = {
        "tree": submission.tree,
        "commit": submission.commit,
        "subdir": submission.subdir,
        "dirty": submission.dirty,
        "exercise": exercise.digest if exercise else None,
        "rubric": job.rubric.digest,
        "database": job.kept_in.value,
        "sandbox": [job.sandbox.name, job.sandbox.version, job.sandbox.digest],
        "interpreters": sorted(one.version for one in job.sandbox.interpreters()),
        "harness": harness(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@cache
def harness() -> str:
    """Return the digest of flaskgrade's own files, and of the versions that it runs with."""
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{path.relative_to(PACKAGE)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    for line in sorted(f"{one.name}=={one.version}" for one in distributions()):
        digest.update(line.encode())
    return digest.hexdigest()

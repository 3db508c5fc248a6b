"""Write the repository that a candidate is given, and prove that nothing hidden is in it."""

from pathlib import Path

from flaskgrade.errors import UsageError
from flaskgrade.exercise.handout import written
from flaskgrade.exercise.leaks import leaks, secrets
from flaskgrade.model.exercise import Exercise
from flaskgrade.submission.assembling import assemble, contents
from flaskgrade.workspace import remove

SHOWN = 5


def hand_out(exercise: Exercise, folder: Path) -> int:
    """Write the candidate's repository to a folder; return how many files are in it.

    Raises UsageError where the folder holds something, and where anything hidden would be in the
    repository: its names, contents and history are searched. Then there is no folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already", hint="Name a folder that is not there yet.")
    if folder.is_dir():
        folder.rmdir()
    added = written(exercise)
    try:
        assemble(
            folder,
            files=exercise.starter,
            written=added,
            message=f"{exercise.title}: the starter",
        )
        found = leaks(secrets(exercise), contents(folder))
    except BaseException:
        remove(folder)
        raise
    if found:
        remove(folder)
        told = "; ".join(
            f"{leak.where}: {leak.secret.kind}, {leak.secret.text[:60]!r}" for leak in found[:SHOWN]
        )
        raise UsageError(
            f"the starter would tell what is hidden: {told}", hint="Nothing was written."
        )
    return sum(1 for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)

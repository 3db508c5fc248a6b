"""Begin an exercise of one's own: a copy of the smallest that is shipped, which verifies."""

import re
import shutil
from pathlib import Path

from flaskgrade.errors import UsageError
from flaskgrade.exercise.load import FILE_NAME, NAME
from flaskgrade.shipped import find

MODEL = "guest-book"
MODEL_TITLE = "Guest book"
LEFT_BEHIND = ("__pycache__", "*.pyc", ".*_cache")


def scaffold(folder: Path, *, title: str | None = None) -> str:
    """Write a new exercise to a folder that is not there yet; return its name, the folder's.

    Raises UsageError where the name is none, or the folder is there.
    """
    name = folder.absolute().name
    if not re.fullmatch(NAME, name):
        raise UsageError(
            f"{name!r} is no name of an exercise",
            hint="Use small letters, digits and '-', such as ./room-bookings.",
        )
    if folder.exists():
        raise UsageError(f"{folder} is there already", hint="Name a folder that is not there yet.")
    words = title or name.replace("-", " ").capitalize()
    shutil.copytree(find("exercises", MODEL), folder, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    _replace(folder / FILE_NAME, f"name: {MODEL}", f"name: {name}")
    _replace(folder / FILE_NAME, f"title: {MODEL_TITLE}", f'title: "{words}"')
    _replace(folder / "starter" / "README.md", f"# {MODEL_TITLE}", f"# {words}")
    _replace(folder / "solution" / "README.md", f"# {MODEL_TITLE}", f"# {words}")
    _replace(folder / "brief.md", f"# {MODEL_TITLE}", f"# {words}")
    return name


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise UsageError(f"{path} does not begin as expected: {old!r} is not in it")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

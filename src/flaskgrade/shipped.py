"""The exercises and rubrics that come with flaskgrade, found by name.

In an installed package they lie in `flaskgrade/shipped/` (see pyproject.toml); a folder of this
module's name is no obstacle, since it holds no `__init__.py`. In a checkout they lie at its top.
"""

from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from flaskgrade.errors import FlaskgradeError, UsageError

Kind = Literal["exercises", "rubrics"]

_EXERCISE_FILE = "exercise.yaml"
_RUBRIC_SUFFIXES = (".yaml", ".yml")


def shipped(kind: Kind) -> Path:
    """Return the folder of the shipped exercises or rubrics."""
    package = Path(__file__).resolve().parent
    checkout = package.parents[1]
    places = [package / "shipped" / kind]
    if (checkout / "pyproject.toml").is_file():
        places.append(checkout / kind)
    for folder in places:
        if folder.is_dir():
            return folder
    raise FlaskgradeError(
        f"the {kind} that come with flaskgrade are not in its installation",
        hint="Install flaskgrade again.",
    )


def names(kind: Kind) -> tuple[str, ...]:
    """Return the names of what is shipped, sorted."""
    folder = shipped(kind)
    if kind == "rubrics":
        return tuple(sorted(path.stem for path in folder.glob("*.yaml")))
    return tuple(sorted(path.parent.name for path in folder.glob(f"*/{_EXERCISE_FILE}")))


def find(kind: Kind, name_or_path: str, *, beside: Path = Path()) -> Path:
    """Return the file of a rubric, or the folder of an exercise.

    What has a slash, is `.` or `..`, or ends like a YAML file, is a path, relative to `beside`;
    all else is a shipped name, so that a folder which happens to lie here never takes its place.
    Raises UsageError if there is no such thing.
    """
    if _is_path(name_or_path):
        return _at_path(kind, beside / name_or_path)
    known = names(kind)
    if name_or_path in known:
        folder = shipped(kind)
        return folder / f"{name_or_path}.yaml" if kind == "rubrics" else folder / name_or_path
    near = get_close_matches(name_or_path, known, n=1)
    proposal = f"; did you mean '{near[0]}'?" if near else ""
    hint = f"There are: {', '.join(known) or 'none'}."
    if (beside / name_or_path).exists():
        hint += f" For the one in this folder write ./{name_or_path}"
    else:
        hint += " For one of your own give its path, such as ./mine"
        hint += ".yaml." if kind == "rubrics" else "."
    raise UsageError(f"there is no {kind[:-1]} '{name_or_path}'{proposal}", hint=hint)


def _is_path(name_or_path: str) -> bool:
    return (
        "/" in name_or_path
        or name_or_path in {".", ".."}
        or name_or_path.endswith(_RUBRIC_SUFFIXES)
    )


def _at_path(kind: Kind, path: Path) -> Path:
    if kind == "rubrics":
        if not path.is_file():
            raise UsageError(f"there is no rubric file {path}", hint="Give the path of a file.")
        return path
    folder = path.parent if path.name == _EXERCISE_FILE else path
    if not (folder / _EXERCISE_FILE).is_file():
        raise UsageError(
            f"{folder} is no exercise: it has no {_EXERCISE_FILE}",
            hint=f"Give the path of a folder that holds an {_EXERCISE_FILE}.",
        )
    return folder

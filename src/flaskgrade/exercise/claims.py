"""What an exercise claims of itself: the folders beside its tests, and what they say comes of them.

solution/            earns everything
alternatives/NAME/   other honest projects, which pass every hidden test
variants/NAME/       patch.diff on the solution, and expect.yaml: the criteria that it loses
submissions/NAME/    patches in a row on the starter, as `git format-patch` writes them
calibration.yaml     where each submission lands
"""

from collections.abc import Iterator
from pathlib import Path

from flaskgrade.errors import FileError
from flaskgrade.exercise.load import FILE_NAME, LEVEL
from flaskgrade.model.exercise import Exercise
from flaskgrade.model.verification import Claim, Kind
from flaskgrade.yamlfile import Value, read_yaml

PATCH = "patch.diff"
EXPECT = "expect.yaml"
CALIBRATION = "calibration.yaml"
BAND = r"[a-z][a-z-]{0,39}"


def claims(exercise: Exercise) -> tuple[Claim, ...]:
    """Return all claims of an exercise, the solution's first.

    Raises FileError where a folder that an exercise must have is missing, and for what expect.yaml
    and calibration.yaml say wrong, with the line.
    """
    return (
        Claim(kind=Kind.SOLUTION, folder=_needed(exercise, "solution")),
        *_alternatives(exercise),
        Claim(kind=Kind.STARTER, folder=_needed(exercise, "starter")),
        Claim(kind=Kind.EMPTY),
        *_variants(exercise),
        *_submissions(exercise),
    )


def _needed(exercise: Exercise, name: str) -> Path:
    folder = exercise.folder / name
    if not folder.is_dir():
        raise FileError(
            exercise.folder / FILE_NAME,
            None,
            f"there is no folder {name}/ beside it",
            hint="`flaskgrade exercise new` shows what belongs to an exercise.",
        )
    return folder


def _folders(exercise: Exercise, kind: Kind) -> tuple[Path, ...]:
    place = exercise.folder / kind.value
    return tuple(sorted(one for one in place.iterdir() if one.is_dir())) if place.is_dir() else ()


def _alternatives(exercise: Exercise) -> Iterator[Claim]:
    for folder in _folders(exercise, Kind.ALTERNATIVE):
        yield Claim(kind=Kind.ALTERNATIVE, name=folder.name, folder=folder)


def _variants(exercise: Exercise) -> Iterator[Claim]:
    for folder in _folders(exercise, Kind.VARIANT):
        if not (folder / PATCH).is_file():
            raise FileError(folder, None, f"a variant needs a {PATCH}")
        file = folder / EXPECT
        told = read_yaml(file).table().allow(required=("loses", "summary"), optional=("band",))
        band = told.get("band")
        yield Claim(
            kind=Kind.VARIANT,
            name=folder.name,
            folder=folder,
            summary=told["summary"].text(longest=1000),
            loses=_loses(told["loses"], exercise),
            rubric=exercise.level if band else "",
            band=band.text(BAND, of="the name of a band") if band else "",
        )


def _loses(value: Value, exercise: Exercise) -> tuple[str, ...]:
    lost: list[str] = []
    for each in value.items():
        criterion = each.choice(exercise.named)
        if criterion in lost:
            raise each.error(f"{criterion} is listed twice")
        lost.append(criterion)
    return tuple(lost)


def _submissions(exercise: Exercise) -> Iterator[Claim]:
    folders = {folder.name: folder for folder in _folders(exercise, Kind.SUBMISSION)}
    file = exercise.folder / CALIBRATION
    if not folders and not file.is_file():
        return
    told = read_yaml(file).table().allow(required=("submissions",))["submissions"]
    named = told.table().named(r"[a-z0-9][a-z0-9-]*", of="a folder of submissions/")
    for name, entry in named:
        if name not in folders:
            raise entry.error(f"there is no folder submissions/{name}")
        keys = entry.table().allow(required=("rubric", "band"), optional=("summary",))
        summary = keys.get("summary")
        yield Claim(
            kind=Kind.SUBMISSION,
            name=name,
            folder=folders[name],
            summary=summary.text(longest=1000) if summary else "",
            rubric=keys["rubric"].text(LEVEL, of="the name or path of a rubric"),
            band=keys["band"].text(BAND, of="the name of a band"),
        )
    if missing := sorted(set(folders) - {name for name, _ in named}):
        raise told.error(f"says nothing of submissions/{missing[0]}")

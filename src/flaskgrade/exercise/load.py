"""Read an exercise: its exercise.yaml, and the hidden tests that it maps to criteria."""

import hashlib
import os
from pathlib import Path

from flaskgrade.errors import FileError
from flaskgrade.exercise.hidden_tests import hidden_tests
from flaskgrade.exercise.launch import read_launch, read_seconds
from flaskgrade.model.exercise import AcceptanceTest, Ceiling, Exercise, Launch
from flaskgrade.shipped import find
from flaskgrade.yamlfile import Value, read_yaml

FILE_NAME = "exercise.yaml"

NAME = r"[a-z0-9][a-z0-9-]{0,59}"
CRITERION = r"[A-Za-z][A-Za-z0-9_-]{0,39}"
TEST_ID = r"([A-Za-z0-9_.-]+/)*[A-Za-z0-9_-]+\.py::[A-Za-z_][A-Za-z0-9_]*"
LEVEL = r"[A-Za-z0-9_./-]+"
PROTECTED = r"(?!/)(?!.*\.\.)[A-Za-z0-9_.*/-]+"

KEYS = ("name", "title", "version", "acceptance")
OPTIONAL_KEYS = (
    "level",
    "use_case",
    "time_box_minutes",
    "launch",
    "test_seconds",
    "run_seconds",
    "criteria",
    "protected",
    "at_most",
)
LEFT_BEHIND = frozenset({"__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache"})
AT_MOST_KEYS = ("starter", "empty")


def load_exercise(name_or_path: str) -> Exercise:
    """Return a shipped exercise by name, or that of a folder.

    Every hidden test must be mapped to a criterion, and everything that is mapped must be there.
    Raises FileError with the line of what is wrong, and UsageError if there is no such exercise.
    """
    folder = find("exercises", name_or_path).resolve()
    file = folder / FILE_NAME
    top = read_yaml(file).table().allow(required=KEYS, optional=OPTIONAL_KEYS)
    level, use_case = top.get("level"), top.get("use_case")
    time_box, criteria, launch = top.get("time_box_minutes"), top.get("criteria"), top.get("launch")
    test_seconds, run_seconds = top.get("test_seconds"), top.get("run_seconds")
    protected, at_most = top.get("protected"), top.get("at_most")
    return Exercise(
        name=top["name"].text(NAME, of="a name: small letters, digits and '-'"),
        title=top["title"].text(),
        version=top["version"].integer(at_least=1),
        folder=folder,
        digest=_digest(folder),
        launch=read_launch(launch) if launch else Launch(),
        tests=_tests(top["acceptance"], folder / "acceptance"),
        criteria=_criteria(criteria) if criteria else (),
        test_seconds=read_seconds(test_seconds, 10.0, longest=600),
        run_seconds=read_seconds(run_seconds, 120.0, longest=7200),
        level=level.text(LEVEL, of="the name or path of a rubric") if level else "mid",
        use_case=use_case.text() if use_case else "",
        time_box_minutes=time_box.integer(at_least=1, at_most=10_000) if time_box else None,
        protected=_protected(protected, folder / "starter") if protected else (),
        at_most=_ceiling(at_most) if at_most else Ceiling(),
    )


def _criteria(value: Value) -> tuple[str, ...]:
    criteria: list[str] = []
    for each in value.items():
        criterion = each.text(CRITERION, of="a criterion's id such as M1")
        if criterion in criteria:
            raise each.error(f"{criterion} is listed twice")
        criteria.append(criterion)
    return tuple(criteria)


def _protected(value: Value, starter: Path) -> tuple[str, ...]:
    globs = []
    for each in value.items():
        pattern = each.text(PROTECTED, of="a path, or a pattern such as tests/*.py")
        if not any(path.is_file() for path in starter.glob(pattern)):
            raise each.error(f"{pattern} is no file of starter/")
        globs.append(pattern)
    return tuple(globs)


def _ceiling(value: Value) -> Ceiling:
    table = value.table().allow(optional=AT_MOST_KEYS)
    starter, empty = table.get("starter"), table.get("empty")
    usual = Ceiling()
    return Ceiling(
        starter=float(starter.number(at_least=0, at_most=100)) if starter else usual.starter,
        empty=float(empty.number(at_least=0, at_most=100)) if empty else usual.empty,
    )


def _tests(mapping: Value, acceptance: Path) -> tuple[AcceptanceTest, ...]:
    """Return the tests in the order of their files, each with the criteria that list it."""
    there = hidden_tests(acceptance)
    criteria: dict[str, list[str]] = {name: [] for name in there}
    for criterion, listed in mapping.table().named(CRITERION, of="a criterion's id such as C1"):
        if not listed.items():
            raise listed.error("must list at least one test")
        for value in listed.items():
            value.text(TEST_ID, of="a test id such as test_rooms.py::test_get")
            name = value.choice(there)
            if criterion in criteria[name]:
                raise value.error(f"{name} is listed twice for {criterion}")
            criteria[name].append(criterion)
    for name, test in there.items():
        if not criteria[name]:
            raise FileError(
                test.path,
                test.line,
                f"{name.rpartition('::')[2]} bears on no criterion",
                hint=f"List {name} under `acceptance:` in {FILE_NAME}.",
            )
    if not there:
        raise mapping.error("there is no test in acceptance/")
    return tuple(
        AcceptanceTest(id=name, title=test.title, criteria=tuple(criteria[name]), brief=test.brief)
        for name, test in there.items()
    )


def _digest(folder: Path) -> str:
    """Return the SHA-256, in hexadecimal, of exercise.yaml and all files that bear on a score.

    The starter is among them: its lines are not the candidate's, and its tests may be protected.
    """
    digest = hashlib.sha256()
    for path in (folder / FILE_NAME, *_files(folder / "acceptance"), *_files(folder / "starter")):
        content = path.read_bytes()
        name = os.fsencode(path.relative_to(folder))
        digest.update(b"%d %b %d %b" % (len(name), name, len(content), content))
    return digest.hexdigest()


def _files(place: Path) -> tuple[Path, ...]:
    """Return the files below a folder, sorted, without what Python and pytest leave behind."""
    files = []
    for path in place.rglob("*"):
        if LEFT_BEHIND & set(path.relative_to(place).parts):
            continue
        if path.is_symlink():
            raise FileError(
                path,
                None,
                "is a symbolic link, which a sandbox cannot follow",
                hint="Put the file itself in its place.",
            )
        if path.is_file():
            files.append(path)
    return tuple(sorted(files, key=lambda path: path.relative_to(place).as_posix()))

"""Find what is hidden in what a candidate is given. Pure: texts in, findings out."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flaskgrade.exercise.brief import plain
from flaskgrade.model.exercise import Exercise

LEAST = 16  # characters of a text that nobody writes twice by chance
LEAST_LINE = 40
NAMES = ("exercise.yaml", "expect.yaml", "calibration.yaml", "acceptance", "variants")


@dataclass(frozen=True, kw_only=True)
class Secret:
    """Something that a candidate must not see, and what it is."""

    text: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Leak:
    """A secret, and where it stands."""

    where: str
    secret: Secret


def secrets(exercise: Exercise) -> tuple[Secret, ...]:
    """Return what is hidden: tests by name and title, their lines and texts, the settings.

    What the brief itself says is no secret.
    """
    known = plain(exercise.brief.read_text(encoding="utf-8")) if exercise.brief.is_file() else ""
    found = {one.text: one for one in _secrets(exercise) if plain(one.text) not in known}
    return tuple(found.values())


def _secrets(exercise: Exercise) -> Iterator[Secret]:
    for test in exercise.tests:
        yield Secret(text=test.id.rpartition("::")[2], kind="the name of a hidden test")
        if len(test.title) >= LEAST:
            yield Secret(text=test.title, kind="the title of a hidden test")
    for _, value in exercise.launch.environment:
        if len(value) >= LEAST and "{" not in value:
            yield Secret(text=value, kind="a setting of the hidden tests")
    for path in sorted(exercise.acceptance.rglob("*.py")):
        yield from _of_file(path)


def _of_file(path: Path) -> Iterator[Secret]:
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    quoted = _quoted(tree)
    for number, written in enumerate(source.splitlines(), start=1):
        line = written.strip()
        if number in quoted:
            continue
        if len(line) >= LEAST_LINE and not line.startswith(("import ", "from ", "#", "@")):
            yield Secret(text=line, kind=f"a line of {path.name}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for text in map(str.strip, node.value.splitlines()):
                if len(text) >= LEAST and " " not in text:
                    yield Secret(text=text, kind=f"a text of {path.name}")


def _quoted(tree: ast.Module) -> frozenset[int]:
    """Return the lines of decorators: what they quote is the brief's."""
    return frozenset(
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for mark in node.decorator_list
        for line in range(mark.lineno, (mark.end_lineno or mark.lineno) + 1)
    )


def leaks(hidden: tuple[Secret, ...], given: Iterable[tuple[str, bytes]]) -> tuple[Leak, ...]:
    """Return what is hidden and stands in what is given: names and contents, upper case or not."""
    found = []
    for where, content in given:
        name = where.casefold()
        text = content.decode("utf-8", "replace").casefold()
        found += [
            Leak(where=where, secret=one)
            for one in hidden
            if one.text.casefold() in f"{name}\n{text}"
        ]
        found += [
            Leak(where=where, secret=Secret(text=one, kind="the name of a hidden file"))
            for one in NAMES
            if one in name.split("/")
        ]
    return tuple(found)

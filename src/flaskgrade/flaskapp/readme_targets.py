"""What the commands of a README name, and whether it is there: files, make targets, and more."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from flaskgrade.flaskapp.readme import CHARACTERS, Readme
from flaskgrade.model.evidence import Location
from flaskgrade.model.submission import Submission

_COMPOSE = tuple(
    f"{stem}.{suffix}" for stem in ("compose", "docker-compose") for suffix in ("yml", "yaml")
)
_RUNNERS = frozenset({"uv", "poetry", "pipenv", "pdm", "hatch"})
_REQUIREMENTS = frozenset({"-r", "--requirement", "--requirements"})
_SHOWN = 100  # characters of a name that is not there


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A file or target that a command names and the submission lacks."""

    command: str
    what: str
    location: Location


def missing_targets(readme: Readme, submission: Submission) -> tuple[Missing, ...]:
    """Return what the commands of a README name and the submission lacks.

    Files are looked for in any folder, since commands often follow a `cd`.
    """
    tree = _Tree(submission, readme)
    found: dict[str, Missing] = {}
    for command in readme.commands:
        for what in tree.lacks(command.words):
            missing = Missing(
                command=" ".join(command.words)[:_SHOWN],
                what=what,
                location=Location(path=readme.path, line=command.line),
            )
            found.setdefault(what, missing)
    return tuple(found.values())


class _Tree:
    """The files of a submission, asked by what commands need."""

    def __init__(self, submission: Submission, readme: Readme) -> None:
        self._submission = submission
        self._text = readme.text
        self._files = frozenset(file.path for file in submission.files)
        self._programs: dict[str, Callable[[list[str]], Iterator[str]]] = {
            "make": self._make,
            "just": self._just,
            "docker-compose": self._compose,
            "docker": self._docker,
            "tox": self._tox,
            "nox": self._nox,
            "pip": self._requirements,
            "pip3": self._requirements,
            "uv": self._requirements,
            "python": self._python,
            "python3": self._python,
            "py": self._python,
            "sh": self._script,
            "bash": self._script,
            "source": self._script,
            "cp": self._copy,
        }

    def lacks(self, words: tuple[str, ...]) -> Iterator[str]:
        """Return what a command names and is not there."""
        program, *rest = words
        while program in _RUNNERS and rest[:1] == ["run"] and rest[1:]:
            program, *rest = rest[1:]
        if "/bin/" in program:
            program = PurePosixPath(program).name
        if program.startswith("./") and program.endswith((".sh", ".py")):
            yield from self._unless_there(program)
        elif program in self._programs:
            yield from self._programs[program](rest)

    def _make(self, words: list[str]) -> Iterator[str]:
        plain = itertools.takewhile(
            lambda word: not word.startswith("-") and "=" not in word, words
        )
        for word in plain:
            if word not in self._make_targets:
                yield f"make target “{word[:_SHOWN]}”"

    def _just(self, words: list[str]) -> Iterator[str]:
        if words and not words[0].startswith("-") and words[0] not in self._just_recipes:
            yield f"just recipe “{words[0][:_SHOWN]}”"

    def _docker(self, words: list[str]) -> Iterator[str]:
        if words[:1] == ["compose"]:
            yield from self._compose(words[1:])
        elif words[:1] == ["build"]:
            names = {PurePosixPath(path).name for path in self._files}
            if not any(name.startswith(("Dockerfile", "Containerfile")) for name in names):
                yield "Dockerfile"

    def _compose(self, words: list[str]) -> Iterator[str]:
        if "-f" not in words and not any(map(self._there, _COMPOSE)):
            yield "compose file"

    def _tox(self, _words: list[str]) -> Iterator[str]:
        if not any(map(self._there, ("tox.ini", "pyproject.toml", "setup.cfg", "tox.toml"))):
            yield "configuration of tox"

    def _nox(self, words: list[str]) -> Iterator[str]:
        if "-f" not in words and not self._there("noxfile.py"):
            yield "noxfile.py"

    def _requirements(self, words: list[str]) -> Iterator[str]:
        for option, value in itertools.pairwise(words):
            if option in _REQUIREMENTS:
                yield from self._unless_there(value)

    def _python(self, words: list[str]) -> Iterator[str]:
        yield from self._requirements(words)
        first = _first(words)
        if "-m" not in words and first.endswith(".py"):
            yield from self._unless_there(first)

    def _script(self, words: list[str]) -> Iterator[str]:
        if _first(words).endswith(".sh"):
            yield from self._unless_there(_first(words))

    def _copy(self, words: list[str]) -> Iterator[str]:
        if _first(words).startswith(".env"):
            yield from self._unless_there(_first(words))

    def _unless_there(self, name: str) -> Iterator[str]:
        """Return a file name unless it is there, is a placeholder, or is made on the way."""
        placeholder = re.search(r"[<>*$~{}]|^/|\.\.", name)
        made = re.search(rf"(?:>|-o|cp \S+|touch)\s*{re.escape(name[:_SHOWN])}", self._text)
        if not (placeholder or made or self._there(name)):
            yield f"file “{name[:_SHOWN]}”"

    def _there(self, name: str) -> bool:
        wanted = str(PurePosixPath(name))
        return any(path == wanted or path.endswith(f"/{wanted}") for path in self._files)

    @cached_property
    def _make_targets(self) -> frozenset[str]:
        heads = self._rules(("Makefile", "makefile", "GNUmakefile"))
        return frozenset(target for head in heads for target in head.split())

    @cached_property
    def _just_recipes(self) -> frozenset[str]:
        heads = self._rules(("justfile", "Justfile", ".justfile"))
        return frozenset(head.split()[0].lstrip("@") for head in heads)

    def _rules(self, names: tuple[str, ...]) -> Iterator[str]:
        """Return what stands before the colon of each rule, whatever folder the file is in."""
        for path in sorted(self._files):
            if PurePosixPath(path).name in names:
                for line in self._submission.text(path, CHARACTERS).splitlines():
                    head, colon, rest = line.partition(":")
                    if colon and head.strip() and line[0] not in " \t#" and rest[:1] != "=":
                        yield head


def _first(words: list[str]) -> str:
    return next((word for word in words if not word.startswith("-")), "")

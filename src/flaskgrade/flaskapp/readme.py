"""A README as data: its words, its sections, the commands in its code, and what they name."""

import itertools
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from flaskgrade.model.evidence import Location
from flaskgrade.model.submission import Submission

CHARACTERS = 200_000
_NAMES = ("readme.md", "readme.markdown", "readme.rst", "readme.txt", "readme.adoc", "readme")
_FENCE = re.compile(r"^\s{0,3}(```+|~~~+)")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.+?)\s*#*$|^={1,5}\s+(.+)$")
_UNDERLINE = re.compile(r"^([=\-~^\"'*+#.:_`])\1{2,}\s*$")
_INLINE = re.compile(r"``?([^`\n]{2,200}?)``?")
_PROMPT = re.compile(r"^(?:\([\w.-]+\)\s*)?(?:[$>%]|PS>|C:\\>)\s+")
_ASSIGNMENT = re.compile(r"^[A-Za-z_]\w*=\S*$")
_TARGET = re.compile(r"^([A-Za-z0-9_./ -]+?)\s*::?(?!=)", re.MULTILINE)
_RECIPE = re.compile(r"^([A-Za-z_][\w-]*)(?:\s+[^:\n]*)?:(?!=)", re.MULTILINE)
_COMPOSE = tuple(
    f"{stem}.{suffix}" for stem in ("compose", "docker-compose") for suffix in ("yml", "yaml")
)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command line in a README's code."""

    words: tuple[str, ...]
    line: int


@dataclass(frozen=True, kw_only=True)
class Readme:
    """A README, read line by line; Markdown and reStructuredText look alike to it."""

    path: str
    text: str
    prose: str  # without headings and code blocks
    code: str  # code blocks and inline code, and nothing else
    headings: tuple[str, ...]
    commands: tuple[Command, ...]

    @property
    def words(self) -> int:
        """How many words of prose there are."""
        return len(re.findall(r"[^\W\d_]{2,}", self.prose))

    def names(self, pattern: re.Pattern[str]) -> bool:
        """Tell whether code names something."""
        return bool(pattern.search(self.code))


def find_readme(submission: Submission) -> Readme | None:
    """Return the README of the root folder, None if there is none."""
    files = {file.path.lower(): file.path for file in submission.files}
    path = next((files[name] for name in _NAMES if name in files), None)
    return None if path is None else read(path, submission.text(path, CHARACTERS))


def read(path: str, text: str) -> Readme:
    """Return a README's text as data."""
    prose: list[str] = []
    code: list[tuple[int, str]] = []
    headings: list[str] = []
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        opening = _FENCE.match(line)
        if opening is not None and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else opening.group(1)
        elif fence or line.startswith(("    ", "\t")):
            code.append((number, line.strip()))
        elif heading := _HEADING.match(line):
            headings.append(heading.group(1) or heading.group(2))
        elif _UNDERLINE.match(line) and prose and prose[-1].strip():
            headings.append(prose.pop().strip())
        else:
            prose.append(line)
            code.extend((number, inline) for inline in _INLINE.findall(line))
    return Readme(
        path=path,
        text=text,
        prose="\n".join(prose),
        code="\n".join(line for _, line in code),
        headings=tuple(headings),
        commands=tuple(command for number, line in code for command in _commands(number, line)),
    )


def _commands(number: int, line: str) -> Iterator[Command]:
    """Return the commands of a line: several where `&&`, `;` or `|` joins them."""
    line = _PROMPT.sub("", line)
    if not line or line.startswith(("#", "//", "<", "{", "[")):
        return
    for part in re.split(r"&&|\|\||[;|]", line):
        try:
            words = shlex.split(part, comments=True)
        except ValueError:
            words = part.split()
        while words and _ASSIGNMENT.match(words[0]):
            words = words[1:]
        if words and words[0] in {"sudo", "time", "exec"}:
            words = words[1:]
        if words:
            yield Command(words=tuple(words), line=number)


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
    files = frozenset(file.path for file in submission.files)
    found: dict[str, Missing] = {}
    for command in readme.commands:
        for what in _lacks(command.words, files, submission, readme.text):
            found.setdefault(
                what,
                Missing(
                    command=" ".join(command.words)[:120],
                    what=what,
                    location=Location(path=readme.path, line=command.line),
                ),
            )
    return tuple(found.values())


def _lacks(
    words: tuple[str, ...], files: frozenset[str], submission: Submission, text: str
) -> Iterator[str]:
    program, *rest = words
    if program in {"uv", "poetry", "pipenv", "pdm", "hatch"} and rest[:1] == ["run"] and rest[1:]:
        yield from _lacks(tuple(rest[1:]), files, submission, text)
    elif program == "make":
        targets = _targets(files, submission, ("Makefile", "makefile", "GNUmakefile"), _TARGET)
        for word in rest:
            if word.startswith("-") or "=" in word:
                break
            if word not in targets:
                yield f"make target “{word[:60]}”"
    elif program == "just":
        recipes = _targets(files, submission, ("justfile", "Justfile", ".justfile"), _RECIPE)
        if rest and not rest[0].startswith("-") and rest[0] not in recipes:
            yield f"just recipe “{rest[0][:60]}”"
    elif program in {"docker-compose", "docker"} and "compose" in words[: 2 if rest else 1][-1]:
        if not any(_there(name, files) for name in _COMPOSE) and "-f" not in rest:
            yield "compose file"
    elif program == "docker" and rest[:1] == ["build"]:
        if not any(PurePosixPath(path).name.startswith("Dockerfile") for path in files):
            yield "Dockerfile"
    elif program in {"tox", "nox"}:
        names = {"tox": ("tox.ini", "pyproject.toml", "setup.cfg"), "nox": ("noxfile.py",)}
        if not any(_there(name, files) for name in names[program]):
            yield f"configuration of {program}"
    else:
        yield from _lacking_files(program, rest, files, text)


def _lacking_files(
    program: str, rest: list[str], files: frozenset[str], text: str
) -> Iterator[str]:
    for option, value in itertools.pairwise(rest):
        if program in {"pip", "pip3", "uv", "python", "python3"} and option in {
            "-r",
            "--requirement",
            "--requirements",
        }:
            yield from _unless_there(value, files, text)
    first = next((word for word in rest if not word.startswith("-")), "")
    if program in {"python", "python3", "py"} and "-m" not in rest and first.endswith(".py"):
        yield from _unless_there(first, files, text)
    if program in {"sh", "bash", "source", "."} and first.endswith(".sh"):
        yield from _unless_there(first, files, text)
    if program.startswith("./"):
        yield from _unless_there(program, files, text)
    if program in {"cp", "copy"} and len(rest) > 1 and first.startswith(".env"):
        yield from _unless_there(first, files, text)


def _unless_there(name: str, files: frozenset[str], text: str) -> Iterator[str]:
    """Return a file name unless it is there, is a placeholder, or is made on the way."""
    made = re.search(rf"(?:>|-o|cp \S+|touch)\s*{re.escape(name)}", text) is not None
    if not (_there(name, files) or made or re.search(r"[<>*$~{}]|^/|\.\.", name)):
        yield f"file “{name[:100]}”"


def _there(name: str, files: frozenset[str]) -> bool:
    wanted = str(PurePosixPath(name))
    return any(path == wanted or path.endswith(f"/{wanted}") for path in files)


def _targets(
    files: frozenset[str], submission: Submission, names: tuple[str, ...], pattern: re.Pattern[str]
) -> frozenset[str]:
    """Return the targets of all make or just files, whatever folder they are in."""
    return frozenset(
        target
        for path in files
        if PurePosixPath(path).name in names
        for group in pattern.findall(submission.text(path, CHARACTERS))
        for target in group.split()
    )

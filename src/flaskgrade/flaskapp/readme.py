"""A README as data: its words, its headings, the commands in its code."""

import itertools
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.model.submission import Submission

CHARACTERS = 200_000
COMMANDS = 300
_NAMES = ("readme.md", "readme.markdown", "readme.rst", "readme.txt", "readme.adoc", "readme")
_FENCE = re.compile(r"^\s{0,3}(```+|~~~+)")
_HEADING = re.compile(r"^\s{0,3}(?:#{1,6}|={1,5})\s+(.+)$")
_UNDERLINE = re.compile(r"^([=\-~^\"'*+#.:_`])\1{2,}\s*$")
_INLINE = re.compile(r"``?([^`\n]{2,200}?)``?")
_PROMPT = re.compile(r"^(?:\([\w.-]+\)\s*)?(?:[$>%]|PS>|C:\\>)\s+")
_ASSIGNMENT = re.compile(r"^[A-Za-z_]\w*=\S*$")


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
            headings.append(heading.group(1).strip("# "))
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
        commands=tuple(
            itertools.islice(
                (c for number, line in code for c in _commands(number, line)), COMMANDS
            )
        ),
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

"""pip's requirements files: names and versions are read, everything else is a finding.

https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

import re
from collections.abc import Iterator

from flaskgrade.environment.formats.facts import (
    CONSTRAINT,
    MAIN,
    Facts,
    Include,
    clean,
    index_ignored,
    misplaced,
)
from flaskgrade.model.environment import Requirement
from flaskgrade.model.evidence import Finding, Location, Severity

_OPTION = re.compile(r"^(-[a-zA-Z]|--[a-z][a-z-]*)(?:\s*=\s*|\s+|(?<=^-\w)(?=\S))?(.*)$", re.DOTALL)
_INDEX = frozenset(
    {"-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--no-index", "--trusted-host"}
)
_DEVELOPMENT = re.compile(
    r"(^|[-_./])(dev|test|lint|ci|doc|local|tool|quality|check)", re.IGNORECASE
)
_LONGEST = 5000  # characters of a logical line that are looked at
_SELF = frozenset({".", "./"})


def group_of(path: str) -> str:
    """Return `dev` for a file whose name says test, dev, lint and the like, else `main`."""
    return "dev" if _DEVELOPMENT.search(path.removesuffix(".txt")) else MAIN


def parse(text: str, path: str, *, group: str = MAIN, constraint: bool = False) -> Facts:
    """Return what one requirements file declares, and which others it includes."""
    requirements: list[Requirement] = []
    findings: list[Finding] = []
    includes: list[Include] = []
    for number, line in _logical(text):
        location = Location(path=path, line=number)
        result = (
            _option(line, location)
            if line.startswith("-")
            else _requirement(line, location, CONSTRAINT if constraint else group)
        )
        if isinstance(result, Requirement):
            requirements.append(result)
        elif isinstance(result, Include):
            includes.append(result)
        elif result is not None:
            findings.append(result)
    return Facts(
        requirements=tuple(requirements), findings=tuple(findings), includes=tuple(includes)
    )


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Yield the logical lines without comments, each with the number of its first line."""
    start, held = 0, ""
    for number, line in enumerate(text.replace("\x00", "").splitlines(), 1):
        start = start or number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            held = (held + line[:-1] + " ")[:_LONGEST]
            continue
        whole = re.sub(r"(^|\s)#.*$", "", (held + line)[:_LONGEST]).strip().lstrip("\ufeff")
        if whole:
            yield start, whole
        start, held = 0, ""
    if held.strip():
        yield start, held.strip()


def _requirement(line: str, location: Location, group: str) -> Requirement | Finding | None:
    if line.rstrip("/") == ".":
        return None  # the project itself: its own dependencies are read from its own files
    # Hashes belong to the candidate's index; wheels are taken from the harness's, so drop them.
    line = re.split(r"\s--?[a-z]", line, maxsplit=1)[0].strip()
    return clean(line, location, group=group)


def _option(line: str, location: Location) -> Include | Finding | None:
    found = _OPTION.match(line)
    name, value = (found[1], found[2].strip()) if found else (line, "")
    value = value.strip("\"'")
    if name in {"-r", "--requirement", "-c", "--constraint"}:
        return Include(path=value, location=location, constraint=name in {"-c", "--constraint"})
    if name in {"-e", "--editable"}:
        return None if _itself(value) else misplaced(value, location) or _ignored(line, location)
    if name in _INDEX:
        return index_ignored(line, location)
    return _ignored(line, location)


def _itself(value: str) -> bool:
    return value.split("[", maxsplit=1)[0].strip() in _SELF


def _ignored(line: str, location: Location) -> Finding:
    return Finding(
        code="requirements:option",
        message=f"installer options are not obeyed: {line[:200]!r}",
        severity=Severity.LOW,
        location=location,
    )

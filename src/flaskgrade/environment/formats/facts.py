"""What one dependency file says, and how a single requirement is made clean.

Everything here is text in, facts out: nothing is opened, fetched or executed. What cannot be obeyed
(options, indexes, URLs, paths) becomes a finding, and never reaches an installer.
"""

import re
import tomllib
from dataclasses import dataclass, field

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Parsed
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from flaskgrade.model.environment import Requirement
from flaskgrade.model.evidence import Finding, Location, Severity

MAIN = "main"
CONSTRAINT = "constraint"  # not wanted by itself, but if it is installed, then within this range

_LONGEST = 1000
_MOST_DOTS = 200  # tomllib takes the square of the length of a dotted key, in time and in memory
_MOST_SEARCHES = 300  # a file with more has its time from us, but not its line numbers
# What may stand in a line that we write into a requirements file. A marker's string may otherwise
# hold a line break and a new option after it, `${NAME}`, which installers expand, or a comment.
_SAFE = re.compile(r"""[A-Za-z0-9 ._\-\[\],<>=!~*+;'"()]+""")
_PATH = re.compile(r"^(\.|/|~|[A-Za-z]:\\)|[/\\]|\.(whl|tar\.gz|zip|tar\.bz2)$")
_URL = re.compile(
    r"^([a-z0-9+]+\+)?(https?|ssh|git|svn|hg|bzr|ftp|s3|oci)(\+[a-z]+)?:", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a dependency file declares. `pins` is name and version, from a lock file only."""

    requirements: tuple[Requirement, ...] = ()
    findings: tuple[Finding, ...] = ()
    requires_python: str | None = None
    pins: tuple[tuple[str, str], ...] = ()
    source_roots: tuple[str, ...] = ()
    includes: tuple["Include", ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Include:
    """Another requirements file that is to be read, as it is written in the including one."""

    path: str
    location: Location
    constraint: bool


def clean(text: str, location: Location, *, group: str = MAIN) -> Requirement | Finding:
    """Return the requirement with nothing but name, extras, versions and marker, or why not."""
    shown = text if len(text) <= 200 else text[:200] + "…"  # noqa: PLR2004 - for a report
    if len(text) > _LONGEST:
        return _invalid(shown, "longer than any requirement", location)
    if finding := misplaced(text, location):
        return finding
    try:
        parsed = Parsed(text)
        marker = f"; {parsed.marker}" if parsed.marker else ""
    except (InvalidRequirement, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else "not a requirement"
        return _invalid(shown, reason[:200], location)
    if parsed.url is not None:
        return misplaced(parsed.url, location) or _finding("url", shown, location)
    return _assembled(
        parsed.name, parsed.extras, parsed.specifier, marker, location=location, group=group
    )


def _assembled(
    name: str,
    extras: set[str],
    specifier: SpecifierSet,
    marker: str,
    *,
    location: Location,
    group: str,
) -> Requirement | Finding:
    name = canonicalize_name(name)
    bracket = f"[{','.join(sorted(extras))}]" if extras else ""
    text = f"{name}{bracket}{','.join(sorted(map(str, specifier)))}{marker}"
    if not _SAFE.fullmatch(text) or any(one.operator == "===" for one in specifier):
        return _invalid(text[:200], "characters or an operator that are not allowed", location)
    return Requirement(
        name=name, text=text, pinned=_exact(specifier), location=location, group=group
    )


def _exact(specifier: SpecifierSet) -> bool:
    return any(one.operator == "==" and not one.version.endswith(".*") for one in specifier)


def misplaced(text: str, location: Location) -> Finding | None:
    """Return the finding for a URL or a path that stands where a name should, if it is one."""
    text = text.strip()
    bare = text.split(";")[0].split(" @ ")[0] if " @ " in text else text.split(";")[0]
    target = text.split("@", 1)[1].strip() if "@" in text else text
    if target.lower().startswith("file:"):
        return _finding("path", text[:200], location)
    if _URL.match(target) or _URL.match(text):
        return _finding("url", text[:200], location)
    if "@" not in text and _PATH.search(bare.split("[")[0].strip()):
        return _finding("path", text[:200], location)
    return None


def _invalid(shown: str, reason: str, location: Location) -> Finding:
    return Finding(
        code="requirements:invalid",
        message=f"not a requirement that can be read: {shown!r} ({reason})",
        severity=Severity.MEDIUM,
        location=location,
    )


def _finding(kind: str, shown: str, location: Location) -> Finding:
    messages = {
        "url": "a direct URL is not fetched; declare the package by name and version",
        "path": "a path or local file is not installed; declare the package by name and version",
    }
    return Finding(
        code=f"requirements:{kind}",
        message=f"{messages[kind]}: {shown!r}",
        severity=Severity.MEDIUM,
        location=location,
    )


def collect(texts: list[tuple[str, Location]], *, group: str = MAIN) -> Facts:
    """Return the facts of several requirements that stand in one place."""
    wanted, findings = [], []
    for text, location in texts:
        result = clean(text, location, group=group)
        if isinstance(result, Requirement):
            wanted.append(result)
        else:
            findings.append(result)
    return Facts(requirements=tuple(wanted), findings=tuple(findings))


def joined(parts: list[Facts]) -> Facts:
    """Return the facts of all parts; the first that names a Python version is believed."""
    return Facts(
        requirements=tuple(one for part in parts for one in part.requirements),
        findings=tuple(one for part in parts for one in part.findings),
        requires_python=next((p.requires_python for p in parts if p.requires_python), None),
        pins=tuple(one for part in parts for one in part.pins),
        source_roots=tuple(dict.fromkeys(one for part in parts for one in part.source_roots)),
        includes=tuple(one for part in parts for one in part.includes),
    )


def python_range(text: object, location: Location) -> Facts:
    """Return the facts of a Python version specifier such as `>=3.11`."""
    if not isinstance(text, str) or not text.strip():
        return Facts()
    if len(text) > _LONGEST:  # it is compared with some hundred versions: minutes, for a long one
        return Facts(findings=(_invalid(text[:200], "longer than any range", location),))
    try:
        return Facts(requires_python=str(SpecifierSet(text)))
    except (InvalidSpecifier, ValueError):
        return Facts(findings=(_invalid(text[:200], "not a range of Python versions", location),))


def index_ignored(where: str, location: Location) -> Finding:
    """Return the finding for an index of the submission's own choice."""
    return Finding(
        code="requirements:index",
        message=f"packages come from the harness's index only; ignored: {where[:200]}",
        severity=Severity.MEDIUM,
        location=location,
    )


def load_toml(text: str, path: str) -> tuple[dict[str, object], Facts]:
    """Return the table of a TOML file, and a finding instead where it can't be read."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _MOST_DOTS:
            failed = _invalid(
                path, "more dots on a line than we read", Location(path=path, line=number)
            )
            return {}, Facts(findings=(failed,))
    try:
        return tomllib.loads(text), Facts()
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        location = Location(path=path, line=int(found[1]) if found else None)
        return {}, Facts(findings=(_invalid(path, f"no TOML: {str(error)[:200]}", location),))


def unreadable(path: str, reason: str, line: int | None = None) -> Facts:
    """Return the finding for a file that can't be read as what its name says."""
    return Facts(findings=(_invalid(path, reason[:200], Location(path=path, line=line)),))


def table(value: object, *keys: str) -> dict[str, object]:
    """Return the nested table of those keys, or an empty one."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return {str(k): v for k, v in value.items()} if isinstance(value, dict) else {}


def strings(value: object) -> list[str]:
    """Return the strings of a list, or of a single string."""
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def tables(value: object) -> list[dict[str, object]]:
    """Return the tables of a list of tables."""
    return [table(one) for one in value if isinstance(one, dict)] if isinstance(value, list) else []


class Lines:
    """Where a string stands in a file, for formats whose parser does not say."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._searches = 0

    def find(self, needle: str) -> Location:
        """Return the first line that holds the string, or the file if none does."""
        self._searches += 1
        if self._searches > _MOST_SEARCHES:
            return Location(path=self._path)
        return self._at(self._text.find(needle) if needle else -1)

    def key(self, name: str) -> Location:
        """Return the line on which `name = …` stands, or any other that holds the name."""
        self._searches += 1
        if self._searches > _MOST_SEARCHES:
            return Location(path=self._path)
        found = re.search(
            rf"""^[ \t]*["']?{re.escape(name)}["']?[ \t]*=""", self._text, re.MULTILINE
        )
        return self._at(found.start()) if found else self.find(name)

    def _at(self, place: int) -> Location:
        line = self._text.count("\n", 0, place) + 1 if place >= 0 else None
        return Location(path=self._path, line=line)

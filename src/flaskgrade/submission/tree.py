"""What of a tree is taken: measured as a stream under limits, before anything is written.

Git trees and archives pass here alike. A tree over a limit is refused with SubmissionError; an
entry that can't be taken is left out and reported. Whatever file system this runs on, the same
entries are taken: names that one of them would fold together count once.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from flaskgrade.errors import SubmissionError
from flaskgrade.model.evidence import Finding, Location, Severity
from flaskgrade.submission.quoting import fit, shown

NAMED_FINDINGS = 10  # of one code; the others are counted in one more
LONGEST_PATH = 16 * 1024
WITHHELD = -1  # the size of a blob that was too large to be fetched, as far as we know
MB = 1_000_000


@dataclass(frozen=True, kw_only=True)
class TreeLimits:
    """How large a submission may be. A path longer than `path_bytes` is left out and reported."""

    entries: int = 5000  # files, and folders, each
    total_bytes: int = 50 * MB
    file_bytes: int = 10 * MB
    depth: int = 20  # folders on the way to a file, the file included
    path_bytes: int = 200


class Kind(Enum):
    """What an entry of a tree is."""

    FILE = "file"
    EXECUTABLE = "executable file"
    FOLDER = "folder"
    SYMLINK = "symbolic link"
    HARD_LINK = "hard link"
    SUBMODULE = "submodule"
    SPECIAL = "device, socket or pipe"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry as its tree names it. `key` finds its content again: an object id, an index."""

    path: bytes
    kind: Kind
    size: int
    key: str


@dataclass(frozen=True, kw_only=True)
class PlannedFile:
    """A regular file that will be written."""

    path: str
    executable: bool
    size: int
    key: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What will be written, by path in ascending order, and what there is to say about the rest."""

    files: tuple[PlannedFile, ...]
    findings: tuple[Finding, ...]


LEFT_OUT = {
    Kind.SYMLINK: ("tree:symlink", "a symbolic link", Severity.LOW),
    Kind.HARD_LINK: ("tree:symlink", "a hard link", Severity.LOW),
    Kind.SUBMODULE: ("tree:submodule", "a submodule", Severity.MEDIUM),
    Kind.SPECIAL: ("tree:special-file", "a device, socket or pipe", Severity.HIGH),
}


def plan(entries: Iterable[Entry], limits: TreeLimits) -> Plan:
    """Measure a tree and choose what is taken. Raises SubmissionError at the first limit hit."""
    files: list[PlannedFile] = []
    findings: list[Finding] = []
    for entry in within(entries, limits):
        if entry.kind is Kind.FOLDER:
            continue
        if entry.kind in LEFT_OUT:
            code, what, severity = LEFT_OUT[entry.kind]
            findings.append(about(entry.path, code, f"{what}, left out", severity))
            continue
        path, said = judge_name(entry.path, limits)
        findings.extend(said)
        if path is not None:
            executable = entry.kind is Kind.EXECUTABLE
            files.append(
                PlannedFile(path=path, executable=executable, size=entry.size, key=entry.key)
            )
    taken, collisions = without_collisions(files)
    return Plan(files=taken, findings=tuple(summarised([*findings, *collisions])))


def within(entries: Iterable[Entry], limits: TreeLimits) -> Iterator[Entry]:
    """Yield the entries while they are within the limits. Raises SubmissionError when not."""
    files = folders = total = 0
    for entry in entries:
        if entry.path.count(b"/") >= limits.depth:
            raise over(f"folders nested deeper than {limits.depth}", entry.path)
        if entry.kind is Kind.FOLDER:
            folders += 1
        else:
            files += 1
            total += entry.size
        if entry.size == WITHHELD:
            raise over(f"a file of more than {megabytes(limits.file_bytes)}", entry.path)
        if files > limits.entries:
            raise over(f"more than {limits.entries} files")
        if folders > limits.entries:
            raise over(f"more than {limits.entries} folders")
        if entry.size > limits.file_bytes:
            raise over(
                f"a file of {megabytes(entry.size)}, where {megabytes(limits.file_bytes)} "
                "is the most",
                entry.path,
            )
        if total > limits.total_bytes:
            raise over(f"more than {megabytes(limits.total_bytes)} of files")
        yield entry


def over(what: str, path: bytes = b"") -> SubmissionError:
    """Return the error of a submission that is over a limit."""
    where = f": {shown(path)}" if path else ""
    return SubmissionError(
        f"the submission is over the limit: it has {what}{where}",
        hint="Virtual environments, dependencies, data and build results don't belong in it.",
    )


def megabytes(size: int) -> str:
    """Return a size for people, in MB of a million bytes."""
    return f"{size / MB:,.1f} MB".replace(".0 MB", " MB")


def judge_name(raw: bytes, limits: TreeLimits) -> tuple[str | None, tuple[Finding, ...]]:
    """Return the path to write to, None where there is none, and what there is to say about it."""
    parts = raw.split(b"/")
    if b"\0" in raw or any(part in {b"", b".", b".."} for part in parts):
        message = "a path that leads out of its folder, left out"
        return None, (about(raw, "tree:odd-name", message, Severity.HIGH),)
    if any(part.lower() == b".git" for part in parts):
        message = "inside a .git folder, left out"
        return None, (about(raw, "tree:git-folder", message, Severity.LOW),)
    if len(raw) > limits.path_bytes:
        message = f"a path of {len(raw)} bytes, left out ({limits.path_bytes} is the most)"
        return None, (about(raw, "tree:odd-name", message, Severity.MEDIUM),)
    try:
        path = raw.decode()
    except UnicodeDecodeError:
        message = "a name that is not UTF-8, left out"
        return None, (about(raw, "tree:odd-name", message, Severity.MEDIUM),)
    if not fit(path):
        message = "a name with characters that can't be seen"
        return path, (about(raw, "tree:odd-name", message, Severity.MEDIUM),)
    return path, ()


def without_collisions(
    files: Iterable[PlannedFile],
) -> tuple[tuple[PlannedFile, ...], tuple[Finding, ...]]:
    """Leave one file of each name that file systems fold together, case and composition apart.

    The greatest by code point stays: lower case before upper, composed before decomposed.
    """
    names: dict[tuple[str, ...], tuple[str, bool]] = {}
    taken: list[PlannedFile] = []
    findings: list[Finding] = []
    for file in sorted(files, key=lambda file: file.path.split("/"), reverse=True):
        parts = file.path.split("/")
        folded = tuple(fold(part) for part in parts)
        steps = [
            (folded[: depth + 1], (part, depth + 1 < len(parts)))
            for depth, part in enumerate(parts)
        ]
        clash = any(names.get(key, value) != value for key, value in steps)
        if clash or folded in names:
            message = "a name that is there twice, case and composition apart; left out"
            findings.append(about(file.path, "tree:collision", message, Severity.MEDIUM))
            continue
        names.update(steps)
        taken.append(file)
    return tuple(reversed(taken)), tuple(reversed(findings))


def fold(name: str) -> str:
    """Return what a case-insensitive, normalising file system takes a name for."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def about(path: str | bytes, code: str, message: str, severity: Severity) -> Finding:
    """Return a finding at a path of any bytes, its location fit to be shown."""
    return Finding(
        code=code,
        message=message[0].upper() + message[1:] + ".",
        severity=severity,
        location=Location(path=shown(path, 200)),
    )


def summarised(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the first few findings of each code, and one that counts the others."""
    counts: dict[str, int] = {}
    for finding in findings:
        counts[finding.code] = counts.get(finding.code, 0) + 1
        if counts[finding.code] <= NAMED_FINDINGS:
            yield finding
    for code, count in counts.items():
        if count > NAMED_FINDINGS:
            yield Finding(code=code, message=f"{count - NAMED_FINDINGS} more of these.")


def parse_listing(chunks: Iterable[bytes]) -> Iterator[Entry]:
    """Yield the entries of `git ls-tree -r -t -l -z`, as they come.

    `-t` matters: ten thousand million empty folders would otherwise print nothing, for hours.
    """
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\0")
        for line in lines:
            facts, _, path = line.partition(b"\t")
            mode, kind, key, size = facts.split()
            yield Entry(
                path=path,
                kind=kind_of(mode, kind),
                size=int(size) if size.isdigit() else 0 if size == b"-" else WITHHELD,
                key=key.decode("ascii"),
            )
        if len(rest) > LONGEST_PATH:
            raise over("a path longer than any file system takes")


def kind_of(mode: bytes, kind: bytes) -> Kind:
    """Return the kind of a git tree's entry."""
    if kind == b"tree":
        return Kind.FOLDER
    if kind == b"commit":
        return Kind.SUBMODULE
    if mode == b"120000":
        return Kind.SYMLINK
    return Kind.EXECUTABLE if int(mode, 8) & 0o100 else Kind.FILE

"""What a submission declares it needs, read from its files as data. Nothing of it is executed."""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from packaging.requirements import Requirement as Parsed
from packaging.utils import canonicalize_name

from flaskgrade.environment.formats import (
    pipfile,
    poetry,
    pyproject,
    python_version,
    requirements_txt,
    setup_cfg,
    setup_py,
    uv_lock,
)
from flaskgrade.environment.formats.facts import CONSTRAINT, MAIN, Facts, clean, joined
from flaskgrade.model.environment import Declaration, Requirement
from flaskgrade.model.evidence import Finding, Location, Severity
from flaskgrade.model.submission import Submission

MOST_REQUIREMENTS = 500
MOST_FILES = 50
_READ_LIMIT = 2_000_000  # bytes; a lock file of a large project has one million

_REQUIREMENTS = re.compile(
    r"(?:requirements/[^/]+|requirements[^/]*|[^/]+[-_]requirements)\.txt", re.IGNORECASE
)
_MANIFESTS: tuple[tuple[str, Callable[[str, str], Facts]], ...] = (
    ("pyproject.toml", pyproject.parse),
    ("Pipfile", pipfile.parse),
    ("setup.cfg", setup_cfg.parse),
    ("setup.py", setup_py.parse),
)
_LOCKS: tuple[tuple[str, str, Callable[[str, str], Facts]], ...] = (
    ("uv.lock", "pyproject.toml", uv_lock.parse),
    ("poetry.lock", "pyproject.toml", poetry.lock),
    ("Pipfile.lock", "Pipfile", pipfile.lock),
)


def declare(submission: Submission) -> Declaration:
    """Return what the submission declares; what can't be obeyed is in its findings.

    Where several files declare the same package, the most authoritative is believed: a manifest
    with its lock, then requirements files, then the other manifests.
    """
    read = [(path, facts) for path, facts in _families(submission) if facts != Facts()]
    whole = joined([facts for _, facts in read])
    requirements = _merged([facts.requirements for _, facts in read])
    findings = list(whole.findings)
    if len(requirements) > MOST_REQUIREMENTS:
        findings.append(_too_many(requirements[MOST_REQUIREMENTS].location))
    return Declaration(
        requirements=requirements[:MOST_REQUIREMENTS],
        files=tuple(path for paths, _ in read for path in paths),
        requires_python=whole.requires_python or _pinned_python(submission),
        locked=any(facts.pins for _, facts in read),
        locked_names=tuple(sorted({name for _, facts in read for name in _locked_names(facts)})),
        source_roots=_source_roots(submission, whole.source_roots),
        findings=tuple(findings),
    )


def _families(submission: Submission) -> Iterator[tuple[tuple[str, ...], Facts]]:
    """Yield the files that belong together with what they declare, most authoritative first."""
    later: dict[str, Callable[[str, str], Facts]] = dict(_MANIFESTS)
    for lock, manifest, parse in _LOCKS:
        if submission.has(lock) and (manifest in later or not submission.has(manifest)):
            pins = parse(_text(submission, lock), lock)
            if not submission.has(manifest):
                yield (lock,), pins
                continue
            wanted = later.pop(manifest)(_text(submission, manifest), manifest)
            if wanted.requirements:
                yield (lock, manifest), locked(wanted, pins)
            else:
                yield (manifest,), wanted
    yield from _requirements_files(submission)
    for manifest, parse_manifest in later.items():
        if submission.has(manifest):
            yield (manifest,), parse_manifest(_text(submission, manifest), manifest)


def _text(submission: Submission, path: str) -> str:
    return submission.text(path, limit=_READ_LIMIT)


def locked(wanted: Facts, lock: Facts) -> Facts:
    """Return the declared requirements at the versions of the lock, its other pins as constraints.

    What is installed then follows from the declared names, so that markers of a lock's edges
    (Windows-only packages and the like) need no reading. A pin that the manifest does not allow is
    of an outdated lock and is left out; so is a package that the lock has at several versions.
    """
    versions: dict[str, set[str]] = {}
    for name, version in lock.pins:
        versions.setdefault(canonicalize_name(name), set()).add(version)
    single = {name: min(found) for name, found in versions.items() if len(found) == 1}
    requirements, findings, outdated = [], [], set[str]()
    for one in wanted.requirements:
        at = single.pop(one.name, "")
        pinned = _pin(one, at) if at else one
        if pinned is None:
            findings.append(_stale(one, at))
            outdated.add(one.name)
        requirements.append(pinned or one)
    location = Location(path="lock")
    for name, version in sorted(single.items()):
        constraint = clean(f"{name}=={version}", location, group=CONSTRAINT)
        if isinstance(constraint, Requirement):
            requirements.append(constraint)
    valid = tuple(pin for pin in lock.pins if canonicalize_name(pin[0]) not in outdated)
    return joined(
        [
            replace(wanted, requirements=tuple(requirements)),
            Facts(findings=(*lock.findings, *findings), pins=valid),
        ]
    )


def _locked_names(facts: Facts) -> set[str]:
    """Return what is declared and locked, both, in one family.

    A lock of something else says nothing about it: any junk may lie in a submission.
    """
    pinned = {str(canonicalize_name(name)) for name, _ in facts.pins}
    return pinned & {one.name for one in facts.requirements}


def _pin(requirement: Requirement, version: str) -> Requirement | None:
    """Return the requirement at exactly that version, or None if its range excludes it."""
    parsed = Parsed(requirement.text)
    if not parsed.specifier.contains(version, prereleases=True):
        return None
    extras = f"[{','.join(sorted(parsed.extras))}]" if parsed.extras else ""
    marker = f"; {parsed.marker}" if parsed.marker else ""
    text = f"{requirement.name}{extras}=={version}{marker}"
    result = clean(text, requirement.location, group=requirement.group)
    return result if isinstance(result, Requirement) else None


def _requirements_files(submission: Submission) -> Iterator[tuple[tuple[str, ...], Facts]]:
    """Yield all requirements files as one family, included ones where they are included."""
    paths = sorted(file.path for file in submission.files if _REQUIREMENTS.fullmatch(file.path))
    # Main files first, and requirements.txt before its siblings.
    paths.sort(key=lambda path: (requirements_txt.group_of(path) != MAIN, len(path), path))
    seen: dict[str, None] = {}
    parts: list[Facts] = []
    pending = [(path, requirements_txt.group_of(path), False) for path in paths]
    while pending and len(seen) < MOST_FILES:
        path, group, constraint = pending.pop(0)
        if path in seen:
            continue
        seen[path] = None
        text = _text(submission, path)
        constraint = constraint or posixpath.basename(path).startswith("constraint")
        facts = requirements_txt.parse(text, path, group=group, constraint=constraint)
        parts.append(facts)
        for include in facts.includes:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), include.path))
            if finding := _unreachable(submission, target, include.location):
                parts.append(Facts(findings=(finding,)))
            else:
                pending.insert(0, (target, group, include.constraint))
    if seen:
        yield tuple(seen), replace(joined(parts), includes=())


def _unreachable(submission: Submission, target: str, location: Location) -> Finding | None:
    """Return the finding for an included file that is outside, or is not there."""
    if target.startswith(("/", "../")) or target == ".." or ":" in target:
        return Finding(
            code="requirements:include-outside",
            message="only files of the submission can be included; this one is not read",
            severity=Severity.HIGH,
            location=location,
        )
    if not submission.has(target):
        return Finding(
            code="requirements:invalid",
            message=f"the included file does not exist: {target[:200]!r}",
            severity=Severity.MEDIUM,
            location=location,
        )
    return None


def _merged(families: list[tuple[Requirement, ...]]) -> tuple[Requirement, ...]:
    """Return all requirements; a name that an earlier family declares is not taken from a later."""
    kept: dict[tuple[str, str], Requirement] = {}
    declared: set[str] = set()
    for family in families:
        for one in family:
            if one.name not in declared:
                kept.setdefault((one.text, one.group), one)
        declared |= {one.name for one in family}
    return tuple(kept.values())


def _pinned_python(submission: Submission) -> str | None:
    for path in (".python-version", "runtime.txt"):
        if submission.has(path):
            facts = python_version.at_least(submission.text(path, limit=1000))
            if facts.requires_python:
                return facts.requires_python
    return None


def _source_roots(submission: Submission, named: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders to import from: those that are named and exist, `src`, and the root."""
    folders = {posixpath.dirname(file.path) for file in submission.files}
    above = {"/".join(folder.split("/")[: i + 1]) for folder in folders for i in range(5)}
    roots = [root for root in named if root in above and root != ".."]
    if any(re.fullmatch(r"src/[^/]+/__init__\.py", file.path) for file in submission.files):
        roots.append("src")
    return tuple(dict.fromkeys([*roots, "."]))


def _too_many(location: Location) -> Finding:
    return Finding(
        code="requirements:too-many",
        message=f"only the first {MOST_REQUIREMENTS} requirements are installed",
        severity=Severity.MEDIUM,
        location=location,
    )


def _stale(requirement: Requirement, version: str) -> Finding:
    return Finding(
        code="requirements:lock-stale",
        message=f"the lock file has {requirement.name} {version}, which is not what is declared",
        severity=Severity.LOW,
        location=requirement.location,
    )

"""Pipenv: Pipfile and Pipfile.lock.

https://pipenv.pypa.io/en/latest/pipfile.html
"""

import json

from flaskgrade.environment.formats.facts import (
    MAIN,
    Facts,
    Lines,
    collect,
    index_ignored,
    joined,
    load_toml,
    misplaced,
    strings,
    table,
    tables,
    unreadable,
)
from flaskgrade.environment.formats.python_version import at_least

_SECTIONS = (("packages", MAIN), ("dev-packages", "dev"))
_LOCKED = (("default", MAIN), ("develop", "dev"))
_USUAL = "pypi"


def parse(text: str, path: str = "Pipfile") -> Facts:
    """Return what a Pipfile declares."""
    whole, failed = load_toml(text, path)
    lines = Lines(text, path)
    parts = [failed]
    for section, group in _SECTIONS:
        for name, value in table(whole, section).items():
            parts.append(_one(name, value, group, lines))
    for source in tables(whole.get("source")):
        url = source.get("url")
        if isinstance(url, str) and source.get("name") != _USUAL:
            parts.append(Facts(findings=(index_ignored(url, lines.find(url)),)))
    requires = table(whole, "requires")
    version = requires.get("python_full_version") or requires.get("python_version")
    parts.append(at_least(version if isinstance(version, str) else ""))
    return joined(parts)


def _one(name: str, value: object, group: str, lines: Lines) -> Facts:
    settings = table(value) if isinstance(value, dict) else {"version": value}
    where = lines.key(name)
    target = settings.get("git") or settings.get("path") or settings.get("file")
    if settings.get("editable") is True and settings.get("path") in {".", "./"}:
        return Facts()
    if isinstance(target, str):
        text = f"{name} @ {target}" if "path" not in settings else f"./{target}"
        found = misplaced(text, where)
        return Facts(findings=(found,) if found else ())
    version = settings.get("version")
    versions = version if isinstance(version, str) and version != "*" else ""
    if versions[:1].isdigit():
        versions = f"=={versions}"
    extras = ",".join(strings(settings.get("extras")))
    marker = settings.get("markers")
    text = name + (f"[{extras}]" if extras else "") + versions
    if isinstance(marker, str) and marker:
        text += f"; {marker}"
    return collect([(text, where)], group=group)


def lock(text: str, path: str = "Pipfile.lock") -> Facts:
    """Return the pins of a Pipfile.lock, and the same as requirements for want of a Pipfile."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        return unreadable(path, f"no JSON: {error}", getattr(error, "lineno", None))
    lines = Lines(text, path)
    parts, pins = [], []
    for section, group in _LOCKED:
        for name, value in table(whole, section).items():
            parts.append(_one(name, value, group, lines))
            version = table(value).get("version")
            if isinstance(version, str) and version.startswith("=="):
                pins.append((name, version.removeprefix("==")))
    return joined([*parts, Facts(pins=tuple(pins))])

"""Poetry: its table in pyproject.toml, and poetry.lock.

https://python-poetry.org/docs/dependency-specification/
"""

import re

from flaskgrade.environment.formats.facts import (
    MAIN,
    Facts,
    Lines,
    collect,
    index_ignored,
    joined,
    load_toml,
    misplaced,
    python_range,
    strings,
    table,
    tables,
)
from flaskgrade.model.evidence import Finding

_LOCAL = frozenset({"editable", "virtual", "directory"})  # uv's words for the project itself
_NUMBER = re.compile(r"^\d+(\.\d+)*")


def manifest(poetry: dict[str, object], lines: Lines) -> Facts:
    """Return what [tool.poetry] declares."""
    parts = [_group(table(poetry, "dependencies"), MAIN, lines)]
    parts.append(_group(table(poetry, "dev-dependencies"), "dev", lines))
    for name, group in table(poetry, "group").items():
        parts.append(_group(table(group, "dependencies"), name[:60], lines))
    for source in tables(poetry.get("source")):
        url = source.get("url")
        if isinstance(url, str):
            parts.append(Facts(findings=(index_ignored(url, lines.find(url)),)))
    return joined(parts)


def _group(wanted: dict[str, object], group: str, lines: Lines) -> Facts:
    parts = []
    for name, value in wanted.items():
        for one in value if isinstance(value, list) else [value]:
            settings = table(one) if isinstance(one, dict) else {"version": one}
            where = lines.key(name)
            if name.lower() == "python":
                parts.append(python_range(specifier(str(settings.get("version", ""))), where))
                continue
            target = settings.get("git") or settings.get("url") or settings.get("path")
            if isinstance(target, str):
                text = f"./{target}" if "path" in settings else f"{name} @ {target}"
                found = misplaced(text, where)
                parts.append(Facts(findings=(found,) if found else ()))
                continue
            # An optional dependency belongs to an extra, which is not what the app runs with.
            into = "optional" if settings.get("optional") is True and group == MAIN else group
            parts.append(collect([(_text(name, settings), where)], group=into))
    return joined(parts)


def _text(name: str, settings: dict[str, object]) -> str:
    extras = ",".join(strings(settings.get("extras")))
    marker = settings.get("markers")
    version = settings.get("version")
    versions = specifier(version) if isinstance(version, str) else ""
    return (
        name
        + (f"[{extras}]" if extras else "")
        + versions
        + (f"; {marker}" if isinstance(marker, str) and marker else "")
    )


def specifier(text: str) -> str:
    """Return Poetry's version range as a PEP 440 one; of `a || b` the last is taken."""
    parts = [part.strip() for part in text.rsplit("||", maxsplit=1)[-1].split(",")]
    return ",".join(filter(None, (_one(part) for part in parts)))


def _one(part: str) -> str:
    if part in {"", "*"}:
        return ""
    operator, version = part[0], part[1:].strip()
    if operator == "^":
        return f">={version},<{_caret(version)}" if _NUMBER.match(version) else part
    if operator == "~" and not version.startswith("="):
        return f">={version},<{_tilde(version)}" if _NUMBER.match(version) else part
    if part[0].isdigit():
        return f"=={part}"
    return part.replace(" ", "")


def _numbers(version: str) -> list[int]:
    found = _NUMBER.match(version)
    return [int(one[:9]) for one in found[0].split(".")] if found else [0]


def _caret(version: str) -> str:
    """Return the version below which the left-most digit that is not zero stays the same."""
    numbers = _numbers(version)
    place = next((i for i, one in enumerate(numbers) if one), len(numbers) - 1)
    return ".".join(str(one) for one in [*numbers[:place], numbers[place] + 1])


def _tilde(version: str) -> str:
    numbers = _numbers(version)
    place = min(1, len(numbers) - 1)
    return ".".join(str(one) for one in [*numbers[:place], numbers[place] + 1])


def lock(text: str, path: str = "poetry.lock") -> Facts:
    """Return the pins of a poetry.lock or a uv.lock, which agree in the parts that matter."""
    whole, failed = load_toml(text, path)
    lines = Lines(text, path)
    pins: list[tuple[str, str]] = []
    findings: list[Finding] = []
    for package in tables(whole.get("package")):
        name, version = package.get("name"), package.get("version")
        source = table(package, "source")
        target = source.get("git") or source.get("url") or source.get("path")
        if source.get("type") in {None, "legacy"} and isinstance(source.get("registry"), str):
            target = None
        if isinstance(target, str) and source.get("type") != "legacy":
            found = misplaced(f"{name} @ {target}", lines.find(target))
            findings.extend(filter(None, [found]))
        elif isinstance(name, str) and isinstance(version, str) and not _LOCAL & source.keys():
            pins.append((name, version))
    return joined([failed, Facts(pins=tuple(pins), findings=tuple(findings))])

"""pyproject.toml: [project], [dependency-groups], and what Poetry, uv and PDM keep there.

https://packaging.python.org/en/latest/specifications/pyproject-toml/
"""

from packaging.utils import canonicalize_name

from flaskgrade.environment.formats import poetry
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


def parse(text: str, path: str = "pyproject.toml") -> Facts:
    """Return what a pyproject.toml declares."""
    whole, failed = load_toml(text, path)
    if not whole:
        return failed
    lines = Lines(text, path)
    project = table(whole, "project")
    own = canonicalize_name(str(project.get("name") or ""))
    parts = [_group(project.get("dependencies"), MAIN, lines)]
    for name, wanted in table(project, "optional-dependencies").items():
        parts.append(_group(wanted, name, lines))
    for name, wanted in table(whole, "dependency-groups").items():
        parts.append(_group(wanted, name, lines))  # {include-group} adds nothing: all are read
    for name, wanted in table(whole, "tool", "pdm", "dev-dependencies").items():
        parts.append(_group(wanted, name, lines))
    parts.append(_group(table(whole, "tool", "uv").get("dev-dependencies"), "dev", lines))
    parts.append(python_range(project.get("requires-python"), lines.find("requires-python")))
    parts.append(poetry.manifest(table(whole, "tool", "poetry"), lines))
    parts.append(_uv(table(whole, "tool", "uv"), lines))
    parts.append(Facts(source_roots=_roots(whole)))
    facts = joined(parts)
    # An extra of the project itself ("shop[test]" in its own dev group) is read in its own place.
    kept = tuple(one for one in facts.requirements if one.name != own)
    return joined([Facts(requirements=kept), _without_requirements(facts)])


def _without_requirements(facts: Facts) -> Facts:
    return Facts(
        findings=facts.findings,
        requires_python=facts.requires_python,
        source_roots=facts.source_roots,
    )


def _group(wanted: object, group: str, lines: Lines) -> Facts:
    texts = [(text, lines.find(text)) for text in strings(wanted)]
    return collect(texts, group=group if group == MAIN else f"{group}"[:60])


def _uv(uv: dict[str, object], lines: Lines) -> Facts:
    """Return findings for indexes and sources that uv would take from the submission."""
    findings = [
        index_ignored(f"[tool.uv] {key}", lines.find(key))
        for key in ("index-url", "extra-index-url", "find-links", "index")
        if key in uv
    ]
    for name, source in table(uv, "sources").items():
        for one in tables(source) or [table(source)]:
            target = one.get("git") or one.get("url") or one.get("path")
            if isinstance(target, str):
                where = lines.find(target)
                text = f"{name} @ {target}" if "path" not in one else f"./{target}"
                findings.extend(filter(None, [misplaced(text, where)]))
    return Facts(findings=tuple(findings))


def _roots(whole: dict[str, object]) -> tuple[str, ...]:
    """Return the folders that the build back-end is told to find packages in."""
    setuptools = table(whole, "tool", "setuptools")
    named = strings(table(setuptools, "packages", "find").get("where"))
    named += strings(table(setuptools, "package-dir").get(""))
    named += strings(table(whole, "tool", "pdm", "build").get("package-dir"))
    for one in tables(table(whole, "tool", "poetry").get("packages")):
        named += strings(one.get("from"))
    wheel = table(whole, "tool", "hatch", "build", "targets", "wheel")
    packages = strings(wheel.get("packages"))
    named += [one.split("/")[0] for one in packages if one.startswith("src/")]
    return tuple(name.strip("./") for name in named if name.strip("./"))

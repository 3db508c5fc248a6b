"""setup.py, read as a syntax tree and never executed: literal lists only."""

import ast

from flaskgrade import syntax
from flaskgrade.environment.formats.facts import (
    MAIN,
    Facts,
    collect,
    joined,
    python_range,
    unreadable,
)
from flaskgrade.model.evidence import Finding, Location, Severity

_LONGEST = 200_000  # characters; beyond any honest setup.py


def parse(text: str, path: str = "setup.py") -> Facts:
    """Return what a setup.py declares by literals."""
    if len(text) > _LONGEST:
        return unreadable(path, "far longer than a setup.py")
    try:
        tree = syntax.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return unreadable(path, f"no Python: {error}", getattr(error, "lineno", None))
    names = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    parts: list[Facts] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node.func) == "setup":
            parts.extend(_keyword(one, names, path) for one in node.keywords)
    return joined(parts)


def _called(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _keyword(keyword: ast.keyword, names: dict[str, ast.expr], path: str) -> Facts:
    value: ast.expr | None = keyword.value
    if isinstance(value, ast.Name):
        value = names.get(value.id)
    location = Location(path=path, line=keyword.value.lineno)
    if keyword.arg in {"install_requires", "tests_require"}:
        group = MAIN if keyword.arg == "install_requires" else "dev"
        return _list(value, group, path) or _dynamic(keyword.arg, location)
    if keyword.arg == "extras_require":
        if not isinstance(value, ast.Dict):
            return _dynamic(keyword.arg, location)
        parts = []
        for key, wanted in zip(value.keys, value.values, strict=True):
            name = key.value if isinstance(key, ast.Constant) else None
            if isinstance(name, str):
                listed = names.get(wanted.id) if isinstance(wanted, ast.Name) else wanted
                parts.append(_list(listed, name[:60], path) or _dynamic(name, location))
        return joined(parts)
    if keyword.arg == "python_requires" and isinstance(value, ast.Constant):
        return python_range(value.value, location)
    if keyword.arg == "package_dir" and isinstance(value, ast.Dict):
        return Facts(source_roots=_root(value))
    return Facts()


def _list(node: ast.expr | None, group: str, path: str) -> Facts | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        texts = [(one.strip(), node.lineno) for one in node.value.splitlines() if one.strip()]
    elif isinstance(node, ast.List | ast.Tuple):
        texts = [
            (one.value, one.lineno)
            for one in node.elts
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
    else:
        return None
    return collect([(text, Location(path=path, line=line)) for text, line in texts], group=group)


def _root(node: ast.Dict) -> tuple[str, ...]:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == "" and isinstance(value, ast.Constant):
            return (str(value.value).strip("./"),) if str(value.value).strip("./") else ()
    return ()


def _dynamic(what: str, location: Location) -> Facts:
    finding = Finding(
        code="requirements:dynamic",
        message=f"{what[:60]} is computed; only literal lists are read, setup.py is never run",
        severity=Severity.INFO,
        location=location,
    )
    return Facts(findings=(finding,))

"""Whether the same versions are installed tomorrow: lock files, and requirements with `==`."""

import ast
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from flaskgrade.flaskapp.layout import in_test_folder, is_aside
from flaskgrade.flaskapp.parsing import parse_all

LOCK_FILES = frozenset(
    {
        *("poetry.lock", "Pipfile.lock", "uv.lock", "pdm.lock", "pylock.toml"),
        *("conda-lock.yml", "requirements.lock"),
    }
)
PINNED = 0.9  # of the main requirements
TOML_CHARACTERS = 200_000  # what is larger is no declaration
DEPTH = 10  # of files that include each other
FOLDERS = 20  # that are looked into where the likely ones say nothing

# Where the main requirements are declared, the likeliest first.
_LISTS = (
    *("requirements.txt", "requirements/requirements.txt", "requirements/base.txt"),
    *("requirements/common.txt", "requirements/main.txt", "requirements/prod.txt"),
    *("requirements/production.txt", "requirements/default.txt", "requirements/install.txt"),
    *("requirements.pip", "requirements-prod.txt", "requirements_prod.txt", "requirements/app.txt"),
    *("requirements/pip.txt", "requirements/prd.txt", "requirements/core.txt"),
)
_OTHERS = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile")
_INCLUDE = re.compile(r"^(?:-r|--requirement)[\s=]*(\S+)")
_EXACT = re.compile(r"===?\s*[\w.+!-]+(?!\S*\*)")


@dataclass(frozen=True, kw_only=True)
class Pinning:
    """How versions are kept: the lock files, and how many main requirements are exact."""

    lock_files: tuple[str, ...]
    declared_in: str | None
    requirements: int
    exact: int

    @property
    def pinned(self) -> bool:
        """Whether a lock file is there, or nine of ten requirements are exact."""
        return bool(self.lock_files) or bool(
            self.requirements and self.exact >= PINNED * self.requirements
        )


def is_requirement_file(path: str) -> bool:
    """Tell whether a file's text is of use to `find_pinning`."""
    name = PurePosixPath(path).name
    return name in {*_OTHERS, "Pipfile"} or (
        "require" in path and name.endswith((".txt", ".pip", ".in"))
    )


def find_pinning(
    files: tuple[str, ...], texts: Mapping[str, str], folders: tuple[str, ...]
) -> Pinning:
    """Return how versions are kept in the folders, the application's own first.

    `files` are all paths, `texts` those of requirement files. A requirement is exact with `==`.
    Where none of the folders says anything, others that do are asked, shallow ones first.
    """
    found = _find(files, texts, folders)
    if not found.lock_files and found.declared_in is None:
        found = _find(files, texts, _elsewhere(texts))
    return found


def _elsewhere(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the folders of all lists of requirements but those of tests and examples."""
    folders = {
        PurePosixPath(path).parent
        for path in texts
        if PurePosixPath(path).name in {*_LISTS, *_OTHERS}
        and not in_test_folder(path)
        and not is_aside(path)
    }
    ordered = sorted(folders, key=lambda folder: (len(folder.parts), str(folder)))
    return tuple(map(str, ordered))[:FOLDERS]


def _find(files: tuple[str, ...], texts: Mapping[str, str], folders: tuple[str, ...]) -> Pinning:
    listed = set(files)
    locks = tuple(
        path
        for folder in folders
        for name in sorted(LOCK_FILES)
        if (path := _in(folder, name)) in listed
    )
    for folder in folders:
        for name in _LISTS:
            path = _in(folder, name)
            if path in texts:
                lines = _lines(path, texts, 0)
                if lines:
                    return _pinning(locks, path, lines)
        for name in _OTHERS:
            path = _in(folder, name)
            if path in texts:
                found = _declared(name, texts[path])
                if found:
                    return _pinning(locks, path, found)
    return Pinning(lock_files=locks, declared_in=None, requirements=0, exact=0)


def _pinning(locks: tuple[str, ...], path: str, found: list[str]) -> Pinning:
    exact = sum(bool(_EXACT.search(one.split(";")[0])) for one in found)
    return Pinning(lock_files=locks, declared_in=path, requirements=len(found), exact=exact)


def _in(folder: str, name: str) -> str:
    return str(PurePosixPath(folder, name))


def _lines(path: str, texts: Mapping[str, str], depth: int) -> list[str]:
    """Return the requirements of a file and of those that it includes."""
    found: list[str] = []
    if depth > DEPTH:
        return found
    for raw in texts.get(path, "").replace("\\\n", " ").splitlines():
        line = re.sub(r"(^|\s)#.*$", "", raw).strip()
        include = _INCLUDE.match(line)
        if include is not None:
            inner = _normal(PurePosixPath(path).parent / include[1])
            found.extend(_lines(inner, texts, depth + 1))
        elif line and not line.startswith("-") and line not in {".", "./"}:
            found.append(line)
    return found


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        elif part != "..":
            parts.append(part)
    return str(PurePosixPath(*parts))


def _declared(name: str, text: str) -> list[str]:
    if name == "setup.py":
        return _setup_py(text)
    if name == "setup.cfg":
        return _setup_cfg(text)
    if len(text) > TOML_CHARACTERS:
        return []
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return []
    return _pipfile(table) if name == "Pipfile" else _pyproject(table)


def _pyproject(table: dict[str, Any]) -> list[str]:
    project = table.get("project")
    declared = project.get("dependencies") if isinstance(project, dict) else None
    if isinstance(declared, list):
        return [one for one in declared if isinstance(one, str)]
    tool = table.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    needed = poetry.get("dependencies") if isinstance(poetry, dict) else None
    return _table(needed)


def _pipfile(table: dict[str, Any]) -> list[str]:
    return _table(table.get("packages"))


def _table(needed: object) -> list[str]:
    """Return requirements of a table of names and versions; without an operator, Poetry says ^."""
    if not isinstance(needed, dict):
        return []
    found = []
    for name, wanted in needed.items():
        version = wanted.get("version", "") if isinstance(wanted, dict) else wanted
        if name.lower() != "python" and isinstance(version, str):
            found.append(f"{name} {version}")
    return found


def _setup_cfg(text: str) -> list[str]:
    match = re.search(
        r"^install_requires[ \t]*=[ \t]*((?:.*\n?)(?:[ \t]+.*\n?|\n)*)", text, re.MULTILINE
    )
    lines = (line.strip() for line in match[1].splitlines()) if match else ()
    return [line for line in lines if line and not line.startswith("#")]


def _setup_py(text: str) -> list[str]:
    """Return the texts of `install_requires`, written in the call or in a list of the module."""
    sources = parse_all(("setup.py",), {"setup.py": text}).sources
    if not sources:
        return []
    tree = sources[0].tree
    lists: dict[str, ast.expr] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            lists |= {to.id: node.value for to in node.targets if isinstance(to, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "install_requires":
            given: ast.expr | None = node.value
            if isinstance(given, ast.Name):
                given = lists.get(given.id)
            if isinstance(given, ast.List | ast.Tuple):
                return [
                    one.value
                    for one in given.elts
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                ]
    return []

"""The rooms of the house and who may import whom: every import in src/ is walked.

The rows and fences are those of docs/architecture.md. A rule that nothing tests is a rule that
rots.
"""

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "flaskgrade"

# Longest prefix decides. A module imports from rows above its own, or from its own room.
ROWS = {
    "__init__": 0,
    "model": 0,
    "errors": 0,
    "yamlfile": 1,
    "workspace": 1,
    "shipped": 1,
    "progress": 1,
    "shares": 1,
    "syntax": 0,
    "guest": 1,
    "sandbox": 1,
    "flaskapp": 1,
    "submission": 2,
    "exercise": 2,
    "rubric": 2,
    "environment": 2,
    "scoring": 2,
    "given": 2,
    "serving": 2,
    "probes": 2,
    "report": 2,
    "hosting": 2,
    "inspection": 2,
    "sandbox.docker": 2,
    "sandbox.bwrap": 2,
    "checks.base": 2,
    "checks.launching": 3,
    "cohort": 4,
    "checks": 4,
    "report.terminal_comparison": 5,
    "report.registry": 5,
    "checks.registry": 5,
    "pipeline": 6,
    "verification": 7,
    "feedback": 7,
    "fleet": 7,
    "review": 7,
    "cli": 8,
    "__main__": 9,
}
FENCES = {
    "docker": ("sandbox.docker",),
    "git": ("submission",),
    "yaml": ("yamlfile",),
    "jinja2": ("report",),
    "rich": ("cli", "report.terminal"),
    "typer": ("cli",),
    "nltk": ("cohort.agreement",),
    "copydetect": ("cohort.similar",),
}
# Parts of a room whose files share one concern and so may import each other.
ROOMS = {
    "checks.base": "checks.base",
    "checks.events": "checks.base",
    "checks.tool": "checks.base",
    "checks.practice": "checks.base",
    "checks.launching": "checks.launching",
    "checks.control": "checks.launching",
    "checks.verdicts": "checks.base",
    "checks.registry": "checks.registry",
    "database": "serving",
    "redis_server": "serving",
    "service": "serving",
    "checks.migrations": "checks.migrations",
    "checks.migrating": "checks.migrations",
    "checks.database": "checks.migrations",
    "checks.data_layer": "checks.migrations",
}


def modules(source: Path) -> Iterator[tuple[str, ast.Module]]:
    """Yield every module of ours by its dotted name below flaskgrade; guests are no part of us."""
    for path in sorted(source.rglob("*.py")):
        name = ".".join(path.relative_to(source).with_suffix("").parts)
        if not name.startswith(("guest.candidate", "guest.examiner", "guest.service", "shipped.")):
            yield name.removesuffix(".__init__"), ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    """Yield the dotted name of each import, at any depth, in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide which room is meant"
            base = node.module or ""
            yield from (f"{base}.{alias.name}" for alias in node.names)


def best(name: str, table: dict[str, object]) -> str:
    """Return the longest key of the table that the name begins with."""
    fits = [key for key in table if name == key or name.startswith((f"{key}.", f"{key}_"))]
    assert fits, f"{name} is in no row: give it one here and in docs/architecture.md"
    return max(fits, key=len)


def room(name: str) -> str:
    """Return the room that a module lives in."""
    for prefix, of in ROOMS.items():
        if name == prefix or name.startswith(f"{prefix}."):
            return of
    if name.startswith("checks."):
        return ".".join(name.split(".")[:2])  # every check is a room of its own
    return best(name, dict(ROWS))


def breaches(source: Path) -> list[str]:
    """Return a sentence for every import that crosses a row or a fence."""
    found = []
    for name, tree in modules(source):
        mine = room(name)
        row = ROWS[best(mine, dict(ROWS))]
        for imported in imports(tree):
            top = imported.split(".")[0]
            if top in FENCES and not name.startswith(FENCES[top]):
                found.append(f"{name} imports {top}: only {', '.join(FENCES[top])} may")
            if top != "flaskgrade" or imported == "flaskgrade.__version__":
                continue
            other = room(imported.removeprefix("flaskgrade."))
            other_row = ROWS[best(other, dict(ROWS))]
            if other != mine and other_row >= row:
                found.append(f"{name} (row {row}) imports {imported} (row {other_row})")
    return found


def test_no_import_crosses_a_row_or_a_fence() -> None:
    """Every module imports only from rows above its own, third parties only where they live."""
    assert breaches(SOURCE) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("scoring.py", "from flaskgrade.sandbox.bwrap import BwrapSandbox"),
        ("report/html.py", "import yaml"),
        ("flaskapp/facts.py", "from flaskgrade.checks.base import Context"),
        ("pipeline.py", "import rich.console"),
        ("checks/ruff.py", "from flaskgrade.checks.bandit import CHECK"),
    ],
)
def test_a_broken_fence_is_seen(tmp_path: Path, module: str, line: str) -> None:
    """A forbidden import anywhere makes the walk above find exactly one breach more."""
    copy = tmp_path / "flaskgrade"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    before = breaches(copy)
    target = copy / module
    text = target.read_text(encoding="utf-8")
    target.write_text(f"{text}\n{line}\n", encoding="utf-8")

    found = breaches(copy)

    assert len(found) == len(before) + 1

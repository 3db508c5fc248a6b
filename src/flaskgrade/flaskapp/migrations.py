"""Migration folders: Alembic's revisions, read as data."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from flaskgrade.flaskapp.facts import Migrations, Revision
from flaskgrade.flaskapp.layout import in_test_folder
from flaskgrade.flaskapp.project import Project, imports
from flaskgrade.flaskapp.scopes import Assigned, Defined, FunctionNode, Scanned

_TOOLS = (("flask_migrate", "flask-migrate"), ("flask_alembic", "flask-alembic"))
# An environment that takes its metadata from Flask-Migrate's extension is of its template.
_FLASK_MIGRATE = re.compile(r"""extensions\[['"]migrate['"]\]""")


def migration_tool(project: Project) -> str:
    """Return the tool that code outside the tests sets up or imports, "none" if it is none."""
    packages = project.packages()
    known = (*_TOOLS, ("alembic", "alembic"))
    return next((name for package, name in known if package in packages), "none")


def find_migrations(project: Project) -> tuple[Migrations, ...]:
    """Return each folder of revisions; an environment without any revision counts, too."""
    folders: dict[str, list[Revision]] = defaultdict(list)
    of_flask_migrate: set[str] = set()
    for file in _outside_tests(project):
        if _is_environment(file):
            folder = str(PurePosixPath(file.source.path).parent)
            folders[folder] += []
            if _FLASK_MIGRATE.search(file.source.text):
                of_flask_migrate.add(folder)
        revision = _revision(file)
        if revision is not None:
            folders[_folder(file.source.path)].append(revision)
    packages = project.packages()
    tool = next((name for package, name in _TOOLS if package in packages), "alembic")
    return tuple(
        Migrations(
            directory=folder,
            tool="flask-migrate" if folder in of_flask_migrate else tool,
            revisions=tuple(revisions),
            heads=_heads(revisions),
        )
        for folder, revisions in sorted(folders.items())
    )


def migration_files(project: Project) -> frozenset[str]:
    """Return the paths of revisions and their environments: generated code, for the most part."""
    return frozenset(
        file.source.path
        for file in _outside_tests(project)
        if _is_environment(file) or _revision(file) is not None
    )


def _outside_tests(project: Project) -> Iterator[Scanned]:
    """Return the files that lie in no folder of tests: a revision may be called load_test.py."""
    return (file for file in project.all_files if not in_test_folder(file.source.path))


def _is_environment(file: Scanned) -> bool:
    """Tell whether a file is Alembic's `env.py`: it uses alembic's context."""
    return PurePosixPath(file.source.path).name == "env.py" and any(
        (imported.module, imported.name) == ("alembic", "context") for imported in imports(file)
    )


def _folder(path: str) -> str:
    """Return the folder that a revision belongs to: the one of `versions`, where there is one."""
    parent = PurePosixPath(path).parent
    for folder in (parent, *parent.parents):
        if folder.name == "versions":
            return str(folder.parent)
    return str(parent)


def _revision(file: Scanned) -> Revision | None:
    names = file.module.bindings
    if "revision" not in names or "down_revision" not in names:
        return None
    ids = _strings(file, "revision")
    if len(ids) != 1:
        return None
    downgrade = next(
        (
            binding.scope.node
            for binding in names.get("downgrade", ())
            if isinstance(binding, Defined) and isinstance(binding.scope.node, FunctionNode)
        ),
        None,
    )
    return Revision(
        id=ids[0],
        down=_strings(file, "down_revision"),
        location=file.module.place(downgrade or file.source.tree),
        has_downgrade=downgrade is not None,
        empty_downgrade=downgrade is not None and all(map(_does_nothing, downgrade.body)),
    )


def _strings(file: Scanned, name: str) -> tuple[str, ...]:
    """Return the strings that a name is assigned to at module level, alone or in a tuple."""
    for binding in file.module.bindings[name]:
        if isinstance(binding, Assigned):
            parts = (
                binding.value.elts
                if isinstance(binding.value, ast.Tuple | ast.List)
                else [binding.value]
            )
            return tuple(
                part.value
                for part in parts
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
    return ()


def _does_nothing(node: ast.stmt) -> bool:
    """Tell whether a statement leaves the database alone: pass, raise, return, a docstring."""
    return isinstance(node, ast.Pass | ast.Raise | ast.Return) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def _heads(revisions: list[Revision]) -> tuple[str, ...]:
    followed = {down for revision in revisions for down in revision.down}
    return tuple(revision.id for revision in revisions if revision.id not in followed)

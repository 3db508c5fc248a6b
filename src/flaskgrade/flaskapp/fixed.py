"""Expressions whose value the source alone decides, such as `"sqlite:///" + join(here, "a.db")`."""

import ast

from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Assigned, Imported, Scope
from flaskgrade.flaskapp.values import Literal

STEPS = 100  # of one expression; a longer one is not told
_OF_PATHS = frozenset(
    {
        *("join", "abspath", "dirname", "realpath", "Path", "str", "resolve", "getcwd"),
        *("as_posix", "absolute", "format", "joinpath", "cwd", "expanduser"),
    }
)
_PARTS = frozenset({"instance_path", "root_path", "parent", "parents", "path"})
_MODULES = frozenset({"os", "os.path", "pathlib"})


def fixed_texts(project: Project, node: ast.expr, scope: Scope) -> tuple[str, ...] | None:
    """Return the texts in an expression, from the left; None if more than the source decides it."""
    return _Reading(project).read(node, scope)


class _Reading:
    def __init__(self, project: Project) -> None:
        self._project = project
        self._texts: list[str] = []

    def read(self, node: ast.expr, scope: Scope) -> tuple[str, ...] | None:
        pending = [(node, scope)]
        for _ in range(STEPS):
            if not pending:
                return tuple(self._texts)
            at, where = pending.pop()
            parts = self._parts(at, where)
            if parts is None:
                return None
            pending.extend(reversed(parts))
        return None

    def _parts(self, node: ast.expr, scope: Scope) -> list[tuple[ast.expr, Scope]] | None:
        """Return what else decides the value; None if it is not the source."""
        if isinstance(node, ast.Constant):
            self._texts.extend([node.value] if isinstance(node.value, str) else [])
            return []
        if isinstance(node, ast.Name):
            return self._name(node, node.id, scope)
        inner = _inner(node)
        if inner is None and isinstance(node, ast.Attribute):
            return self._literal(node, scope)
        return None if inner is None else [(part, scope) for part in inner]

    def _name(self, node: ast.Name, name: str, scope: Scope) -> list[tuple[ast.expr, Scope]] | None:
        home = scope.home(name)
        if home is None:
            return [] if name == "__file__" else None
        bindings = home.bindings[name]
        if len(bindings) > STEPS:
            return None
        if all(isinstance(one, Assigned) and not one.steps for one in bindings):
            return [(one.value, one.scope) for one in bindings if isinstance(one, Assigned)]
        if all(
            isinstance(one, Imported) and (one.module in _MODULES or one.name == "Path")
            for one in bindings
        ):
            return []
        return self._literal(node, scope)

    def _literal(self, node: ast.expr, scope: Scope) -> list[tuple[ast.expr, Scope]] | None:
        values = self._project.values(node, scope)
        if not values or not all(isinstance(value, Literal) for value in values):
            return None
        found = (value.value for value in values if isinstance(value, Literal))
        self._texts.extend(one for one in found if isinstance(one, str))
        return []


def _inner(node: ast.expr) -> list[ast.expr] | None:
    """Return the expressions that a value is put together of, None if others decide it as well."""
    match node:
        case ast.JoinedStr(values=values):
            return [v.value if isinstance(v, ast.FormattedValue) else v for v in values]
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.Subscript(value=value, slice=ast.Constant()):
            return [value]
        case ast.Attribute(attr=attribute, value=value) if attribute in _PARTS:
            return [value] * (not isinstance(value, ast.Name))
        case ast.Call() if called(node) in _OF_PATHS and not node.keywords:
            of = [node.func.value] if isinstance(node.func, ast.Attribute) else []
            return [*of, *node.args]
    return None

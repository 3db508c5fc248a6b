"""What is written to a database through a session or a connection, call by call."""

import ast
import re
from collections.abc import Iterator

from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Assigned, Parameter, Scope

BINDINGS = 20  # of one name
INNER = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda

_WRITES = frozenset(
    {
        *("add", "add_all", "delete", "merge", "bulk_save_objects", "bulk_insert_mappings"),
        *("bulk_update_mappings",),
    }
)
_RUNS = frozenset({"execute", "executemany", "executescript", "exec_driver_sql"})
_BUILDERS = frozenset({"insert", "update", "delete"})
_WRITING = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE)\s", re.IGNORECASE)
_GIVES_BACK = frozenset({"close", "remove", "invalidate", "dispose", "putconn"})


def is_session(node: ast.expr, scope: Scope) -> bool:
    """Tell whether an expression is a session of SQLAlchemy, by the names that it goes by."""
    name = _name(node)
    if "session" in name.lower():
        return True
    home = scope.home(name) if isinstance(node, ast.Name) else None
    for binding in home.bindings[name][:BINDINGS] if home is not None else ():
        match binding:
            case Assigned(value=value) if "session" in _name(value).lower():
                return True
            case Parameter(annotation=ast.expr() as annotation):
                if "session" in _name(annotation).lower():
                    return True
    return False


def is_commit(call: ast.Call) -> bool:
    """Tell whether a call ends a unit of work: `db.session.commit()`, `connection.commit()`."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "commit" and not call.args


def is_write(project: Project, call: ast.Call, scope: Scope) -> bool:
    """Tell whether a call adds to a session, deletes from it, or executes SQL that writes."""
    function, name = call.func, called(call)
    if not isinstance(function, ast.Attribute):
        return False
    if name in _WRITES:
        return is_session(function.value, scope)
    if name not in _RUNS or not call.args:
        return False
    given = call.args[0]
    if isinstance(given, ast.Call) and called(given) == "text" and given.args:
        given = given.args[0]
    if any(_WRITING.match(text) for text in project.resolver.texts(given, scope)):
        return True
    inner = given
    while isinstance(inner, ast.Call | ast.Attribute):  # insert(Room).values(…)
        if isinstance(inner, ast.Call) and called(inner) in _BUILDERS:
            return True
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
    return False


def gives_back(call: ast.Call) -> bool:
    """Tell whether a call rolls back, or gives a session or a connection back, which does so."""
    name = called(call)
    return name in _GIVES_BACK or "rollback" in name.lower()


def calls_in(nodes: list[ast.stmt]) -> Iterator[ast.Call]:
    """Return the calls in statements, those in functions within them left out."""
    stack: list[ast.AST] = list(reversed(nodes))
    while stack:
        node = stack.pop()
        if isinstance(node, INNER):
            continue
        if isinstance(node, ast.Call):
            yield node
        stack.extend(reversed(list(ast.iter_child_nodes(node))))


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call():
            return called(node)
        case ast.Constant(value=str() as name):
            return name
    return ""

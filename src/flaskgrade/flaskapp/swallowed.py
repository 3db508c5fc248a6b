"""Errors of the database that are caught, and the session is used on as if nothing were.

After a failed flush, SQLAlchemy refuses everything until it is told to roll back.
"""

import ast
from dataclasses import dataclass

from flaskgrade.flaskapp.application import is_launcher
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Scope
from flaskgrade.flaskapp.sessions import calls_in, gives_back, is_session
from flaskgrade.model.evidence import Location

_ERRORS = frozenset(
    {
        *("IntegrityError", "SQLAlchemyError", "DBAPIError", "OperationalError", "DatabaseError"),
        *("DataError", "StatementError", "InvalidRequestError", "FlushError", "StaleDataError"),
        *("Exception", "BaseException"),
    }
)
_FLUSHES = frozenset({"commit", "flush"})
_LEAVES = frozenset({"abort", "exit"})


@dataclass(frozen=True, kw_only=True)
class Swallowed:
    """A handler that leaves a session as a failed flush has left it."""

    location: Location
    flush: Location


def find_swallowed(
    project: Project, views: tuple[Scope, ...], *, given_back: bool
) -> tuple[Swallowed, ...]:
    """Return the handlers outside the tests that neither roll back nor raise.

    A view that answers at once may leave the rollback to whoever takes the session back after the
    request, if `given_back` says that somebody does.
    """
    ending = {id(view) for view in views} if given_back else set()
    last = _last_rollbacks(project)
    found = []
    for spot in project.nodes.of(ast.Try):
        flush = _flush(spot.node, spot.scope)
        end = spot.node.end_lineno or spot.node.lineno
        if is_launcher(spot.scope.source.path):
            continue  # a tool at the command line: its session ends with it
        if flush is None or last.get(id(spot.scope), 0) > end:
            continue
        for handler in spot.node.handlers:
            undone = any(map(gives_back, calls_in([*handler.body, *spot.node.finalbody])))
            leaves = _leaves(handler, view=id(spot.scope) in ending)
            if _catches(handler.type) and not undone and not leaves:
                place = spot.scope.place
                found.append(Swallowed(location=place(handler), flush=place(flush)))
    return tuple(found)


def _last_rollbacks(project: Project) -> dict[int, int]:
    """Return the last line of each function that rolls back, or gives a session back."""
    found: dict[int, int] = {}
    for site in project.sites():
        if gives_back(site.call):
            key = id(site.scope)
            found[key] = max(found.get(key, 0), site.call.lineno)
    return found


def _flush(node: ast.Try, scope: Scope) -> ast.Call | None:
    found = None
    for call in calls_in(node.body):
        if called(call) == "begin_nested":
            return None
        function = call.func
        if (
            found is None
            and isinstance(function, ast.Attribute)
            and function.attr in _FLUSHES
            and is_session(function.value, scope)
        ):
            found = call
    return found


def _catches(node: ast.expr | None) -> bool:
    if node is None:
        return True
    names = node.elts if isinstance(node, ast.Tuple) else [node]
    return any(getattr(one, "attr", getattr(one, "id", "")) in _ERRORS for one in names)


def _leaves(handler: ast.ExceptHandler, *, view: bool) -> bool:
    last = handler.body[-1]
    if isinstance(last, ast.Raise):
        return True
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return called(last.value) in _LEAVES
    return view and isinstance(last, ast.Return)

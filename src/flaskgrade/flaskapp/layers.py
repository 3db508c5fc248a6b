"""Views that use the database themselves, instead of leaving it to a layer of their own."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.facts import Model, Route
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import FunctionNode, Scope
from flaskgrade.flaskapp.values import Code
from flaskgrade.model.evidence import Location

_QUERIES = frozenset({"query", "session", "objects"})
_ON_CONNECTIONS = frozenset({"execute", "executemany", "executescript"})
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "dispatch_request"})


@dataclass(frozen=True, kw_only=True)
class DirectAccess:
    """A view that touches the database, and where it first does."""

    handler: str
    location: Location
    first: Location


def find_direct_access(
    project: Project, routes: tuple[Route, ...], models: tuple[Model, ...]
) -> tuple[DirectAccess, ...]:
    """Return the views of the routes that query, add or execute in their own bodies."""
    tables = {model.location for model in models}
    return tuple(
        DirectAccess(handler=scope.qualname, location=scope.place(scope.node), first=places[0])
        for scope in _views(project, routes)
        if (places := list(_accesses(project, scope, tables)))
    )


def _views(project: Project, routes: tuple[Route, ...]) -> Iterator[Scope]:
    """Return the functions that routes name, and the methods of the classes that they name."""
    handlers = {route.handler.split(".")[-1] for route in routes}
    for scope in project.functions():
        name = scope.qualname.split(".")[-1]
        owner = scope.owner
        if owner is not None:
            if name in _VERBS and owner.qualname.split(".")[-1] in handlers:
                yield scope
        elif name in handlers and isinstance(scope.node, FunctionNode):
            yield scope


def _accesses(project: Project, view: Scope, tables: set[Location]) -> Iterator[Location]:
    for site in project.sites_within(view):
        function = site.call.func
        if not isinstance(function, ast.Attribute):
            continue
        if called(site.call) in _ON_CONNECTIONS:
            yield site.location
            continue
        inner: ast.expr = function.value
        on_session = False
        if isinstance(inner, ast.Attribute) and inner.attr in _QUERIES:
            inner = inner.value
            on_session = isinstance(inner, ast.Name) and inner.id in {"db", "database"}
        if on_session or _is_model(project, inner, site.scope, tables):
            yield site.location


def _is_model(project: Project, node: ast.expr, scope: Scope, tables: set[Location]) -> bool:
    return any(
        isinstance(value, Code) and value.scope.place(value.scope.node) in tables
        for value in project.values(node, scope)
    )

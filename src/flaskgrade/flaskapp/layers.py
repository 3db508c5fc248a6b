"""Views that use the database themselves, instead of leaving it to a layer of their own."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.contexts import MEANINGS
from flaskgrade.flaskapp.facts import Model, Route
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Assigned, Imported, Scope, Site
from flaskgrade.flaskapp.sql_text import is_sql
from flaskgrade.flaskapp.values import Code
from flaskgrade.model.evidence import Location

_QUERIES = frozenset({"query", "session", "objects"})
_ON_CONNECTIONS = frozenset({"execute", "executemany", "executescript"})
_ON_DATABASES = frozenset({"get_or_404", "first_or_404", "one_or_404", "paginate"})
_ON_SESSIONS = frozenset({"add", "add_all", "delete", "merge", "query", "scalar", "scalars"})
_ON_COLLECTIONS = frozenset(  # of MongoDB
    {
        *("find_one", "insert_one", "insert_many", "update_one", "update_many", "replace_one"),
        *("delete_one", "delete_many", "count_documents", "find_one_and_update"),
    }
)
_TRANSACTION = frozenset(
    {
        *("commit", "rollback", "flush", "refresh", "close", "remove", "begin", "begin_nested"),
        *("expunge", "expire", "expire_all"),
    }
)
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "dispatch_request"})


@dataclass(frozen=True, kw_only=True)
class DirectAccess:
    """A view that touches the database, and where it first does.

    `statements` counts what it asks for and changes, the transaction's own calls left out; `sql`
    is where it holds SQL as text.
    """

    handler: str
    location: Location
    first: Location
    statements: int = 1
    sql: Location | None = None


def find_direct_access(
    project: Project, routes: tuple[Route, ...], models: tuple[Model, ...]
) -> tuple[DirectAccess, ...]:
    """Return the views of the routes that query, add or execute in their own bodies."""
    tables = {model.location for model in models}
    return tuple(
        DirectAccess(
            handler=scope.qualname,
            location=scope.place(scope.node),
            first=sites[0].location,
            statements=sum(called(site.call) not in _TRANSACTION for site in sites),
            sql=next((site.location for site in sites if _holds_sql(project, site)), None),
        )
        for scope in views_of(project, routes)
        if (sites := list(_accesses(project, scope, tables)))
    )


def find_views(project: Project, routes: tuple[Route, ...]) -> tuple[Location, ...]:
    """Return where the functions and methods begin that answer the routes."""
    return tuple(scope.place(scope.node) for scope in views_of(project, routes))


def views_of(project: Project, routes: tuple[Route, ...]) -> Iterator[Scope]:
    """Return the functions that routes name, and the methods of the classes that they name.

    Where the file of the route has one of that name, others of the name are none.
    """
    files: dict[str, set[str]] = {}
    for route in routes:
        files.setdefault(route.handler.split(".")[-1], set()).add(route.location.path)
    found: dict[str, list[Scope]] = {}
    for scope in project.functions():
        name = scope.qualname.split(".")[-1]
        owner = scope.owner
        if owner is None:
            if name in files:
                found.setdefault(name, []).append(scope)
        elif name in _VERBS and (of := owner.qualname.split(".")[-1]) in files:
            found.setdefault(of, []).append(scope)
    for name, scopes in found.items():
        near = [scope for scope in scopes if scope.source.path in files[name]]
        yield from near or scopes


def _accesses(project: Project, view: Scope, tables: set[Location]) -> Iterator[Site]:
    for site in project.sites_within(view):
        function = site.call.func
        if _holds_sql(project, site):
            yield site
            continue
        if not isinstance(function, ast.Attribute):
            continue
        if called(site.call) in _ON_CONNECTIONS | _ON_COLLECTIONS:
            yield site
            continue
        inner: ast.expr = function.value
        on_session = _is_session(inner, site) and called(site.call) in _ON_SESSIONS
        if isinstance(inner, ast.Name) and inner.id in {"db", "database"}:
            on_session = function.attr in _ON_DATABASES
        if isinstance(inner, ast.Attribute) and inner.attr in _QUERIES:
            inner = inner.value
            on_session = isinstance(inner, ast.Name) and inner.id in {"db", "database"}
        if on_session or (
            _is_model(project, inner, site.scope, tables) and not _is_own(project, site)
        ):
            yield site


def _is_session(node: ast.expr, site: Site) -> bool:
    """Tell whether a name is one of a database session, by custom, and not Flask's own."""
    if not isinstance(node, ast.Name) or not node.id.lower().endswith("session"):
        return False
    home = site.scope.home(node.id)
    bindings = home.bindings[node.id][:MEANINGS] if home is not None else ()
    return not any(isinstance(one, Imported) and one.module == "flask" for one in bindings)


def _is_model(project: Project, node: ast.expr, scope: Scope, tables: set[Location]) -> bool:
    return any(
        isinstance(value, Code) and value.scope.place(value.scope.node) in tables
        for value in project.values(node, scope)
    )


def _is_own(project: Project, site: Site) -> bool:
    """Tell whether a method is the project's own: then the model is the layer."""
    return any(isinstance(value, Code) for value in project.values(site.call.func, site.scope))


def _holds_sql(project: Project, site: Site) -> bool:
    """Tell whether a call is given SQL that is written as text in the same function, or near."""
    given = site.call.args[0] if site.call.args else None
    if isinstance(given, ast.Call) and called(given) == "text" and given.args:
        given = given.args[0]
    if isinstance(given, ast.Name):
        home = site.scope.home(given.id)
        bindings = home.bindings[given.id][:MEANINGS] if home is not None else ()
        written = [one.value for one in bindings if isinstance(one, Assigned)]
    else:
        written = [] if given is None else [given]
    return any(
        is_sql(text)
        for node in written
        if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp) or _is_format(node)
        for text in project.resolver.texts(node, site.scope)
    )


def _is_format(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and called(node) == "format"

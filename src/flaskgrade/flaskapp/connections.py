"""Sessions and connections that are made by hand, and whether somebody gives them back."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from flaskgrade.flaskapp.application import application_files
from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.handlers import find_hooks
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project, imports
from flaskgrade.flaskapp.scopes import FunctionNode, Scope, Site
from flaskgrade.flaskapp.sessions import gives_back
from flaskgrade.flaskapp.values import External, Instance
from flaskgrade.model.evidence import Location

_DRIVERS = frozenset(
    {
        *("sqlite3", "psycopg2", "psycopg", "pymysql", "MySQLdb", "pyodbc", "cx_Oracle"),
        *("oracledb", "mariadb", "duckdb"),
    }
)
_ENDS = frozenset({"teardown_appcontext", "teardown_request", "teardown_app_request"})
_ENDS_TOO = frozenset({"after_request", "after_app_request"})
CALLERS = 50
SCOPED = "scoped session"


@dataclass(frozen=True, kw_only=True)
class Unclosed:
    """A session or connection that is made here and never given back."""

    what: str  # "connection", "session", "scoped session"
    location: Location
    shared: bool  # made as the module is imported


def gives_back_after_requests(project: Project) -> bool:
    """Tell whether a hook at the end of requests closes, removes or rolls back."""
    names = {hook.handler for hook in find_hooks(project) if hook.kind in _ENDS | _ENDS_TOO}
    return any(
        scope.qualname.rpartition(".")[2] in names and _closes(project, scope)
        for scope in project.functions()
    )


def find_unclosed(
    project: Project, routes: tuple[Route, ...], commands: Iterable[Scope]
) -> tuple[Unclosed, ...]:
    """Return what the application makes outside commands, and never gives back."""
    at_end = gives_back_after_requests(project)
    left_out = {id(scope) for scope in commands}
    paths = {file.source.path for file in application_files(project)}
    keepers = _Keepers(project)
    serving = _serving(project, routes)
    found = []
    for site in project.sites():
        if site.scope.source.path not in paths or id(site.scope) in left_out:
            continue
        what = _made(project, site)
        if what is None or id(site.call) in keepers.taken:
            continue
        shared = site.scope.function is None
        if shared and site.scope.source.path not in serving:
            continue  # a script: what it leaves open ends with it
        if what == SCOPED and (at_end or keepers.remove):
            continue
        if not (keepers.give_back(site) or (at_end and not shared)):
            found.append(Unclosed(what=what, location=site.location, shared=shared))
    return tuple(found)


def _serving(project: Project, routes: tuple[Route, ...]) -> frozenset[str]:
    """Return the files that have routes, and those that others import."""
    found = {route.location.path for route in routes}
    for file in application_files(project):
        for imported in imports(file):
            target = project.modules.target(imported)
            if target is not None:
                inner = target / (imported.name or "")  # `from package import module`
                found.update((f"{target}.py", f"{target}/__init__.py", f"{inner}.py"))
    return frozenset(found)


def _made(project: Project, site: Site) -> str | None:
    """Return what a call makes: a connection of a driver or an engine, or a session."""
    for value in project.values(site.call.func, site.scope):
        kind = value.kind if isinstance(value, External) else project.kind(value)
        if isinstance(value, External) and kind == ("sqlalchemy", "scoped_session"):
            return SCOPED
        if kind == ("sqlalchemy", "sessionmaker") and isinstance(value, Instance):
            return "session"
        if kind == ("sqlalchemy", "Session") and isinstance(value, External):
            return "session"
        if kind is not None and kind[1] == "connect" and kind[0] in _DRIVERS:
            return "connection"
    function = site.call.func
    if isinstance(function, ast.Attribute) and function.attr in {"connect", "raw_connection"}:
        owners = project.values(function.value, site.scope)
        if any(project.kind(value) == ("sqlalchemy", "create_engine") for value in owners):
            return "connection"
    return None


class _Keepers:
    """Who takes care of what is made: `with`, `closing`, a function or class that closes."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.taken: set[int] = set()  # ids of what a `with` or a stack of exits takes
        self._entered: set[tuple[int, str]] = set()  # names that a `with` takes
        self._closing: set[int] = set()  # functions in which something is closed, and classes
        self.remove = False  # somebody removes a scoped session
        for entered in project.nodes.of(ast.With):
            self.taken.update(id(item.context_expr) for item in entered.node.items)
        for later in project.nodes.of(ast.AsyncWith):
            self.taken.update(id(item.context_expr) for item in later.node.items)
        for site in project.sites():
            self._note(site)
        for spot in project.nodes.of(ast.Name):
            if id(spot.node) in self.taken:
                self._entered.add((id(spot.scope), spot.node.id))

    def _note(self, site: Site) -> None:
        name = called(site.call)
        if name in {"closing", "enter_context", "push", "callback"}:
            self.taken.update(map(id, site.call.args))
        if not gives_back(site.call):
            return
        self.remove |= name == "remove" and not site.call.args
        scope: Scope | None = site.scope
        while scope is not None:
            if scope.parent is not None or scope is site.scope:
                self._closing.add(id(scope))
            scope = scope.parent

    def give_back(self, site: Site) -> bool:
        """Tell whether what a call makes is given back where it is made, or by who gets it."""
        if self._near(site):
            return True
        if not isinstance(site.scope.node, FunctionNode):
            return False
        callers = self._project.resolver.callers.get(id(site.scope), ())[:CALLERS]
        return bool(callers) and all(map(self._near, callers))

    def _near(self, site: Site) -> bool:
        scope = site.scope
        if id(site.call) in self.taken or id(scope) in self._closing:
            return True
        if scope.owner is not None and id(scope.owner) in self._closing:
            return True
        name = self._project.variable(site.call)
        return name is not None and (id(scope), name) in self._entered


def _closes(project: Project, function: Scope) -> bool:
    return any(gives_back(site.call) for site in project.sites_within(function))

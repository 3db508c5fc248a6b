"""Which functions need an application's context, and which of them enter one themselves."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.contexts import MEANINGS, proxy_of
from flaskgrade.flaskapp.facts import Model
from flaskgrade.flaskapp.import_time import CONTEXTS, catches_runtime_error
from flaskgrade.flaskapp.kinds import Kind
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import FunctionNode, Imported, Scope, Site
from flaskgrade.flaskapp.values import Code
from flaskgrade.model.evidence import Location

VISITED = 60  # functions that one function is followed through
_IN_CONTEXT = frozenset({"url_for", "render_template", "render_template_string", "jsonify"})
_ASKS = frozenset({"has_app_context", "has_request_context"})
_WRAPPERS = frozenset({"copy_current_request_context", "with_appcontext"})
_DATABASES = frozenset(
    {("flask_sqlalchemy", "SQLAlchemy"), ("flask_sqlalchemy_lite", "SQLAlchemy")}
)
_MAIL = frozenset({("flask_mail", "Mail")})
_OF_DATABASES = frozenset({"create_all", "drop_all", "get_or_404", "first_or_404", "paginate"})


@dataclass(frozen=True, kw_only=True)
class Need:
    """What a function uses that works in a context alone, and where."""

    what: str  # "current_app", "db.session", …
    location: Location


class ContextNeeds:
    """An index of the functions of a project."""

    def __init__(self, project: Project, models: tuple[Model, ...]) -> None:
        self._project = project
        self._tables = {model.location for model in models}
        self._with_sessions = not {package for package, _ in _DATABASES}.isdisjoint(
            project.packages()
        )
        self._needs: dict[int, Need] = {}
        self._entering: set[int] = set()
        for spot in project.nodes.of(ast.Name):
            proxy = proxy_of(spot)
            if proxy is not None:
                self._note(spot.scope, Need(what=proxy, location=spot.location))
        for site in project.sites():
            self._read(site)
        for attempt in project.nodes.of(ast.Try):
            if catches_runtime_error(attempt.node):
                self._entering.update(id(scope) for scope in _around(attempt.scope))

    def enters(self, function: Scope) -> bool:
        """Tell whether a function, its decorators, or a context manager in it enter a context.

        So does one that asks whether there is one, or catches the error that there is none.
        """
        if id(function) in self._entering:
            return True
        node = function.node
        decorators = node.decorator_list if isinstance(node, FunctionNode) else []
        outside = function.parent or function
        for decorator in decorators:
            maker = decorator.func if isinstance(decorator, ast.Call) else decorator
            if self._is_entering(maker, outside):
                return True
        return any(
            self._is_entering(site.call.func, site.scope, managers=True)
            for site in self._project.sites_within(function)[:VISITED]
        )

    def unmet(self, function: Scope) -> Need | None:
        """Return what a function, or one that it calls, needs without a context being entered."""
        seen: set[int] = set()
        pending = [function]
        while pending and len(seen) < VISITED:
            at = pending.pop(0)
            if id(at) in seen or self.enters(at):
                continue
            seen.add(id(at))
            if id(at) in self._needs:
                return self._needs[id(at)]
            for site in self._project.sites_within(at)[:VISITED]:
                pending.extend(self.functions(site.call.func, site.scope))
        return None

    def functions(self, node: ast.expr, scope: Scope) -> Iterator[Scope]:
        """Return the project's functions that an expression may be."""
        for value in self._project.values(node, scope):
            if isinstance(value, Code) and isinstance(value.scope.node, FunctionNode):
                yield value.scope

    def _read(self, site: Site) -> None:
        name, function = called(site.call), site.call.func
        if name in CONTEXTS | _ASKS:
            self._entering.update(id(scope) for scope in _around(site.scope))
        elif name in _IN_CONTEXT and isinstance(function, ast.Name):
            home = site.scope.home(name)
            bindings = home.bindings[name][:MEANINGS] if home is not None else ()
            if any(isinstance(one, Imported) and one.module == "flask" for one in bindings):
                self._note(site.scope, Need(what=name, location=site.location))
        elif isinstance(function, ast.Attribute):
            what = self._of_extensions(function, site.scope)
            if what:
                self._note(site.scope, Need(what=what, location=site.location))

    def _of_extensions(self, function: ast.Attribute, scope: Scope) -> str:
        owner = function.value
        if self._with_sessions and isinstance(owner, ast.Attribute):
            if owner.attr == "session" and self._is_a(owner.value, scope, _DATABASES):
                return "db.session"
            if owner.attr == "query" and self._is_model(owner.value, scope):
                return f"{ast.unparse(owner.value)[:40]}.query"
        if self._with_sessions and function.attr in _OF_DATABASES:
            return f"db.{function.attr}" if self._is_a(owner, scope, _DATABASES) else ""
        if function.attr == "send" and self._is_a(owner, scope, _MAIL):
            return "mail.send"
        return ""

    def _is_a(self, node: ast.expr, scope: Scope, kinds: frozenset[Kind]) -> bool:
        values = self._project.values(node, scope)
        return any(self._project.kind(value) in kinds for value in values)

    def _is_model(self, node: ast.expr, scope: Scope) -> bool:
        return any(
            isinstance(value, Code) and value.scope.place(value.scope.node) in self._tables
            for value in self._project.values(node, scope)
        )

    def _is_entering(self, node: ast.expr, scope: Scope, *, managers: bool = False) -> bool:
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        if name in _WRAPPERS and not managers:
            return True
        for value in self._project.values(node, scope):
            if not isinstance(value, Code):
                continue
            inner = value.scope
            if isinstance(inner.node, ast.ClassDef):
                if any(
                    id(method) in self._entering
                    for method in _methods(inner)
                    if method.qualname.endswith(("__enter__", "__init__", "__call__"))
                ):
                    return True
            elif id(inner) in self._entering and (not managers or _is_manager(inner)):
                return True
        return False

    def _note(self, scope: Scope, need: Need) -> None:
        for function in _around(scope):
            self._needs.setdefault(id(function), need)


def _around(scope: Scope) -> Iterator[Scope]:
    """Return the functions that a scope is in, itself included."""
    at: Scope | None = scope
    while at is not None:
        if isinstance(at.node, FunctionNode):
            yield at
        at = at.parent


def _methods(owner: Scope) -> Iterator[Scope]:
    for bindings in owner.bindings.values():
        for binding in bindings:
            inner = getattr(binding, "scope", None)
            if isinstance(inner, Scope) and isinstance(inner.node, FunctionNode):
                yield inner


def _is_manager(function: Scope) -> bool:
    """Tell whether a function is made a context manager by its decorator."""
    node = function.node
    return isinstance(node, FunctionNode) and any(
        "contextmanager" in ast.dump(decorator)[:200] for decorator in node.decorator_list
    )

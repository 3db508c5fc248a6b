"""What does work for many views at once: hooks, decorators, middleware, extensions."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flaskgrade.flaskapp.dormant import Dormant
from flaskgrade.flaskapp.facts import Blueprint, Extension, Route
from flaskgrade.flaskapp.kinds import BLUEPRINTS
from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import FunctionNode, Scope, Site
from flaskgrade.flaskapp.values import Code
from flaskgrade.flaskapp.view_functions import view_functions
from flaskgrade.model.evidence import Location

_HOOKS = frozenset(
    {
        *("before_request", "after_request", "teardown_request", "teardown_appcontext"),
        *("before_app_request", "after_app_request", "teardown_app_request"),
        *("url_value_preprocessor", "app_url_value_preprocessor", "context_processor"),
        *("app_context_processor", "url_defaults", "app_url_defaults"),
    }
)
_SIGNALS = frozenset({"request_started", "request_finished", "appcontext_tearing_down"})
_ON_CLASSES = frozenset({"decorators", "method_decorators"})
# Extensions that hook into every request by themselves.
_EXTENSIONS = frozenset(
    {
        *("SQLAlchemy", "LoginManager", "Limiter", "CORS", "Talisman", "Session", "CSRFProtect"),
        *("Compress", "Babel", "Principal", "Security", "MongoEngine", "PrometheusMetrics"),
        *("JWT", "JWTManager", "DebugToolbarExtension", "HTTPBasicAuth", "HTTPTokenAuth"),
    }
)
_DECLARE = frozenset(  # what makes a function a view, and what says how it is documented
    {
        *("route", "get", "post", "put", "patch", "delete", "endpoint", "resource", "add_resource"),
        *("response", "doc", "output", "input", "arguments", "expect", "marshal_with"),
        *("swag_from", "alt_response", "param", "override", "staticmethod", "classmethod"),
    }
)


@dataclass(frozen=True, kw_only=True)
class SharedWork:
    """A hook, a decorator of views, middleware or an extension that works for many views."""

    kind: str
    location: Location


def find_shared_work(
    project: Project,
    routes: tuple[Route, ...],
    *,
    blueprints: Sequence[Blueprint],
    extensions: Sequence[Extension],
    dormant: Dormant,
) -> tuple[SharedWork, ...]:
    """Return what works for many views. A hook that cannot be called or does nothing is none."""
    lost = {one.location for one in blueprints if one.registered is None}
    lost -= {one.location for one in blueprints if one.registered is not None}
    return (
        *_hooks(project, lost, dormant),
        *_decorators(project, routes),
        *_middleware(project),
        *(
            SharedWork(kind=one.kind, location=one.location)
            for one in extensions
            if one.kind in _EXTENSIONS and (one.bound_at_creation or one.init_app is not None)
        ),
    )


def _hooks(project: Project, lost: set[Location], dormant: Dormant) -> Iterator[SharedWork]:
    for site in project.sites():
        function, name = site.call.func, called(site.call)
        if not isinstance(function, ast.Attribute) or dormant.holds(site.scope):
            continue
        if name in _HOOKS:
            owners = project.instances(function.value, site.scope, BLUEPRINTS)
            places = {one.scope.place(one.call) for one in owners if one.call is not None}
            if not (places and places <= lost) and _works(project, site):
                yield SharedWork(kind=name, location=site.location)
        elif name in {"connect", "connect_via"}:
            owner = function.value
            signal = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if signal in _SIGNALS:
                yield SharedWork(kind=signal, location=site.location)


def _works(project: Project, site: Site) -> bool:
    """Tell whether the function that is registered does anything, if it is known."""
    functions: list[ast.AST] = [site.decorates] if site.decorates is not None else []
    for node in site.call.args[:1]:
        for value in project.values(node, site.scope):
            functions += [value.scope.node] if isinstance(value, Code) else []
    known = [one for one in functions if isinstance(one, FunctionNode)]
    return not known or any(not _is_idle(line) for one in known for line in one.body)


def _is_idle(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Return(value=None | ast.Name() | ast.Constant()):
            return True
    return False


def _decorators(project: Project, routes: tuple[Route, ...]) -> Iterator[SharedWork]:
    """Return what decorates views besides their rules, and what classes of views are given."""
    found: dict[str, Location] = {}
    for view in view_functions(project, routes):
        for scope in (view, view.owner):
            if scope is not None and isinstance(scope.node, FunctionNode | ast.ClassDef):
                for decorator in scope.node.decorator_list:
                    name = _name(decorator)
                    if name and name not in _DECLARE:
                        found.setdefault(name, scope.place(decorator))
        if view.owner is not None:
            for name in _ON_CLASSES & _family(project, view.owner) | _base(project, view.owner):
                found.setdefault(name, view.owner.place(view.owner.node))
    yield from (SharedWork(kind=f"@{name}", location=place) for name, place in found.items())


def _base(project: Project, owner: Scope) -> set[str]:
    """Return the base classes of the project's own that are around each call of their heirs."""
    return {
        base.scope.qualname
        for _, base in project.resolver.lineage(owner)
        if isinstance(base, Code) and "dispatch_request" in base.scope.bindings
    }


def _family(project: Project, owner: Scope) -> set[str]:
    bases = (base for _, base in project.resolver.lineage(owner))
    return {
        name
        for scope in (owner, *(base.scope for base in bases if isinstance(base, Code)))
        for name in scope.bindings
    }


def _name(node: ast.expr) -> str:
    at = node.func if isinstance(node, ast.Call) else node
    return at.id if isinstance(at, ast.Name) else getattr(at, "attr", "")


def _middleware(project: Project) -> Iterator[SharedWork]:
    for spot in project.nodes.of(ast.Assign):
        for target in spot.node.targets:
            if isinstance(target, ast.Attribute) and target.attr == "wsgi_app":
                yield SharedWork(kind="wsgi_app", location=spot.location)

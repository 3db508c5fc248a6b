"""The URL rules that the source declares, in all the ways that Flask and its API packages offer."""

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.expand import Run, parameters, runs
from flaskgrade.flaskapp.exposed import find_exposed
from flaskgrade.flaskapp.expressions import GAP
from flaskgrade.flaskapp.facts import Route
from flaskgrade.flaskapp.kinds import (
    APIS,
    APPS,
    BLUEPRINTS,
    NAMESPACES,
    OTHER_FRAMEWORKS,
    SEVERAL_RULES,
    Kind,
    layer,
)
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.routed_views import class_methods, followed, methods_of
from flaskgrade.flaskapp.scopes import Defined, FunctionNode, Scope, Site
from flaskgrade.flaskapp.values import NOTHING, Code, Instance, Known, Literal, Ref
from flaskgrade.flaskapp.view_classes import find_view_classes
from flaskgrade.model.evidence import Location

MOST = 5000  # rules of a project; what has more is a joke or an attack

_DECLARING = frozenset({"add_url_rule", "add_resource", "route"})
_RESTFUL = ("flask_restful", "flask_restx", "flask_restplus")
_JSONAPI = frozenset({"flask_rest_jsonapi", "flask_combo_jsonapi"})
_SHORTCUTS = frozenset({"get", "post", "put", "patch", "delete"})
_OWNERS = APPS | BLUEPRINTS | APIS | NAMESPACES


_Definition = ast.ClassDef | FunctionNode


@dataclass(frozen=True, kw_only=True)
class _Declaration:
    """A call that declares rules: on what, which, and for what."""

    site: Site
    owner: ast.expr
    rules: tuple[ast.expr, ...]
    view: ast.expr | _Definition | None
    methods: tuple[str, ...] = ()
    layer: str | None = None  # where the call says it, and not what it is called on


def find_routes(project: Project) -> tuple[Route, ...]:
    """Return all rules that code outside the tests declares, in the order of files and lines."""
    found: list[Route] = []
    seen: set[tuple[int, Route]] = set()
    for site in project.sites():
        function = site.call.func
        if isinstance(function, ast.Attribute) and not _is_super(function.value):
            declaration = _declaration(project, site, function.attr, function.value)
            if declaration is not None and not _declares_inside(project, site):
                found.extend(_routes(project, declaration, seen))
        if len(found) > MOST:
            break
    others = itertools.chain(find_exposed(project), find_view_classes(project))
    found.extend(itertools.islice(others, MOST))
    return tuple(sorted(found, key=lambda route: (route.location.path, route.location.line or 0)))


def _declaration(project: Project, site: Site, method: str, owner: ast.expr) -> _Declaration | None:
    match method:
        case "route":
            return _decorator(project, site, owner, ())
        case shortcut if shortcut in _SHORTCUTS and site.decorates is not None:
            return _decorator(project, site, owner, (shortcut.upper(),))
        case "add_url_rule":
            return _rule_call(site, owner)
        case "add_resource" if _is_api(project, site, owner):
            return _resource(project, site, owner)
        case "add" if isinstance(owner, ast.Attribute) and owner.attr == "url_map":
            return _rule_object(site, owner.value)
        case _:
            return None


def _declares_inside(project: Project, site: Site) -> bool:
    """Tell whether a call is of the project's own function that declares the rules in its turn.

    Then they are found there. A method that hands them to the class above it is what it overrides.
    """
    return any(
        isinstance(inner, ast.Call)
        and isinstance(inner.func, ast.Attribute)
        and inner.func.attr in _DECLARING
        and not _is_super(inner.func.value)
        for value in project.values(site.call.func, site.scope)
        if isinstance(value, Code) and isinstance(value.scope.node, FunctionNode)
        for inner in ast.walk(value.scope.node)
    )


def _is_api(project: Project, site: Site, owner: ast.expr) -> bool:
    """Tell whether resources are added to an API: that of a known class, or what may be one."""
    if project.instances(owner, site.scope, APIS | NAMESPACES):
        return True
    own = any(isinstance(value, Code) for value in project.values(site.call.func, site.scope))
    return not own and not project.packages().isdisjoint(_RESTFUL)


def _resource(project: Project, site: Site, owner: ast.expr) -> _Declaration:
    arguments = site.call.args
    view = arguments[0] if arguments else _keyword(site.call, "resource")
    rules = tuple(arguments[1:])
    if isinstance(view, ast.Starred):
        rules = (view,)
    # What an API object is wrapped in by others still is one: nothing else has such a method.
    packages = project.packages()
    layers = (name for name in _RESTFUL if name in packages)
    return _Declaration(
        site=site,
        owner=owner,
        rules=rules,
        view=view,
        layer=next(layers, _RESTFUL[0]).replace("_", "-"),
    )


def _rule_object(site: Site, owner: ast.expr) -> _Declaration | None:
    rule = site.call.args[0] if site.call.args else None
    if not isinstance(rule, ast.Call) or not rule.args:
        return None
    return _Declaration(
        site=site, owner=owner, rules=(rule.args[0],), view=_keyword(rule, "endpoint")
    )


def _decorator(
    project: Project, site: Site, owner: ast.expr, methods: tuple[str, ...]
) -> _Declaration | None:
    kinds = {project.kind(value) for value in project.values(owner, site.scope)} - {None}
    several = bool(kinds & SEVERAL_RULES)
    if not kinds & _OWNERS:
        if any(kind is not None and kind[0] in OTHER_FRAMEWORKS for kind in kinds):
            return None
        if kinds and not any(kind is not None and kind[0].startswith("flask") for kind in kinds):
            return None
        if site.decorates is None or not _looks_like_a_rule(project, site):
            return None
    if any(kind is not None and kind[0] in _JSONAPI for kind in kinds) and site.call.args:
        view, rules = site.call.args[0], tuple(site.call.args[2:])  # resource, endpoint, rules
        return _Declaration(site=site, owner=owner, rules=rules, view=view)
    rules = tuple(site.call.args) if several else tuple(site.call.args[:1])
    if not rules:
        rule = _keyword(site.call, "rule")
        rules = () if rule is None else (rule,)
    return _Declaration(
        site=site,
        owner=owner,
        rules=rules,
        view=site.decorates or project.applied.get(id(site.call)),
        methods=methods or _methods(project, site),
    )


def _looks_like_a_rule(project: Project, site: Site) -> bool:
    """Tell whether the first argument starts with a slash, where the object is unknown."""
    texts = project.resolver.texts(site.call.args[0], site.scope) if site.call.args else ()
    return any(text.startswith("/") for text in texts)


def _rule_call(site: Site, owner: ast.expr) -> _Declaration | None:
    arguments = site.call.args
    rule = arguments[0] if arguments else _keyword(site.call, "rule")
    if rule is None:  # all of it may be in a mapping: add_url_rule(**options)
        rule = next((k.value for k in site.call.keywords if k.arg is None), None)
    if rule is None:
        return None
    view = arguments[2] if len(arguments) > 2 else _keyword(site.call, "view_func")  # noqa: PLR2004
    return _Declaration(site=site, owner=owner, rules=(rule,), view=view)


def _routes(
    project: Project, declaration: _Declaration, seen: set[tuple[int, Route]]
) -> Iterator[Route]:
    site = declaration.site
    found = runs(project, site, declaration.rules, declaration.owner)
    given = parameters(site, declaration.rules, project)
    alone = runs(project, site, declaration.rules)
    if len(found) < len(alone) or (not given and _all_apps(project, declaration, found)):
        # Who is given the rule is unknown, or the one application: it is declared once a call.
        found = alone
    if given and not found and _literally(project, declaration):
        found = (Run(known=NOTHING, origin=site),)
    for run in found:
        # A helper's rules stand where it is called with them, and else where they are written.
        at = run.origin.location if given else site.location
        for rule in _rules(project, declaration, run):
            route = _route(project, declaration, run, rule, at)
            key = (id(run.origin.call), route)
            if run.origin is site or key not in seen:  # a helper does it in one way or another
                yield route
            seen.add(key)


def _literally(project: Project, declaration: _Declaration) -> bool:
    """Tell whether a part of the rule is written there, in a function that nothing here calls.

    That is a factory with a prefix for a parameter; a helper that is given all of it declares none.
    """
    scope = declaration.site.scope
    texts = (text for rule in declaration.rules for text in project.resolver.texts(rule, scope))
    return any(text.replace(GAP, "").strip("/") for text in texts)


def _all_apps(project: Project, declaration: _Declaration, found: tuple[Run, ...]) -> bool:
    return all(
        project.kind(value) in APPS
        for run in found
        for value in project.values(declaration.owner, declaration.site.scope, run.known)
    )


def _rules(project: Project, declaration: _Declaration, run: Run) -> Iterator[str]:
    for node in declaration.rules:
        scope = declaration.site.scope
        if isinstance(node, ast.Starred):
            elements = project.resolver.elements(node.value, scope, run.known)
            for ref in elements[1:] if node is declaration.view else elements:
                texts = project.resolver.texts(ref.node, ref.scope, ref.known)
                yield texts[0] if texts else GAP
            continue
        values = project.values(node, scope, run.known)
        texts = tuple(
            v.value for v in values if isinstance(v, Literal) and isinstance(v.value, str)
        )
        if not texts and any(v == Literal(None) for v in values):
            continue
        yield texts[0] if texts else GAP


def _route(project: Project, declaration: _Declaration, run: Run, rule: str, at: Location) -> Route:
    site = declaration.site
    owners = project.instances(declaration.owner, site.scope, _OWNERS, run.known)
    owner = owners[0] if owners else None
    kind = project.kind(owner) if owner is not None else None
    view = _view(project, declaration, run)
    return Route(
        rule=rule,
        methods=declaration.methods or _view_methods(project, declaration, run, view),
        handler=_handler(view),
        location=at,
        owner=(project.variable(owner.call) if owner is not None else None)
        or _dotted(declaration.owner),
        on_blueprint=_on_blueprint(project, owner, declaration.owner),
        owner_at=_made_at(owner),
        layer=_layer(declaration, kind),
    )


def _layer(declaration: _Declaration, kind: Kind | None) -> str:
    if kind is None:
        return declaration.layer or "flask"
    return "flask" if kind in BLUEPRINTS | APPS else layer(kind)


def _made_at(owner: Instance | None) -> Location | None:
    return owner.scope.place(owner.call) if owner is not None and owner.call is not None else None


def _on_blueprint(project: Project, owner: Instance | None, node: ast.expr) -> bool:
    """Tell whether an owner groups its routes: a blueprint, a namespace, or an API of one."""
    if owner is None:
        name = _dotted(node).rsplit(".", 1)[-1].lower()
        return name.endswith("bp") or "blueprint" in name
    kind = project.kind(owner)
    if kind in BLUEPRINTS | NAMESPACES:
        return True
    return kind in APIS and any(
        project.instances(node, scope, BLUEPRINTS) for node, scope in _bound_to(project, owner)
    )


def _bound_to(project: Project, api: Instance) -> Iterator[tuple[ast.expr, Scope]]:
    """Return what an API object is made with, or bound to by `init_app`."""
    if api.call is None:
        return
    for node in (*api.call.args, *(keyword.value for keyword in api.call.keywords)):
        yield node, api.scope
    for site in project.init_apps.get(id(api.call), ()):
        yield from ((node, site.scope) for node in site.call.args[:1])


def _methods(project: Project, site: Site, known: Known = NOTHING) -> tuple[str, ...]:
    node = _keyword(site.call, "methods")
    if node is None:
        return ()
    texts = (
        text
        for ref in project.resolver.elements(node, site.scope, known)
        for text in project.resolver.texts(ref.node, ref.scope, ref.known)
    )
    return tuple(dict.fromkeys(text.upper() for text in texts))


def _view_methods(
    project: Project, declaration: _Declaration, run: Run, view: Ref | _Definition | None
) -> tuple[str, ...]:
    """Return the methods that a view answers: as declared, else those of its class, else GET."""
    declared = _methods(project, declaration.site, run.known)
    if not declared and view is not None and _own_view(declaration, run):
        declared = _methods(project, run.origin, NOTHING)
    if declared:
        return declared
    if isinstance(view, ast.ClassDef):
        return _decorated_methods(project, view, run.origin.scope)
    return methods_of(project, view) if isinstance(view, Ref) else ("GET",)


def _own_view(declaration: _Declaration, run: Run) -> bool:
    return run.origin is not declaration.site


def _view(project: Project, declaration: _Declaration, run: Run) -> Ref | _Definition | None:
    """Return what answers for a rule: a definition, or an expression that was followed.

    A decorator of the project's own declares rules for what it decorates.
    """
    if _own_view(declaration, run):
        given = run.origin.decorates or project.applied.get(id(run.origin.call))
        if isinstance(given, ast.expr):
            return followed(given, run.origin.scope, NOTHING)
        if given is not None:
            return given
    view = declaration.view
    if isinstance(view, ast.expr):
        return followed(view, declaration.site.scope, run.known)
    return view


def _decorated_methods(project: Project, view: ast.ClassDef, scope: Scope) -> tuple[str, ...]:
    found = (b.scope for b in scope.bindings.get(view.name, ()) if isinstance(b, Defined))
    return next((class_methods(project, one) for one in found if one.node is view), ("GET",))


def _handler(view: Ref | _Definition | None) -> str:
    if not isinstance(view, Ref):
        return "" if view is None else view.name
    node = view.node
    return str(node.value) if isinstance(node, ast.Constant) else _dotted(node)


def _dotted(node: ast.AST) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _is_super(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
    )

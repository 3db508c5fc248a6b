"""Where applications are created, and which functions are application factories."""

import ast
import re
from collections import deque
from collections.abc import Iterator

from flaskgrade.flaskapp.facts import AppCreation, Factory
from flaskgrade.flaskapp.kinds import APPS
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Assigned, FunctionNode, Imported, Parameter, Scope
from flaskgrade.flaskapp.values import Code, External, Instance, Items, Value
from flaskgrade.model.evidence import Location

_CONFIG_NAME = re.compile(
    r"config|conf$|^cfg|settings|^env$|environment|override|options|object|mode$", re.IGNORECASE
)
# One setting each, or what Flask's own command line hands over.
_SWITCHES = frozenset({"testing", "test", "debug", "script_info", "info"})
_MIDDLEWARE = re.compile(r"(Middleware|ProxyFix|Proxied|WhiteNoise|DebuggedApplication)$")
_SETUP = frozenset(
    {"config", "register_blueprint", "init_app", "add_namespace", "register_blueprints"}
)


def find_apps(project: Project) -> tuple[AppCreation, ...]:
    """Return all calls outside the tests that create an application."""
    found = []
    for site in project.sites():
        app = project.made(site, APPS)
        if app is not None:
            found.append(
                AppCreation(
                    location=site.location,
                    kind=_class_name(app),
                    function=site.scope.function,
                    variable=project.variable(site.call),
                )
            )
    return tuple(found)


def find_factories(project: Project) -> tuple[Factory, ...]:
    """Return the functions that return an application which they create, the main one first.

    The main one is the nearest to the constructor that also sets the application up; functions that
    only call another factory, and bare constructors, come after it.
    """
    candidates = {
        id(function): (function, apps)
        for function in project.functions()
        if (apps := tuple(_returned(project, function))) and not _is_test_case(project, function)
    }
    distances = _distances(project, candidates)
    ranked = []
    for key, distance in distances.items():
        function, apps = candidates[key]
        depth = function.source.path.count("/")
        makes = tuple(dict.fromkeys(app.scope.place(app.call) for app in apps if app.call))
        ranked.append((not _sets_up(project, function), distance, depth, function, makes))
    ranked.sort(key=lambda entry: entry[:3])
    return tuple(_factory(project, function, makes) for *_, function, makes in ranked)


def find_preparers(project: Project) -> tuple[Factory, ...]:
    """Return the functions that set up an application of a module, and return it.

    They yield what is served as a factory does, but the same application each time.
    """
    return tuple(
        _factory(project, function, (app.scope.place(app.call),))
        for function in project.functions()
        for app in tuple(_module_app_returned(project, function))[:1]
        if app.call is not None
        and _sets_up(project, function)
        and not _is_test_case(project, function)
    )


def _module_app_returned(project: Project, function: Scope) -> Iterator[Instance]:
    """Return the applications made at import that a function names when it returns."""
    for node in function.returns:
        home = function.home(node.id) if isinstance(node, ast.Name) else None
        if home is not None and isinstance(node, ast.Name) and _made_there(home, node.id):
            yield from (
                value
                for value in project.instances(node, function, APPS)
                if value.call is not None and value.scope.function is None
            )


def _made_there(module: Scope, name: str) -> bool:
    """Tell whether a module makes what it calls by the name, or imports it."""
    return module.parent is None and any(
        isinstance(binding, Imported)
        or (
            isinstance(binding, Assigned)
            and binding.scope is module
            and isinstance(binding.value, ast.Call)
        )
        for binding in module.bindings.get(name, ())
    )


def _factory(project: Project, function: Scope, makes: tuple[Location, ...]) -> Factory:
    return Factory(
        name=function.qualname,
        location=function.place(function.node),
        takes_config=_takes_config(function),
        module=project.modules.name(project.file(function)),
        makes=makes,
    )


def _distances(
    project: Project, candidates: dict[int, tuple[Scope, tuple[Instance, ...]]]
) -> dict[int, int]:
    """Return how many calls lie between each candidate and the constructor."""
    distances: dict[int, int] = {}
    callers: dict[int, list[int]] = {}
    for key, (function, apps) in candidates.items():
        if any(_within(app.scope, function) for app in apps):
            distances[key] = 0
        for callee in _callees(project, function):
            callers.setdefault(id(callee), []).append(key)
    pending = deque(distances)
    while pending:
        key = pending.popleft()
        for caller in callers.get(key, ()):
            if caller not in distances:
                distances[caller] = distances[key] + 1
                pending.append(caller)
    return distances


def _returned(project: Project, function: Scope) -> Iterator[Instance]:
    """Return the applications that a function may return, alone or in a tuple."""
    for node in function.returns:
        for value in project.values(node, function):
            parts = (
                tuple(v for ref in value.refs for v in project.resolver.read(ref))
                if isinstance(value, Items) and isinstance(node, ast.Tuple)
                else (value,)
            )
            for part in parts:
                for app in _unwrapped(project, part):
                    if app.call is not None and app.scope.function is not None:
                        yield app


def _unwrapped(project: Project, value: Value) -> Iterator[Instance]:
    """Return the application that a value is, or that a WSGI middleware is put around."""
    if not isinstance(value, Instance):
        return
    if project.kind(value) in APPS:
        yield value
    elif value.call is not None and _MIDDLEWARE.search(_class_name(value)):
        for argument in value.call.args[:1]:
            yield from project.instances(argument, value.scope, APPS, value.known)


def _callees(project: Project, function: Scope) -> Iterator[Scope]:
    for site in project.sites_within(function):
        for value in project.values(site.call.func, site.scope):
            if isinstance(value, Code) and isinstance(value.scope.node, FunctionNode):
                yield value.scope


def _within(scope: Scope | None, function: Scope) -> bool:
    while scope is not None:
        if scope is function:
            return True
        scope = scope.parent
    return False


def _sets_up(project: Project, function: Scope) -> bool:
    """Tell whether a function configures the application, or registers things on it."""
    attributes = {n.attr for n in ast.walk(function.node) if isinstance(n, ast.Attribute)}
    if attributes & _SETUP:
        return True
    return any(
        project.instances(argument, site.scope, APPS)
        for site in project.sites_within(function)
        for argument in site.call.args
        if any(isinstance(v, Code) for v in project.values(site.call.func, site.scope))
    )


def _takes_config(function: Scope) -> bool:
    """Tell whether a caller can say which configuration to use."""
    if not isinstance(function.node, FunctionNode):
        return False
    arguments = function.node.args
    names = {name for name, b in function.bindings.items() if isinstance(b[0], Parameter)}
    if function.owner is not None:
        names -= {a.arg for a in arguments.args[:1]}
    names -= _SWITCHES
    return any(_CONFIG_NAME.search(name) for name in names) or bool(
        names & set(_names_near_config(function.node))
    )


def _names_near_config(function: ast.AST) -> Iterator[str]:
    """Return the names that go into `app.config` as a whole: not as the value of one setting."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and _of_config(node.func):
            whole = [*node.args, *(keyword.value for keyword in node.keywords if not keyword.arg)]
            for value in whole:
                yield from (n.id for n in ast.walk(value) if isinstance(n, ast.Name))


def _of_config(node: ast.AST) -> bool:
    """Tell whether a node is `….config`, or an attribute or element of it."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Attribute) and node.attr == "config":
            return True
        node = node.value
    return False


def _is_test_case(project: Project, function: Scope) -> bool:
    return function.owner is not None and any(
        kind[1].endswith("TestCase") or kind[0] == "flask_testing"
        for kind in project.class_kinds(Code(function.owner))
    )


def _class_name(app: Instance) -> str:
    return app.of.kind[1] if isinstance(app.of, External) else app.of.scope.qualname

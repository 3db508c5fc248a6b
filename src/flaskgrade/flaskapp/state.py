"""Mutable state of modules that functions change: it is shared by all requests and applications."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flaskgrade.flaskapp.literals import called
from flaskgrade.flaskapp.project import Project
from flaskgrade.flaskapp.scopes import Assigned, FunctionNode, Scope
from flaskgrade.model.evidence import Location

_MUTATING = frozenset(
    {
        *("append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update"),
        *("setdefault", "popitem", "add", "discard", "appendleft", "popleft", "subtract"),
    }
)
_MAKERS = frozenset(
    {"dict", "list", "set", "defaultdict", "OrderedDict", "deque", "Counter", "bytearray"}
)


@dataclass(frozen=True, kw_only=True)
class ModuleState:
    """A name of a module whose value functions change, by a method, an item or `global`."""

    name: str
    location: Location
    changed: tuple[Location, ...]


def find_module_state(project: Project) -> tuple[ModuleState, ...]:
    """Return the module-level names outside the tests that functions change."""
    found: dict[tuple[str, str], list[Location]] = {}
    for scope, name, place in _changes(project):
        home = scope.home(name) or scope.module
        if home.parent is None:
            found.setdefault((home.source.path, name), []).append(place)
    modules = {file.source.path: file.module for file in project.files}
    return tuple(
        ModuleState(
            name=name,
            location=_place(modules[path], name),
            changed=tuple(dict.fromkeys(places)),
        )
        for (path, name), places in sorted(found.items())
    )


def _changes(project: Project) -> Iterator[tuple[Scope, str, Location]]:
    for site in project.sites():
        match site.call.func:
            case ast.Attribute(value=ast.Name(id=name)) if called(site.call) in _MUTATING:
                if site.scope.function and _is_container(site.scope, name):
                    yield site.scope, name, site.location
    for spot in project.nodes.of(ast.Subscript):
        match spot.node:
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                if spot.scope.function and _is_container(spot.scope, name):
                    yield spot.scope, name, spot.location
    for declared in project.nodes.of(ast.Global):
        for name in declared.node.names:
            if name in declared.scope.module.bindings:
                yield declared.scope.module, name, declared.location


def _is_container(scope: Scope, name: str) -> bool:
    """Tell whether a name is a module's own list, dictionary or set."""
    home = scope.home(name)
    return (
        home is not None
        and home.parent is None
        and any(
            isinstance(binding, Assigned) and not binding.steps and _makes(binding.value)
            for binding in home.bindings[name]
        )
    )


def _makes(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return called(node) in _MAKERS
    return isinstance(
        node, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp
    )


def _place(module: Scope, name: str) -> Location:
    """Return where a module first gives a name its value."""
    for binding in module.bindings.get(name, ()):
        if isinstance(binding, Assigned):
            return binding.scope.place(binding.value)
        node = getattr(getattr(binding, "scope", None), "node", None)
        if isinstance(node, FunctionNode | ast.ClassDef):
            return module.place(node)
    return Location(path=module.source.path, line=1)

"""A project as the extractors see it: its files, its calls, and what expressions stand for."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from flaskgrade.flaskapp.kinds import (
    APIS,
    APPS,
    BLUEPRINTS,
    EXTENSIONS,
    METHODS_THAT_MAKE,
    NAMESPACES,
    Kind,
)
from flaskgrade.flaskapp.modules import Modules
from flaskgrade.flaskapp.names import current_name
from flaskgrade.flaskapp.nodes import Nodes
from flaskgrade.flaskapp.parsing import Source
from flaskgrade.flaskapp.resolve import STEPS, Resolver
from flaskgrade.flaskapp.scan import scan
from flaskgrade.flaskapp.scopes import FunctionNode, Imported, Scanned, Scope, Site
from flaskgrade.flaskapp.values import NOTHING, Code, External, Instance, Known, Value

_KNOWN = APPS | BLUEPRINTS | APIS | NAMESPACES | EXTENSIONS


class Project:
    """The index that extractors share."""

    def __init__(self, sources: tuple[Source, ...], steps: int = STEPS) -> None:
        self.all_files = tuple(scan(source) for source in sources)
        self.files = tuple(file for file in self.all_files if not file.source.test)
        self.modules = Modules(self.all_files)
        self.resolver = Resolver(self.all_files, self.modules, steps)
        self._by_path = {file.source.path: file for file in self.all_files}
        self._names = {key: name for file in self.all_files for key, name in file.names.items()}

    def file(self, scope: Scope) -> Scanned:
        """Return the file that a scope belongs to."""
        return self._by_path[scope.source.path]

    def sites(self) -> Iterator[Site]:
        """Return all calls outside the tests."""
        for file in self.files:
            yield from file.sites

    def functions(self) -> Iterator[Scope]:
        """Return all functions outside the tests."""
        for file in self.files:
            for scope in file.scopes:
                if isinstance(scope.node, FunctionNode):
                    yield scope

    def classes(self) -> Iterator[Scope]:
        """Return all classes outside the tests."""
        for file in self.files:
            for scope in file.scopes:
                if isinstance(scope.node, ast.ClassDef):
                    yield scope

    def values(self, node: ast.expr, scope: Scope, known: Known = NOTHING) -> tuple[Value, ...]:
        """Return what an expression may be."""
        return self.resolver.values(node, scope, known)

    def kind(self, value: Value) -> Kind | None:
        """Return what an object is an instance of: a kind that tables name, else any."""
        if isinstance(value, External) and value.name in {
            "flask.current_app",
            "flask.globals.current_app",
        }:
            return ("flask", "Flask")
        if not isinstance(value, Instance):
            return None
        kinds = tuple(self.class_kinds(value.of))
        return next((kind for kind in kinds if kind in _KNOWN), kinds[0] if kinds else None)

    def class_kinds(self, value: Value) -> Iterator[Kind]:
        """Return the external classes that a class is or derives from, near ones first."""
        if isinstance(value, External):
            yield value.kind
        elif isinstance(value, Code):
            for _, base in self.resolver.lineage(value.scope):
                if isinstance(base, External):
                    yield base.kind

    def made(self, site: Site, table: frozenset[Kind]) -> Instance | None:
        """Return what a call makes, if that is of one of the kinds."""
        if not _may_be_class(site.call.func):
            return None
        for value in self.resolver.direct(site.call, site.scope):
            if self.kind(value) in table:
                return value
        return None

    def instances(
        self, node: ast.expr, scope: Scope, table: frozenset[Kind], known: Known = NOTHING
    ) -> tuple[Instance, ...]:
        """Return the objects of those kinds that the expression may be."""
        return tuple(
            value
            for value in self.values(node, scope, known)
            if isinstance(value, Instance) and self.kind(value) in table
        )

    def variable(self, call: ast.Call | None) -> str | None:
        """Return the name or attribute that the result of a call is assigned to."""
        return None if call is None else self._names.get(id(call))

    def sites_within(self, function: Scope) -> Sequence[Site]:
        """Return the calls in a function, those in functions within it included."""
        return self._sites_within.get(id(function), ())

    @cached_property
    def _sites_within(self) -> dict[int, list[Site]]:
        found: dict[int, list[Site]] = {}
        for site in self.sites():
            scope: Scope | None = site.scope
            while scope is not None:
                if isinstance(scope.node, FunctionNode):
                    found.setdefault(id(scope), []).append(site)
                scope = scope.parent
        return found

    @cached_property
    def init_apps(self) -> dict[int, list[Site]]:
        """The calls of `init_app` by the id of the call that made the object bound by it."""
        bound: dict[int, list[Site]] = {}
        for site in self.sites():
            function = site.call.func
            if isinstance(function, ast.Attribute) and function.attr == "init_app":
                for value in self.values(function.value, site.scope):
                    if isinstance(value, Instance) and value.call is not None:
                        bound.setdefault(id(value.call), []).append(site)
        return bound

    @cached_property
    def applied(self) -> dict[int, ast.expr]:
        """What decorators are called with, as in `app.route("/")(view)`, by the inner call's id."""
        return {
            id(site.call.func): site.call.args[0]
            for site in self.sites()
            if isinstance(site.call.func, ast.Call) and len(site.call.args) == 1
        }

    @cached_property
    def nodes(self) -> Nodes:
        """The syntax outside the tests that is no call, by kind."""
        return Nodes(self.files)

    def packages(self, files: Iterable[Scanned] | None = None) -> frozenset[str]:
        """Return the top-level packages that files import from elsewhere: all but the tests."""
        return self._packages if files is None else self._imported_by(files)

    @cached_property
    def _packages(self) -> frozenset[str]:
        return self._imported_by(self.files)

    def _imported_by(self, files: Iterable[Scanned]) -> frozenset[str]:
        return frozenset(
            current_name(imported.module).split(".")[0]
            for file in files
            for imported in imports(file)
            if not imported.level and self.modules.target(imported) is None
        )


def imports(file: Scanned) -> Iterator[Imported]:
    """Return all imports of a file."""
    for scope in (file.module, *file.scopes):
        yield from scope.stars
        for group in scope.bindings.values():
            yield from (binding for binding in group if isinstance(binding, Imported))


def _may_be_class(node: ast.expr) -> bool:
    """Tell whether a call may make an object: by custom `module.Class()` does, `x.method()` not."""
    return (
        not isinstance(node, ast.Attribute)
        or node.attr[:1].isupper()
        or node.attr in METHODS_THAT_MAKE
    )

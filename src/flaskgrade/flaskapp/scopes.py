"""One parsed file as scopes: which names are bound to what, and which calls stand where.

The walk keeps its own stack instead of recursing: a submission decides how deep its trees are.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from flaskgrade.flaskapp.parsing import Source
from flaskgrade.model.evidence import Location

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(kw_only=True, eq=False)
class Scope:
    """A module, class or function, with the names bound in it."""

    source: Source
    node: ast.Module | ast.ClassDef | FunctionNode
    parent: "Scope | None"
    qualname: str  # dotted, within the module; empty for the module itself
    bindings: dict[str, list["Binding"]] = field(default_factory=dict)
    attributes: dict[str, list["Binding"]] = field(default_factory=dict)  # of a class: self.x = …
    returns: list[ast.expr] = field(default_factory=list)
    outer: set[str] = field(default_factory=set)  # names declared global
    stars: list["Imported"] = field(default_factory=list)  # from x import *

    @property
    def module(self) -> "Scope":
        """The outermost scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def function(self) -> str | None:
        """The dotted name of the innermost function around, None at module or class level."""
        scope: Scope | None = self
        while scope is not None:
            if isinstance(scope.node, FunctionNode):
                return scope.qualname
            scope = scope.parent
        return None

    @property
    def owner(self) -> "Scope | None":
        """The class, where this is the scope of a method."""
        if isinstance(self.node, FunctionNode) and self.parent is not None:
            return self.parent if isinstance(self.parent.node, ast.ClassDef) else None
        return None

    def place(self, node: ast.AST) -> Location:
        """Return where a node of this module stands."""
        return Location(path=self.source.path, line=getattr(node, "lineno", 1))


@dataclass(frozen=True, kw_only=True, eq=False)
class Assigned:
    """A name bound to the value of an expression, or to the part of it at `steps`."""

    value: ast.expr
    scope: Scope
    steps: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Looped:
    """A name bound to each element of an iterable in turn, or to the part of it at `steps`."""

    value: ast.expr
    scope: Scope
    steps: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Imported:
    """A name bound by an import: of a module, or of a `name` in it. `level` counts the dots."""

    module: str
    name: str | None
    level: int
    scope: Scope


@dataclass(frozen=True, kw_only=True, eq=False)
class Defined:
    """A name bound to a function or class of the project."""

    scope: Scope


@dataclass(frozen=True, kw_only=True, eq=False)
class Parameter:
    """A parameter of a function."""

    name: str
    scope: Scope
    annotation: ast.expr | None
    default: ast.expr | None


Binding = Assigned | Looped | Imported | Defined | Parameter


@dataclass(frozen=True, kw_only=True, eq=False)
class Site:
    """A call: where it stands, the loops around it, and what it decorates, if so."""

    call: ast.Call
    scope: Scope
    loops: tuple[Looped, ...] = ()
    targets: tuple[ast.expr, ...] = ()  # of the loops, one each
    decorates: ast.ClassDef | FunctionNode | None = None

    @property
    def location(self) -> Location:
        """Where the call begins."""
        return self.scope.place(self.call)


@dataclass(frozen=True, kw_only=True, eq=False)
class Scanned:
    """All of one file."""

    source: Source
    module: Scope
    scopes: tuple[Scope, ...]  # functions and classes, outer ones first
    sites: tuple[Site, ...]  # in source order
    names: dict[int, str]  # id of a call → the name or attribute that it is assigned to


def scan(source: Source) -> Scanned:
    """Walk a file once."""
    return _Walk(source).run()


@dataclass(frozen=True, kw_only=True, eq=False)
class _Spot:
    node: ast.AST
    scope: Scope
    loops: tuple[Looped, ...] = ()
    targets: tuple[ast.expr, ...] = ()
    decorates: ast.ClassDef | FunctionNode | None = None


class _Walk:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.module = Scope(source=source, node=source.tree, parent=None, qualname="")
        self.scopes: list[Scope] = []
        self.sites: list[Site] = []
        self.names: dict[int, str] = {}

    def run(self) -> Scanned:
        stack = [_Spot(node=node, scope=self.module) for node in reversed(self.source.tree.body)]
        while stack:
            spot = stack.pop()
            stack.extend(reversed(list(self._visit(spot))))
        return Scanned(
            source=self.source,
            module=self.module,
            scopes=tuple(self.scopes),
            sites=tuple(self.sites),
            names=self.names,
        )

    def _visit(self, spot: _Spot) -> Iterator[_Spot]:
        """Note what a node binds or calls, and return what to visit next."""
        node, scope = spot.node, spot.scope
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield from self._definition(node, spot)
                return
            case ast.For() | ast.AsyncFor():
                yield self._inside(node.iter, spot)
                loop = Looped(value=node.iter, scope=scope)
                self._bind(node.target, loop, scope)
                for statement in (*node.body, *node.orelse):
                    yield self._inside(statement, spot, loop, node.target)
                return
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                yield from self._comprehension(node, spot)
                return
            case ast.Call():
                self.sites.append(
                    Site(
                        call=node,
                        scope=scope,
                        loops=spot.loops,
                        targets=spot.targets,
                        decorates=spot.decorates,
                    )
                )
            case ast.Assign():
                for target in node.targets:
                    self._assign(target, node.value, scope)
            case ast.AnnAssign(value=ast.expr() as value):
                self._assign(node.target, value, scope)
            case ast.NamedExpr():
                self._assign(node.target, node.value, scope)
            case ast.AugAssign():
                self._assign(node.target, node.value, scope)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    if item.optional_vars is not None:
                        self._assign(item.optional_vars, item.context_expr, scope)
            case ast.Import() | ast.ImportFrom():
                self._import(node, scope)
            case ast.Global():
                scope.outer.update(node.names)
            case ast.Return(value=ast.expr() as value):
                scope.returns.append(value)
            case _:
                pass
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.expr_context | ast.operator | ast.alias):
                yield self._inside(child, spot)

    def _inside(
        self,
        node: ast.AST,
        spot: _Spot,
        loop: Looped | None = None,
        target: ast.expr | None = None,
    ) -> _Spot:
        loops, targets = spot.loops, spot.targets
        if loop is not None and target is not None:
            loops, targets = (*loops, loop), (*targets, target)
        return _Spot(node=node, scope=spot.scope, loops=loops, targets=targets)

    def _definition(self, node: ast.ClassDef | FunctionNode, spot: _Spot) -> Iterator[_Spot]:
        scope = spot.scope
        for decorator in node.decorator_list:
            yield _Spot(
                node=decorator,
                scope=scope,
                loops=spot.loops,
                targets=spot.targets,
                decorates=node,
            )
        qualname = f"{scope.qualname}.{node.name}" if scope.qualname else node.name
        inner = Scope(source=self.source, node=node, parent=scope, qualname=qualname)
        self.scopes.append(inner)
        self._home(node.name, scope).bindings.setdefault(node.name, []).append(Defined(scope=inner))
        if isinstance(node, ast.ClassDef):
            for base in (*node.bases, *node.keywords):
                yield self._inside(base, spot)
            loops, targets = spot.loops, spot.targets  # a class body runs where it stands
        else:
            self._parameters(node.args, inner)
            for default in (*node.args.defaults, *node.args.kw_defaults):
                if default is not None:
                    yield self._inside(default, spot)
            loops, targets = (), ()
        for statement in node.body:
            yield _Spot(node=statement, scope=inner, loops=loops, targets=targets)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, spot: _Spot
    ) -> Iterator[_Spot]:
        inside = spot
        for generator in node.generators:
            yield self._inside(generator.iter, inside)
            loop = Looped(value=generator.iter, scope=spot.scope)
            self._bind(generator.target, loop, spot.scope)
            inside = self._inside(node, inside, loop, generator.target)
            for condition in generator.ifs:
                yield self._inside(condition, inside)
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        for part in parts:
            yield self._inside(part, inside)

    def _parameters(self, arguments: ast.arguments, scope: Scope) -> None:
        plain = (*arguments.posonlyargs, *arguments.args)
        padding = (None,) * (len(plain) - len(arguments.defaults))
        defaults: tuple[ast.expr | None, ...] = (
            *padding,
            *arguments.defaults,
            *arguments.kw_defaults,
        )
        for argument, default in zip((*plain, *arguments.kwonlyargs), defaults, strict=True):
            scope.bindings[argument.arg] = [
                Parameter(
                    name=argument.arg,
                    scope=scope,
                    annotation=argument.annotation,
                    default=default,
                )
            ]
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None:
                scope.bindings[rest.arg] = [
                    Parameter(name=rest.arg, scope=scope, annotation=None, default=None)
                ]

    def _assign(self, target: ast.expr, value: ast.expr, scope: Scope) -> None:
        self._bind(target, Assigned(value=value, scope=scope), scope)
        if isinstance(value, ast.Call):
            if isinstance(target, ast.Name):
                self.names[id(value)] = target.id
            elif isinstance(target, ast.Attribute):
                self.names[id(value)] = target.attr

    def _bind(self, target: ast.expr, binding: Assigned | Looped, scope: Scope) -> None:
        pending = [(target, binding)]
        while pending:
            to, what = pending.pop()
            match to:
                case ast.Name():
                    self._home(to.id, scope).bindings.setdefault(to.id, []).append(what)
                case ast.Tuple() | ast.List():
                    kind = type(what)
                    for index, element in enumerate(to.elts):
                        steps = (*what.steps, index)
                        part = kind(value=what.value, scope=what.scope, steps=steps)
                        pending.append((element, part))
                case ast.Attribute(value=ast.Name(id="self" | "cls")):
                    holder = scope.owner
                    if holder is not None:
                        holder.attributes.setdefault(to.attr, []).append(what)
                case _:
                    pass

    def _home(self, name: str, scope: Scope) -> Scope:
        return self.module if name in scope.outer else scope

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                bound = Imported(
                    module=alias.name if alias.asname else top, name=None, level=0, scope=scope
                )
                self._home(alias.asname or top, scope).bindings.setdefault(
                    alias.asname or top, []
                ).append(bound)
            return
        for alias in node.names:
            bound = Imported(
                module=node.module or "", name=alias.name, level=node.level, scope=scope
            )
            if alias.name == "*":
                scope.stars.append(bound)
            else:
                name = alias.asname or alias.name
                self._home(name, scope).bindings.setdefault(name, []).append(bound)

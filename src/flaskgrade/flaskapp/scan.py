"""The walk over a parsed file that finds its scopes, bindings and calls.

It keeps its own stack instead of recursing: a submission decides how deep its trees are.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from flaskgrade.flaskapp.parsing import Source
from flaskgrade.flaskapp.scopes import (
    Assigned,
    Binding,
    Defined,
    FunctionNode,
    Imported,
    Looped,
    Parameter,
    Scanned,
    Scope,
    Site,
)

_LEAVES = (ast.expr_context, ast.operator, ast.alias, ast.Constant, ast.Name, ast.Pass)
_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


class _Spot(NamedTuple):
    """A node to visit: the scope it is in, and the loops around it with their targets."""

    node: ast.AST
    scope: Scope
    loops: tuple[Looped, ...] = ()
    targets: tuple[ast.expr, ...] = ()
    decorates: ast.ClassDef | FunctionNode | None = None

    def to(self, node: ast.AST) -> "_Spot":
        return _Spot(node, self.scope, self.loops, self.targets)

    def round(self, loop: Looped, target: ast.expr) -> "_Spot":
        return _Spot(self.node, self.scope, (*self.loops, loop), (*self.targets, target))


def scan(source: Source) -> Scanned:
    """Walk a file once."""
    return _Walk(source).run()


class _Walk:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.module = Scope(source=source, node=source.tree, parent=None, qualname="")
        self.scopes: list[Scope] = []
        self.sites: list[Site] = []
        self.names: dict[int, str] = {}
        # What is noted about a node before its children are visited.
        self._notes: dict[type[ast.AST], Callable[[Any, _Spot], None]] = {
            ast.Call: self._call,
            ast.Assign: self._assignment,
            ast.AnnAssign: self._short_assignment,
            ast.NamedExpr: self._short_assignment,
            ast.AugAssign: self._short_assignment,
            ast.With: self._with,
            ast.AsyncWith: self._with,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.Global: self._global,
            ast.Return: self._return,
        }
        # Nodes that decide themselves what is visited in them, and as what.
        self._openings: dict[type[ast.AST], Callable[[Any, _Spot], Iterator[_Spot]]] = {
            ast.FunctionDef: self._function,
            ast.AsyncFunctionDef: self._function,
            ast.ClassDef: self._class,
            ast.For: self._loop,
            ast.AsyncFor: self._loop,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.DictComp: self._comprehension,
        }

    def run(self) -> Scanned:
        stack = [_Spot(node, self.module) for node in reversed(self.source.tree.body)]
        while stack:
            spot = stack.pop()
            kind = type(spot.node)
            opening = self._openings.get(kind)
            if opening is not None:
                stack.extend(reversed(list(opening(spot.node, spot))))
                continue
            note = self._notes.get(kind)
            if note is not None:
                note(spot.node, spot)
            stack.extend(reversed(list(_children(spot))))
        return Scanned(
            source=self.source,
            module=self.module,
            scopes=tuple(self.scopes),
            sites=tuple(self.sites),
            names=self.names,
        )

    # Openings

    def _loop(self, node: ast.For | ast.AsyncFor, spot: _Spot) -> Iterator[_Spot]:
        yield spot.to(node.iter)
        loop = Looped(value=node.iter, scope=spot.scope)
        self._bind(node.target, loop, spot.scope)
        inside = spot.round(loop, node.target)
        yield from map(inside.to, node.body)
        yield from map(spot.to, node.orelse)

    def _comprehension(self, node: _Comprehension, spot: _Spot) -> Iterator[_Spot]:
        """Visit a comprehension as a loop in the scope around it: its names rarely clash."""
        inside = spot
        for generator in node.generators:
            yield inside.to(generator.iter)
            loop = Looped(value=generator.iter, scope=spot.scope)
            self._bind(generator.target, loop, spot.scope)
            inside = inside.round(loop, generator.target)
            yield from map(inside.to, generator.ifs)
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        yield from map(inside.to, parts)

    def _function(self, node: FunctionNode, spot: _Spot) -> Iterator[_Spot]:
        yield from self._decorators(node, spot)
        inner = self._define(node, spot.scope)
        for parameter in _parameters(node.args, inner):
            inner.bindings[parameter.name] = [parameter]
        defaults = (*node.args.defaults, *node.args.kw_defaults)
        yield from (spot.to(default) for default in defaults if default is not None)
        for statement in node.body:
            yield _Spot(statement, inner)

    def _class(self, node: ast.ClassDef, spot: _Spot) -> Iterator[_Spot]:
        yield from self._decorators(node, spot)
        inner = self._define(node, spot.scope)
        yield from map(spot.to, (*node.bases, *node.keywords))
        for statement in node.body:  # runs where it stands, unlike a function's
            yield _Spot(statement, inner, spot.loops, spot.targets)

    def _decorators(self, node: ast.ClassDef | FunctionNode, spot: _Spot) -> Iterator[_Spot]:
        for decorator in node.decorator_list:
            if not isinstance(decorator, ast.Call):
                given = ast.copy_location(ast.Name(id=node.name, ctx=ast.Load()), decorator)
                call = ast.Call(func=decorator, args=[given], keywords=[])  # what it amounts to
                yield spot.to(ast.copy_location(call, decorator))
            else:
                yield spot.to(decorator)._replace(decorates=node)

    def _define(self, node: ast.ClassDef | FunctionNode, scope: Scope) -> Scope:
        qualname = f"{scope.qualname}.{node.name}" if scope.qualname else node.name
        inner = Scope(source=self.source, node=node, parent=scope, qualname=qualname)
        self.scopes.append(inner)
        self._add(node.name, Defined(scope=inner), scope)
        return inner

    # Notes

    def _call(self, node: ast.Call, spot: _Spot) -> None:
        self.sites.append(
            Site(
                call=node,
                scope=spot.scope,
                loops=spot.loops,
                targets=spot.targets,
                decorates=spot.decorates,
            )
        )

    def _assignment(self, node: ast.Assign, spot: _Spot) -> None:
        for target in node.targets:
            self._assign(target, node.value, spot.scope)

    def _short_assignment(
        self, node: ast.AnnAssign | ast.NamedExpr | ast.AugAssign, spot: _Spot
    ) -> None:
        if node.value is not None:
            self._assign(node.target, node.value, spot.scope)

    def _with(self, node: ast.With | ast.AsyncWith, spot: _Spot) -> None:
        for item in node.items:
            if item.optional_vars is not None:
                self._assign(item.optional_vars, item.context_expr, spot.scope)

    def _global(self, node: ast.Global, spot: _Spot) -> None:
        spot.scope.outer.update(node.names)

    def _return(self, node: ast.Return, spot: _Spot) -> None:
        if node.value is not None:
            spot.scope.returns.append(node.value)

    def _import(self, node: ast.Import, spot: _Spot) -> None:
        for alias in node.names:
            top = alias.name.split(".")[0]
            module = alias.name if alias.asname else top
            bound = Imported(module=module, name=None, level=0, scope=spot.scope)
            self._add(alias.asname or top, bound, spot.scope)

    def _import_from(self, node: ast.ImportFrom, spot: _Spot) -> None:
        for alias in node.names:
            bound = Imported(
                module=node.module or "", name=alias.name, level=node.level, scope=spot.scope
            )
            if alias.name == "*":
                spot.scope.stars.append(bound)
            else:
                self._add(alias.asname or alias.name, bound, spot.scope)

    # Bindings

    def _add(self, name: str, binding: Binding, scope: Scope) -> None:
        home = self.module if name in scope.outer else scope
        home.bindings.setdefault(name, []).append(binding)

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
                    self._add(to.id, what, scope)
                case ast.Tuple() | ast.List():
                    for index, element in enumerate(to.elts):
                        steps = (*what.steps, index)
                        part = type(what)(value=what.value, scope=what.scope, steps=steps)
                        pending.append((element, part))
                case ast.Attribute(value=ast.Name(id="self" | "cls")):
                    holder = scope.owner
                    if holder is not None:
                        holder.attributes.setdefault(to.attr, []).append(what)
                case _:
                    pass


def _children(spot: _Spot) -> Iterator[_Spot]:
    for child in ast.iter_child_nodes(spot.node):
        if not isinstance(child, _LEAVES):
            yield spot.to(child)


def _parameters(arguments: ast.arguments, scope: Scope) -> Iterable[Parameter]:
    plain = (*arguments.posonlyargs, *arguments.args)
    missing = (None,) * (len(plain) - len(arguments.defaults))
    defaults = (*missing, *arguments.defaults, *arguments.kw_defaults)
    for argument, default in zip((*plain, *arguments.kwonlyargs), defaults, strict=True):
        yield Parameter(
            name=argument.arg, scope=scope, annotation=argument.annotation, default=default
        )
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            yield Parameter(name=rest.arg, scope=scope, annotation=None, default=None)

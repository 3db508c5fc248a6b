"""What an expression may stand for: names followed through assignments, imports and calls.

A union over all that can be seen, without an order of execution: `bp = None` and a later
`bp = Blueprint(…)` give both. Work is bounded by a step budget for the whole project; when it is
spent, whatever is asked afterwards is unknown, and an answer is still given.
"""

import ast
import itertools
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from flaskgrade.flaskapp.kinds import kind_of_method
from flaskgrade.flaskapp.modules import Modules
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
from flaskgrade.flaskapp.values import (
    NOTHING,
    Code,
    External,
    Instance,
    Items,
    Known,
    Literal,
    Module,
    Pairs,
    Ref,
    Value,
)

STEPS = 1_500_000
STEPS_EACH = 10_000  # for one question, so that a knot costs the answer to that one alone
SHALLOW = 8  # an answer that is cut short from here has seen all but circles
DEPTH = 25  # expressions within expressions, each a few Python frames
MANY = 60  # possible values of one expression; more are not told apart

_KEEPING = frozenset({"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter"})
_GAP = "{}"  # stands for the unknown part of a text


class Resolver:
    """Answers for all expressions of a project."""

    def __init__(self, files: Iterable[Scanned], modules: Modules) -> None:
        self._modules = modules
        self._steps = STEPS
        self._active: set[tuple[int, int] | tuple[PurePosixPath, str]] = set()
        self._left = STEPS_EACH
        self._cuts = 0  # how often an answer was left incomplete; such are rarely kept
        # The node is kept with its answer: an id is free for reuse once its object is gone.
        self._memo: dict[tuple[int, int], tuple[ast.expr, tuple[Value, ...]]] = {}
        self.callers: dict[int, list[Site]] = {}  # id of a function's scope → calls of it
        found: dict[int, list[Site]] = {}
        for site in (site for file in files if not file.source.test for site in file.sites):
            for function in self._called(site):
                found.setdefault(id(function), []).append(site)
        self._memo.clear()
        self.callers = found

    def values(self, node: ast.expr, scope: Scope, known: Known = NOTHING) -> tuple[Value, ...]:
        """Return what the expression may be, most direct first; nothing if it is unknown."""
        key = (id(node), id(scope))
        if not known and key in self._memo:
            return self._memo[key][1]
        if not self._active:
            self._left = STEPS_EACH
        self._steps -= 1
        self._left -= 1
        if min(self._steps, self._left) < 0 or key in self._active or len(self._active) > DEPTH:
            self._cuts += 1
            return ()
        cuts = self._cuts
        self._active.add(key)
        try:
            found = tuple(itertools.islice(dict.fromkeys(self._values(node, scope, known)), MANY))
        finally:
            self._active.discard(key)
        if not known and (self._cuts == cuts or len(self._active) < SHALLOW):
            self._memo[key] = (node, found)
        return found

    def direct(self, node: ast.Call, scope: Scope) -> tuple[Instance, ...]:
        """Return the object that this very call makes, not what a function that it calls returns."""
        made = [
            Instance(of=callee, call=node, scope=scope)
            for callee in self.values(node.func, scope)
            if isinstance(callee, External)
            or (isinstance(callee, Code) and isinstance(callee.scope.node, ast.ClassDef))
        ]
        if isinstance(node.func, ast.Attribute):
            made.extend(
                value
                for value in self._method(node, node.func, scope, NOTHING)
                if isinstance(value, Instance)
            )
        return tuple(made)

    def read(self, ref: Ref) -> tuple[Value, ...]:
        """Return what an expression may be, where it stands."""
        return self.values(ref.node, ref.scope, ref.known)

    def texts(self, node: ast.expr, scope: Scope, known: Known = NOTHING) -> tuple[str, ...]:
        """Return the texts that the expression may be, with `{}` for parts that are unknown."""
        return tuple(
            value.value
            for value in self.values(node, scope, known)
            if isinstance(value, Literal) and isinstance(value.value, str)
        )

    def elements(self, node: ast.expr, scope: Scope, known: Known = NOTHING) -> tuple[Ref, ...]:
        """Return the elements of what may be a list, a tuple, a set, or the keys of a mapping."""
        refs: list[Ref] = []
        for value in self.values(node, scope, known):
            if isinstance(value, Items):
                refs.extend(value.refs)
            elif isinstance(value, Pairs):
                refs.extend(key for key, _ in value.refs)
        return tuple(refs)

    def part(self, ref: Ref, steps: tuple[int, ...]) -> tuple[Ref, ...]:
        """Return the element of an element … of a value."""
        refs: tuple[Ref, ...] = (ref,)
        for step in steps:
            refs = tuple(
                inner[step]
                for outer in refs
                for inner in (self.elements(outer.node, outer.scope, outer.known),)
                if step < len(inner)
            )
        return refs

    def arguments(self, function: Scope, site: Site, known: Known) -> dict[tuple[int, str], Ref]:
        """Return what a call gives to the parameters of the function that it calls."""
        if not isinstance(function.node, FunctionNode):
            return {}
        declared = function.node.args
        names = [argument.arg for argument in (*declared.posonlyargs, *declared.args)]
        if _bound(function):
            names = names[1:]
        given: dict[tuple[int, str], Ref] = {}
        positional = [a for a in site.call.args if not isinstance(a, ast.Starred)]
        for name, argument in zip(names, positional, strict=False):
            given[id(function), name] = Ref(node=argument, scope=site.scope, known=known)
        if declared.vararg is not None and len(positional) > len(names):
            rest = ast.Tuple(elts=positional[len(names) :], ctx=ast.Load())
            key = (id(function), declared.vararg.arg)
            given[key] = Ref(node=rest, scope=site.scope, known=known)
        for keyword in site.call.keywords:
            if keyword.arg is not None:
                given[id(function), keyword.arg] = Ref(
                    node=keyword.value, scope=site.scope, known=known
                )
        return given

    def member(self, module: PurePosixPath, name: str) -> tuple[Value, ...]:
        """Return what a name of a module may be."""
        key = (module, name)
        if key in self._active or len(self._active) > DEPTH:
            self._cuts += 1  # modules that import each other
            return ()
        self._active.add(key)
        try:
            return self._member(module, name)
        finally:
            self._active.discard(key)

    def _member(self, module: PurePosixPath, name: str) -> tuple[Value, ...]:
        file = self._modules.file(module)
        if file is not None:
            bindings = file.module.bindings.get(name)
            if bindings:
                return tuple(self._bound_to(bindings, NOTHING))
            for star in file.module.stars:
                found = self._from(star, name)
                if found:
                    return found
        inner = self._modules.member(module, name)
        return () if inner is None else (Module(inner),)

    def _called(self, site: Site) -> Iterator[Scope]:
        for value in self.values(site.call.func, site.scope):
            if not isinstance(value, Code):
                continue
            if isinstance(value.scope.node, FunctionNode):
                yield value.scope
            else:
                for start in self._of_class(value.scope, "__init__"):
                    if isinstance(start, Code):
                        yield start.scope

    def _values(self, node: ast.expr, scope: Scope, known: Known) -> Iterator[Value]:
        match node:
            case ast.Constant():
                yield Literal(node.value)
            case ast.Name():
                yield from self._name(node.id, scope, known)
            case ast.Attribute():
                yield from self._attribute(node, scope, known)
            case ast.Call():
                yield from self._call(node, scope, known)
            case ast.Tuple() | ast.List() | ast.Set():
                yield Items(tuple(self._spread(node.elts, scope, known)))
            case ast.Dict():
                yield Pairs(
                    tuple(
                        (
                            Ref(node=key, scope=scope, known=known),
                            Ref(node=value, scope=scope, known=known),
                        )
                        for key, value in zip(node.keys, node.values, strict=True)
                        if key is not None
                    )
                )
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                yield from self._comprehension(node, scope, known)
            case ast.JoinedStr():
                yield Literal("".join(self._pieces(node, scope, known)))
            case ast.BinOp():
                yield from self._operation(node, scope, known)
            case ast.IfExp():
                yield from self.values(node.body, scope, known)
                yield from self.values(node.orelse, scope, known)
            case ast.BoolOp():
                for operand in node.values:
                    yield from self.values(operand, scope, known)
            case ast.NamedExpr() | ast.Await() | ast.Starred():
                yield from self.values(node.value, scope, known)
            case ast.Subscript():
                yield from self._subscript(node, scope, known)
            case _:
                return

    def _spread(self, nodes: Iterable[ast.expr], scope: Scope, known: Known) -> Iterator[Ref]:
        for node in nodes:
            if isinstance(node, ast.Starred):
                yield from self.elements(node.value, scope, known)
            else:
                yield Ref(node=node, scope=scope, known=known)

    def _name(self, name: str, scope: Scope, known: Known) -> Iterator[Value]:
        at: Scope | None = scope
        while at is not None:
            visible = at is scope or not isinstance(at.node, ast.ClassDef)
            if visible and (id(at), name) in known:
                yield from self.read(known[id(at), name])
                return
            if visible and name in at.bindings and name not in at.outer:
                yield from self._bound_to(at.bindings[name], known)
                return
            at = at.parent
        for star in scope.module.stars:
            found = self._from(star, name)
            if found:
                yield from found
                return
        yield External(f"builtins.{name}")

    def _bound_to(self, bindings: Iterable[Binding], known: Known) -> Iterator[Value]:
        for binding in bindings:
            match binding:
                case Defined():
                    yield Code(binding.scope)
                case Imported():
                    yield from self._imported(binding)
                case Parameter():
                    yield from self._parameter(binding, known)
                case Assigned() | Looped():
                    for ref in self._assigned(binding, known):
                        yield from self.read(ref)

    def _assigned(self, binding: Assigned | Looped, known: Known) -> Iterator[Ref]:
        whole = Ref(node=binding.value, scope=binding.scope, known=known)
        starts = (
            self.elements(whole.node, whole.scope, known)
            if isinstance(binding, Looped)
            else (whole,)
        )
        for start in starts:
            yield from self.part(start, binding.steps)

    def _parameter(self, parameter: Parameter, known: Known) -> Iterator[Value]:
        function = parameter.scope
        if function.owner is not None and _bound(function):
            first = (*function.node.args.posonlyargs, *function.node.args.args)[:1]  # type: ignore[union-attr]  # _bound: it is a function
            if first and first[0].arg == parameter.name:
                yield Instance(of=Code(function.owner), call=None, scope=function)
                return
        for site in self.callers.get(id(function), ())[:MANY]:
            ref = self.arguments(function, site, NOTHING).get((id(function), parameter.name))
            if ref is not None:
                yield from self.read(ref)
        if parameter.annotation is not None:
            for value in self.values(parameter.annotation, function.module):
                if isinstance(value, External | Code):
                    yield Instance(of=value, call=None, scope=function)
        if parameter.default is not None and function.parent is not None:
            yield from self.values(parameter.default, function.parent, known)

    def _imported(self, imported: Imported) -> Iterator[Value]:
        target = self._modules.target(imported)
        if target is None:
            if not imported.level:
                name = f"{imported.module}.{imported.name}" if imported.name else imported.module
                yield External(name.replace("flask.ext.", "flask_"))
        elif imported.name is None:
            yield Module(target)
        else:
            yield from self.member(target, imported.name)

    def _from(self, star: Imported, name: str) -> tuple[Value, ...]:
        """Return what `from x import *` makes of a name, if x is the project's own."""
        target = self._modules.target(star)
        return () if target is None else self.member(target, name)

    def _attribute(self, node: ast.Attribute, scope: Scope, known: Known) -> Iterator[Value]:
        for value in self.values(node.value, scope, known):
            match value:
                case External():
                    yield External(f"{value.name}.{node.attr}")
                case Module():
                    yield from self.member(value.path, node.attr)
                case Code(scope=owner) if isinstance(owner.node, ast.ClassDef):
                    yield from self._of_class(owner, node.attr)
                case Instance(of=Code(scope=owner)):
                    yield from self._of_class(owner, node.attr)
                case Instance(of=External(name="connexion.App" | "connexion.FlaskApp")):
                    if node.attr == "app":
                        yield value
                case _:
                    continue

    def _of_class(self, owner: Scope, name: str, seen: int = 0) -> Iterator[Value]:
        bindings = (*owner.bindings.get(name, ()), *owner.attributes.get(name, ()))
        if bindings:
            yield from self._bound_to(bindings, NOTHING)
            return
        for base in self.bases(owner):
            if isinstance(base, Code) and seen < DEPTH:
                yield from self._of_class(base.scope, name, seen + 1)

    def bases(self, owner: Scope) -> tuple[Value, ...]:
        """Return what the bases of a class may be."""
        if not isinstance(owner.node, ast.ClassDef) or owner.parent is None:
            return ()
        return tuple(v for base in owner.node.bases for v in self.values(base, owner.parent))

    def _call(self, node: ast.Call, scope: Scope, known: Known) -> Iterator[Value]:
        if isinstance(node.func, ast.Attribute):
            yield from self._method(node, node.func, scope, known)
        for callee in self.values(node.func, scope, known):
            match callee:
                case External(name=name):
                    yield from self._external(name, node, scope, known)
                case Code(scope=owner) if isinstance(owner.node, ast.ClassDef):
                    yield Instance(of=callee, call=node, scope=scope, known=known)
                case Code(scope=function):
                    site = Site(call=node, scope=scope)
                    inner = {**known, **self.arguments(function, site, known)}
                    for result in function.returns:
                        yield from self.values(result, function, inner)
                case _:
                    continue

    def _external(self, name: str, node: ast.Call, scope: Scope, known: Known) -> Iterator[Value]:
        short = name.removeprefix("builtins.")
        first = node.args[0] if node.args else None
        if first is not None and short in _KEEPING:
            yield from self.values(first, scope, known)
        elif short.endswith("cast") and len(node.args) == 2:  # noqa: PLR2004 - cast(type, value)
            yield from self.values(node.args[1], scope, known)
        elif short == "getattr" and len(node.args) > 1:
            for attribute in self.texts(node.args[1], scope, known):
                inner = ast.Attribute(value=node.args[0], attr=attribute, ctx=ast.Load())
                yield from self._attribute(inner, scope, known)
        elif first is not None and short.endswith(("import_module", "import_string")):
            for text in self.texts(first, scope, known):
                yield from self._imported_by_name(text, scope)
        else:
            yield Instance(of=External(name), call=node, scope=scope, known=known)

    def _imported_by_name(self, text: str, scope: Scope) -> Iterator[Value]:
        importer = PurePosixPath(scope.source.path)
        dotted = text.replace(":", ".").split(".")
        if text.startswith("."):
            target = self._modules.target(
                Imported(module=text.lstrip("."), name=None, level=1, scope=scope)
            )
        else:
            target = self._modules.absolute(tuple(dotted), importer)
        if target is not None:
            yield Module(target)
        elif len(dotted) > 1:
            holder = self._modules.absolute(tuple(dotted[:-1]), importer)
            if holder is not None:
                yield from self.member(holder, dotted[-1])

    def _method(
        self, node: ast.Call, function: ast.Attribute, scope: Scope, known: Known
    ) -> Iterator[Value]:
        for value in self.values(function.value, scope, known):
            match value, function.attr:
                case Pairs(refs=pairs), "items":
                    yield Items(tuple(_pair(key, item) for key, item in pairs))
                case Pairs(refs=pairs), "values":
                    yield Items(tuple(item for _, item in pairs))
                case Pairs(refs=pairs), "keys":
                    yield Items(tuple(key for key, _ in pairs))
                case Pairs(refs=pairs), "get":
                    for _, item in pairs:
                        yield from self.read(item)
                case Literal(value=str()), "format" | "strip" | "lower" | "rstrip" | "lstrip":
                    yield value
                case Instance(of=External() as owner), name:
                    made = kind_of_method(owner.kind, name)
                    if made is not None:
                        yield Instance(of=External(made), call=node, scope=scope, known=known)
                case _:
                    continue

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope, known: Known
    ) -> Iterator[Value]:
        spots: list[Known] = [known]
        for generator in node.generators:
            spots = [
                {**spot, **bound}
                for spot in spots
                for bound in self.rounds(generator.target, generator.iter, scope, spot)
            ][:MANY]
        yield Items(tuple(Ref(node=node.elt, scope=scope, known=spot) for spot in spots))

    def rounds(
        self, target: ast.expr, iterated: ast.expr, scope: Scope, known: Known
    ) -> Iterator[dict[tuple[int, str], Ref]]:
        """Return what a loop's names are in each of its rounds; nothing if that is unknown."""
        for element in self.elements(iterated, scope, known):
            bound: dict[tuple[int, str], Ref] = {}
            pending: list[tuple[ast.expr, tuple[int, ...]]] = [(target, ())]
            while pending:
                to, steps = pending.pop()
                if isinstance(to, ast.Name):
                    for ref in self.part(element, steps):
                        bound[id(scope), to.id] = ref
                elif isinstance(to, ast.Tuple | ast.List):
                    pending.extend((e, (*steps, i)) for i, e in enumerate(to.elts))
            yield bound

    def _pieces(self, node: ast.JoinedStr, scope: Scope, known: Known) -> Iterator[str]:
        for part in node.values:
            if isinstance(part, ast.Constant):
                yield str(part.value)
            elif isinstance(part, ast.FormattedValue):
                yield self._shown(part.value, scope, known)

    def _shown(self, node: ast.expr, scope: Scope, known: Known) -> str:
        for value in self.values(node, scope, known):
            if isinstance(value, Literal) and isinstance(value.value, str | int):
                return str(value.value)
        return _GAP

    def _operation(self, node: ast.BinOp, scope: Scope, known: Known) -> Iterator[Value]:
        if not isinstance(node.op, ast.Add):
            if isinstance(node.op, ast.Mod):
                yield from map(Literal, self.texts(node.left, scope, known))
            return
        left = self.values(node.left, scope, known)
        right = self.values(node.right, scope, known)
        lists = [value.refs for value in (*left, *right) if isinstance(value, Items)]
        if lists:
            yield Items(tuple(itertools.chain.from_iterable(lists)))
        elif any(isinstance(v, Literal) and isinstance(v.value, str) for v in (*left, *right)):
            yield Literal(
                self._shown(node.left, scope, known) + self._shown(node.right, scope, known)
            )

    def _subscript(self, node: ast.Subscript, scope: Scope, known: Known) -> Iterator[Value]:
        keys = {v.value for v in self.values(node.slice, scope, known) if isinstance(v, Literal)}
        for value in self.values(node.value, scope, known):
            if isinstance(value, Pairs):
                named = [
                    item
                    for key, item in value.refs
                    if any(isinstance(v, Literal) and v.value in keys for v in self.read(key))
                ]
                for item in named or [item for _, item in value.refs]:
                    yield from self.read(item)
            elif isinstance(value, Items):
                chosen = [value.refs[k] for k in keys if isinstance(k, int) and k < len(value.refs)]
                for item in chosen or value.refs:
                    yield from self.read(item)


def _pair(key: Ref, value: Ref) -> Ref:
    """Return the tuple of a key and its value. Both stand where the dictionary does."""
    both = ast.Tuple(elts=[key.node, value.node], ctx=ast.Load())
    return Ref(node=both, scope=key.scope, known=key.known)


def _bound(function: Scope) -> bool:
    """Tell whether a function is a method whose first parameter is given by Python."""
    if function.owner is None or not isinstance(function.node, FunctionNode):
        return False
    return not any(
        isinstance(decorator, ast.Name) and decorator.id == "staticmethod"
        for decorator in function.node.decorator_list
    )
